// Homes of locals: which locals get one, where their values are valid, operands that stand for locals.

import CompilerInterface
import RawCollections
import RuntimeLayout
import WasmFormat

/// A local variable or parameter.
struct LocalSlot {
  var type: MachineType
  var home = Register.none
  /// How many operands stand for this local at present.
  var references: Int32 = 0
  /// Of its memory, from the frame pointer.
  var offset: Int32 = 0
  /// The live range, see LivenessAndLoops.
  var start: Int32 = 0
  var end: Int32 = 0
}

extension Emitter where Assembler: ~Copyable {
  @inline(__always)
  mutating func memory(ofLocal index: Int) -> Place { Place(Assembler.frame, Int(locals[index].offset)) }

  // MARK: Choice

  /// The most used integer and float locals get homes. Preserved registers go to the first of them if a loop has calls, else to the last. What a
  /// parameter arrives in is its home if it gets none of those.
  mutating func chooseHomes(_ facts: borrowing LivenessAndLoops) {
    integerCandidates.removeAll()
    floatCandidates.removeAll()
    for index in 0..<locals.count where facts.locals[index].weight > 0 {
      if locals[index].type.registerClass == .float {
        Self.insert(Int32(index), &floatCandidates, limit: Tuning.floatHomes, facts)
      } else {
        Self.insert(Int32(index), &integerCandidates, limit: Tuning.integerHomes, facts)
      }
    }
    for position in 0..<floatCandidates.count { setHome(Int(floatCandidates[position]), Assembler.floatHome(position)) }
    if facts.callsInLoops {
      for position in 0..<min(Self.preservedHomeCount, integerCandidates.count) {
        setHome(Int(integerCandidates[position]), Assembler.preserved(position))
      }
    }
    // Of the others, as many as leave enough temporaries.
    var left = (Assembler.allocatable & .all(.general)).nonzeroBitCount - Assembler.leastTemporaries
    keepParametersInPlace(&left)
    for position in 0..<integerCandidates.count {
      let index = Int(integerCandidates[position])
      if locals[index].home == .none { chooseGeneralHome(index, &left) }
    }
    temporaries = Assembler.allocatable & ~homes
    free = temporaries
    localWords = 0
    for index in 0..<locals.count {
      let size = locals[index].type.slotCount
      locals[index].start = facts.locals[index].start
      locals[index].end = facts.locals[index].end
      locals[index].offset = Int32(truncatingIfNeeded: BaselineFrame.local(after: localWords, size: size))
      localWords &+= size
    }
  }

  /// Parameters that are worth a home and have none get the register that they arrive in.
  private mutating func keepParametersInPlace(_ left: inout Int) {
    var ordinal = 0
    for index in 0..<Int(shape.parameters.count) where locals[index].type.registerClass == .general {
      if ordinal < CallingConvention.integerArgumentRegisters, left > 0, locals[index].home == .none {
        for position in 0..<integerCandidates.count where integerCandidates[position] == Int32(index) {
          setHome(index, Assembler.argument(.general, ordinal))
          left -= 1
        }
      }
      ordinal += 1
    }
  }

  private mutating func chooseGeneralHome(_ index: Int, _ left: inout Int) {
    for ordinal in 0..<Assembler.generalHomeCount {
      let register = Assembler.generalHome(ordinal)
      let isPreserved = register.bit & Self.preservedHomes != 0
      if homes & register.bit != 0 || left == 0 && !isPreserved { continue }
      setHome(index, register)
      if !isPreserved { left -= 1 }
      return
    }
  }

  /// Inserts into a list sorted by falling weight and kept at `limit`.
  private static func insert(_ local: Int32, _ list: inout UncheckedArray<Int32>, limit: Int, _ facts: borrowing LivenessAndLoops) {
    let weight = facts.locals[Int(local)].weight
    if list.count == limit {
      if facts.locals[Int(list[limit - 1])].weight >= weight { return }
      _ = list.removeLast()
    }
    list.append(local)
    var position = list.count - 1
    while position > 0, facts.locals[Int(list[position - 1])].weight < weight {
      list[position] = list[position - 1]
      position -= 1
    }
    list[position] = local
  }

  private mutating func setHome(_ index: Int, _ home: Register) {
    locals[index].home = home
    homeLocals[Int(home.number)] = Int32(truncatingIfNeeded: index)
    homes |= home.bit
  }

  // MARK: Where homes are valid

