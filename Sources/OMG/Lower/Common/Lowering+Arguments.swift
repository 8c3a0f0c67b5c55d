// Where values cross a border: arguments and results of calls, the function's parameters, arguments of blocks. The convention is in
// RuntimeLayout/CallingConvention.swift. Of the registers that may be allocated only the preserved ones survive a call; none survives a call
// out of which something is caught: whoever lands there finds nothing in registers.

import CompilerInterface
import RawCollections
import RuntimeLayout

/// An argument on its way to a register.
struct PassedArgument {
  var register: VirtualRegister
  var place: PhysicalRegister
}

/// Where a parameter arrives.
struct ParameterArrival {
  /// .max: on the stack.
  var register: UInt8
  /// From the frame pointer.
  var displacement: Int32
  @inline(__always) var isInRegister: Bool { register != .max }
}

extension Lowering {
  // MARK: Blocks

  /// Gives the only successor's parameters their values.
  mutating func passArguments(_ block: Block) {
    let target = graph.pointee.successors(block)[0]
    if graph.pointee.predecessors(target).count < 2 { return }
    var phi = graph.pointee.at(target).pointee.first
    let position = Int(edgePositions[block.number])
    while phi.exists, at(phi).pointee.operation == .phi {
      let argument = register(graph.pointee.arguments(phi)[position])
      function.pointee.registerNumbers.append(argument)
      phi = at(phi).pointee.next
    }
  }

  // MARK: Calls

  /// Stores the arguments of a call that go on the stack; the registers of the others are left in `passed`.
  mutating func placeArguments(_ arguments: UnsafeMutableBufferPointer<Value>) {
    passed.removeAll()
    var places = ArgumentPlaces()
    for argument in arguments { _ = next(&places, argument) }
    if places.stackCount > 0 {
      frame.passesOnStack = true
      Target.growStack(CallingConvention.stackAreaSize(argumentsOnStack: places.stackCount), &self)
    }
    places = ArgumentPlaces()
    for argument in arguments {
      switch next(&places, argument) {
      case .integer(let number): passed.append(PassedArgument(register: register(argument), place: Target.Registers.integerArgument(number)))
      case .float(let number): passed.append(PassedArgument(register: register(argument), place: Target.Registers.floatArgument(number)))
      case .stack(let number): Target.storeArgument(argument, word: number, &self)
      }
    }
  }

  private mutating func next(_ places: inout ArgumentPlaces, _ argument: Value) -> ArgumentPlace {
    let type = at(graph.pointee.resolve(argument)).pointee.type
    return places.next(isFloat: type.isInFloatRegisters, slots: type.words)
  }

  @inline(__always)
  mutating func usePassed() {
    for index in 0..<passed.count { use(passed[index].register, passed[index].place) }
  }

  /// The first result's definition, if it is wanted. Returns the registers that the call clobbers: these and others, if it has to.
  mutating func defineResult(_ value: Value, clobbering lost: RegisterSet) -> RegisterSet {
    let lost = takesUnwinding() ? Target.Registers.allocatable : lost
    guard registers[value.number] != .max else { return lost }
    let place = Target.Registers.result(classOf(value))
    define(definition(value), place)
    return lost & ~place.bit
  }

  /// Whether exceptions out of the call at hand are caught in this function. (The block's last call is the first one to be lowered.)
  mutating func takesUnwinding() -> Bool {
    defer { isUnwound = false }
    return isUnwound
  }

  /// What a call changes that returns these results: by the convention, or as far as it is known. The caller itself sets the result area.
  func clobbers(results: TypeRange, known: RegisterSet = KnownClobbers.unknown) -> RegisterSet {
    let lost = Target.Registers.allocatable & ~Target.Registers.preserved & known
    return results.count > 1 ? lost | Target.Registers.resultArea.bit : lost
  }

  /// Loads the other results from the outgoing area.
  mutating func receiveResults(_ call: Value, _ results: TypeRange) {
    if results.count > 1 { frame.outgoingWords = max(frame.outgoingWords, module.wordCount(results.dropFirst())) }
    var value = at(call).pointee.next
    while value.exists, at(value).pointee.operation == .result {
      if registers[value.number] != .max {
        let before = TypeRange(start: results.start + 1, count: Int32(at(value).pointee.index) - 1)
        Target.loadOutgoing(value, word: module.wordCount(before), &self)
      }
      value = at(value).pointee.next
    }
  }

  // MARK: The function's start

  private mutating func locateParameters() {
    arrivals.removeAll()
    let shape = module.shape(ofFunction: graph.pointee.functionIndex)
    var places = ArgumentPlaces()
    for index in 0..<Int(shape.parameters.count) {
      let type = ValueKind(module.typePool[Int(shape.parameters.start) + index])
      var arrival = ParameterArrival(register: .max, displacement: 0)
      switch places.next(isFloat: type.isInFloatRegisters, slots: type.words) {
      case .integer(let number): arrival.register = Target.Registers.integerArgument(number).number
      case .float(let number): arrival.register = Target.Registers.floatArgument(number).number
      case .stack(let number): arrival.displacement = Int32(BaselineFrame.stackArgument(number))
      }
      arrivals.append(arrival)
    }
  }

  /// Defines the parameters that are used.
  mutating func defineParameters() {
    guard frame.outerSize == 0, module.functionCount > 0 else { return }
    locateParameters()
    begin()
    var hasAny = false
    forEachUsedParameter { lowering, value, arrival in
      if !arrival.isInRegister { return }
      lowering.define(lowering.definition(value), PhysicalRegister(arrival.register))
      hasAny = true
    }
    if hasAny { Target.endParameters(&self) }
    forEachUsedParameter { lowering, value, arrival in
      if arrival.isInRegister { return }
      lowering.frame.readsIncoming = true
      Target.loadFrame(value, arrival.displacement, &lowering)
    }
  }

  private mutating func forEachUsedParameter(_ body: (inout Lowering, Value, ParameterArrival) -> Void) {
    var value = graph.pointee.at(graph.pointee.entry).pointee.first
    while value.exists {
      if at(value).pointee.operation == .parameter, registers[value.number] != .max { body(&self, value, arrivals[Int(at(value).pointee.index)]) }
      value = at(value).pointee.next
    }
  }
}
