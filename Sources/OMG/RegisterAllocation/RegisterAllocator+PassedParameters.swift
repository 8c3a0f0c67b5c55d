// Step 5, before slots are given: block parameters that only hand on what lies in memory need no register. Where the branches of a wide switch meet and go back to
// the loop's start, most variables are in their slots before and after; a register in between would be loaded on every edge and stored once more.
//
//     edge 1: mov rcx, [slot] … edge 99: mov rcx, [slot]; join: … mov [slot], rcx; jmp loop        → nothing, but a store where an edge has changed it
//
// Of each parameter's live range the part that begins at its definition is looked at: it goes if nothing in it needs a register and the moves become cheaper. What is
// decided for one parameter counts for those that it is handed to: two iterations.

import RawCollections

extension RegisterAllocator {
  mutating func leaveParametersInSlots(_ function: borrowing MachineFunction) {
    for _ in 0..<2 {
      function.work.spend(copies.count)
      gains.fill(0, count: registers.count)
      for index in 0..<copies.count { weigh(copies[index]) }
      for register in 0..<registers.count where gains[register] > 0 { leaveInSlot(function, register) }
    }
  }

  /// What a slot instead of a register gains for the target and for the source of a block's argument.
  private mutating func weigh(_ copy: Copy) {
    let (source, target) = (Int(copy.source), Int(copy.target))
    guard registers[target].definitionKind == .parameter, registers[target].firstUse < registers[target].endUse else { return }
    let from = place(of: source, at: copy.sourcePoint)
    let to = place(of: target, at: registers[target].definition)
    if from != .none { gains[target] += from.isSlot ? copy.weight : -copy.weight }
    if to != .none { gains[source] += to.isSlot ? copy.weight : -copy.weight }
  }

  private mutating func leaveInSlot(_ function: borrowing MachineFunction, _ register: Int) {
    let record = registers[register]
    guard record.definitionKind == .parameter, !record.isInMemory, record.firstHome < record.endHome else { return }
    let home = homes[Int(record.firstHome)]
    guard home.from == record.definition else { return }
    var gain = gains[register]
    function.work.spend(Int(record.endUse - record.firstUse))
    for index in Int(record.firstUse)..<Int(record.endUse) where uses[index].point < home.to {
      let frequency = frequencies[Int(blockOfSlot[Int(uses[index].point >> 1)])]
      switch uses[index].kind {
      case .register, .lateRegister: return
      case .any, .lateAny: gain -= 0.6 * frequency
      case .fixed, .reused: gain -= 0.3 * frequency
      case .argument: break
      }
    }
    // What went on in the register is loaded now.
    for index in Int(record.firstHome) + 1..<Int(record.endHome) {
      let block = Int(blockOfSlot[Int(homes[index].from >> 1)])
      if homes[index].from == blockStart[block] { gain -= frequencies[block] }
    }
    guard gain > 0 else { return }
    registers[register].firstHome += 1
    registers[register].isSettled = false
    if record.slot == .nothing { makeSlot(register) }
  }
}