  /// Makes a local with a home valid in its register.
  @inline(__always)
  mutating func ensureInRegister(_ local: LocalSlot) {
    guard inRegister & local.home.bit == 0 else { return }
    asm.loadSlot(local.home, Place(Assembler.frame, Int(local.offset)), local.type)
    inRegister |= local.home.bit
  }

  @inline(__always)
  mutating func markWritten(_ home: Register) {
    inRegister |= home.bit
    inMemory &= ~home.bit
  }

  /// The local that a home is of. (That there is one is the compiler's own doing: no check.)
  @inline(__always)
  private mutating func local(of home: Register) -> UnsafeMutablePointer<LocalSlot> { locals.base + Int(homeLocals[Int(home.number)]) }

  /// The homes of a set whose values may still be read.
  mutating func live(_ set: RegisterSet) -> RegisterSet {
    let here = Int32(truncatingIfNeeded: current - bodyStart)
    var result: RegisterSet = 0
    var rest = set
    while rest != 0 {
      let home = rest.removeFirst()
      let local = local(of: home)
      // Without branches, which would be hard to foresee.
      let isInRange: RegisterSet = (local.pointee.end > here ? 1 : 0) & (local.pointee.start <= here ? 1 : 0)
      let isReferred: RegisterSet = local.pointee.references != 0 ? 1 : 0
      result |= (isInRange | isReferred) &<< RegisterSet(truncatingIfNeeded: home.number)
    }
    return result
  }

  mutating func loadHomes(_ set: RegisterSet) {
    var rest = set
    while rest != 0 { ensureInRegister(local(of: rest.removeFirst()).pointee) }
  }

  /// Stores these homes, which must be valid in their registers.
  mutating func storeHomes(_ set: RegisterSet) {
    var rest = set
    while rest != 0 {
      let home = rest.removeFirst()
      let local = locals[Int(homeLocals[Int(home.number)])]
      asm.storeSlot(Place(Assembler.frame, Int(local.offset)), home, local.type)
    }
    inMemory |= set
  }

  /// Stores a home's value if it is in the register only, and forgets the register.
  mutating func dropHome(_ home: Register) {
    guard inRegister & home.bit != 0 else { return }
    if inMemory & home.bit == 0 { storeHomes(home.bit) }
    inRegister &= ~home.bit
  }

  // MARK: Operands that stand for locals

  /// Gives every operand that stands for this local a place of its own, because the local is about to be written.
  @inline(never)
  mutating func detach(_ index: Int) {
    // From the top, where most of them are.
    var position = values.count
    work.spend(1)
    while position > settled, locals[index].references > 0 {
      position -= 1
      work.spend(1)
      var operand = values[position]
      guard operand.isLocal(index) else { continue }
      locals[index].references -= 1
      // Leaves at least two temporaries for the operator at hand.
      if (free & .all(operand.registerClass)).nonzeroBitCount > 2 {
        _ = own(&operand)
        values[position] = operand
      } else {
        store(operand, to: memory(ofSlot: operand))
        becomeSlot(position)
      }
    }
    if values.count - position > Self.longSearch { settle(values.count) }
  }

  // MARK: Results that go straight to a home

  /// If the next operator is local.set or local.tee of a local with a home of this class: its index, else −1. Operands that stand for the
  /// local are detached then, so the operator may write the home as its very last act.
  @inline(__always)
  mutating func hint(_ registerClass: RegisterClass) -> Int {
    let following = peek(0)
    guard following == 0x21 || following == 0x22 else { return -1 }
    let index = Int(peek(1))
    guard index < shortLocalCount, locals[index].home.isIn(registerClass) else { return -1 }
    if locals[index].references > 0 { detach(index) }
    return index
  }

  /// A register for a result: the hinted home, or a temporary.
  @inline(__always)
  mutating func destination(_ hint: Int, _ registerClass: RegisterClass) -> Register {
    hint >= 0 ? locals[hint].home : allocate(registerClass)
  }

  /// The same if a popped operand's register may be overwritten.
  @inline(__always)
  mutating func destination(_ hint: Int, reusing operand: Operand) -> Register {
    hint >= 0 ? locals[hint].home : operand.kind == .register ? operand.register : allocate(.general)
  }

  /// Pushes a result that is in the register that `destination` gave.
  @inline(__always)
  mutating func pushResult(_ register: Register, _ hint: Int, type: MachineType) {
    push(hint >= 0 ? .home(register, ofLocal: hint, type: type) : .register(register, type: type))
  }
}
