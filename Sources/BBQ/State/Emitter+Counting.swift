// Counting for the optimizing tier (`Tier.auto`): at the function's entry and at each loop's head, a word in the instance context goes down; when
// it is spent, out-of-line code calls the engine. What a hot loop hands over is described in RuntimeLayout's BaselineFrame.swift. On x86-64:
//
//   entry     push rbp; mov rbp, rsp                    cold: mov r10d, function; call [r14 + thunk]; jmp back
//             sub dword [r14 + count], n; js cold
//   back:
//   loop:     sub dword [r14 + count], n; js cold       cold: store homes and constants; restore preserved registers;
//   back:                                                     mov r10d, function; mov r11d, loop; call [r14 + thunk]; load homes; jmp back
//
// The counts of a module that has joined an instance are elsewhere; its code loads their address first.

import CompilerInterface
import MachineCode
import RuntimeLayout

/// Where code leaves the straight path because a count is spent.
struct HotPlace {
  var label: Label
  var back: Label
  var wasmOffset: UInt32
  /// Of the `loop` operator in the body; −1 for the function's entry.
  var bodyOffset: Int32
  /// Homes to store, and to load again.
  var stored: RegisterSet = 0
  var loaded: RegisterSet = 0
  /// Constants on the operand stack, in `hotConstants`.
  var firstConstant: Int32 = 0
  var constantCount: Int32 = 0
}

struct HotConstant {
  var slot: Int32
  var bits: Int64
}

extension Emitter where Assembler: ~Copyable {
  /// Loops on top of more operands don't count: looking through them takes time at each.
  private static var mostOperands: Int { 256 }

  /// After the frame has been entered: the stack pointer is aligned, the arguments are in their places.
  mutating func countEntry() {
    guard module.countsExecution else { return }
    count(Tuning.entryWeight, HotPlace(label: asm.makeLabel(), back: asm.makeLabel(), wasmOffset: wasmOffset, bodyOffset: -1))
  }

  /// At a loop's head, whose label has been bound: all operands are constants or in their slots.
  mutating func countLoop() {
    guard module.countsExecution, values.count <= Self.mostOperands else { return }
    var place = HotPlace(
      label: asm.makeLabel(), back: asm.makeLabel(), wasmOffset: wasmOffset,
      bodyOffset: Int32(truncatingIfNeeded: current - bodyStart))
    place.stored = inRegister & ~inMemory
    place.loaded = inRegister
    place.firstConstant = Int32(hotConstants.count)
    for position in 0..<values.count where values[position].isConstant {
      let operand = values[position]
      // The slot must exist before the frame's size is known.
      _ = memory(ofSlot: operand)
      hotConstants.append(HotConstant(slot: operand.slot, bits: operand.bits))
    }
    place.constantCount = Int32(hotConstants.count) - place.firstConstant
    count(Tuning.loopWeight, place)
  }

  private mutating func count(_ weight: Int32, _ place: HotPlace) {
    let function = functionIndex - module.importedFunctionCount
    if let joined = module.layout.joined {
      let scratch = Assembler.scratch(.general)
      asm.load(scratch, constant: Int64(Int(bitPattern: joined.counts + function)))
      asm.countDown(Place(scratch, 0), by: weight, ifSpent: place.label)
    } else {
      asm.countDown(Place(Assembler.context, module.layout.count(function)), by: weight, ifSpent: place.label)
    }
    asm.bind(place.back)
    hotPlaces.append(place)
  }

  /// Takes fuel, at the function's entry and at a loop's head, where no operand is in a scratch register. After the counting at such a place: optimized
  /// code that is entered there takes its own.
  mutating func takeFuel() {
    guard module.countsFuel else { return }
    let cell = Assembler.scratch(.general)
    asm.loadWord(cell, Place(Assembler.context, InstanceContext.fuel))
    asm.takeOne(Place(cell, 0), ifNone: trapLabel(.outOfFuel))
  }

  /// The out-of-line parts.
  mutating func emitHotPlaces() {
    for index in 0..<hotPlaces.count {
      let place = hotPlaces[index]
      let isLoop = place.bodyOffset >= 0
      asm.bind(place.label)
      storeHomes(place.stored)
      for constant in Int(place.firstConstant)..<Int(place.firstConstant + place.constantCount) {
        asm.storeSlot(memory(ofWord: Int(hotConstants[constant].slot)), constant: hotConstants[constant].bits)
      }
      if isLoop { restorePreserved(homes) }
      asm.load(Assembler.functionIndex, constant: Int64(module.number(ofFunction: functionIndex)))
      if isLoop { asm.load(Assembler.loopPlace, constant: Int64(place.bodyOffset)) }
      asm.call(Place(Assembler.context, isLoop ? InstanceContext.hotLoopThunk : InstanceContext.hotEntryThunk))
      trapSites.append(TrapSite(returnOffset: codeOffset, wasmOffset: place.wasmOffset))
      inRegister = 0
      loadHomes(place.loaded)
      asm.jump(place.back)
    }
  }
}
