// The ends of blocks.

import CompilerInterface
import MachineCode
import RuntimeLayout

extension LowerToX64 {
  mutating func lowerTerminator(_ value: Value, _ block: Block) {
    let instruction = at(value)
    switch instruction.pointee.operation {
    case .jump,
      .switchBranch where graph.pointee.successors(block).count == 1:
      passArguments(block)
      begin()
      end(.jump, 0, isTerminator: true)
    case .branch:
      let condition = condition(instruction.pointee.a)
      begin()
      end(.branch, X64Variant(condition).raw, isTerminator: true)
    case .switchBranch: switchBranch(value, targets: graph.pointee.successors(block).count - 1)
    case .returnValues: returnValues(value)
    case .trap:
      frame.mayTrap = true
      begin()
      end(.trap, 0, auxiliary: UInt32(truncatingIfNeeded: instruction.pointee.immediate), isTerminator: true)
    case .tailCall: tailCall(value)
    case .tailCallIndirect: tailCallIndirect(value)
    case .tailCallReference: tailCallReference(value)
    case .unwindBranch:
      isUnwound = true
      begin()
      end(.unwindBranch, 0, isTerminator: true)
    case .unreachable:
      begin()
      end(.unreachable, 0, isTerminator: true)
    default: preconditionFailure("not a terminator")
    }
  }

  private mutating func switchBranch(_ value: Value, targets: Int) {
    let index = register(at(value).pointee.a)
    if targets <= 3 {
      begin()
      use(index)
      return end(.switchChain, 0, isTerminator: true)
    }
    let scratch = makeInteger()
    begin()
    define(scratch)
    end(.scratch, 0)
    begin()
    useLate(index)
    useLate(scratch)
    end(.switchTable, 0, isTerminator: true)
  }

  private mutating func returnValues(_ value: Value) {
    let results = graph.pointee.arguments(value)
    if results.count > 1 {
      let area = loadWord(X64Address(.frame, Int32(BaselineFrame.resultArea)))
      var words = 0
      for index in 1..<results.count {
        words += self.words(results[index])
        var address = X64Address(.register, Int32(-8 * (words - 1)))
        address.register = area
        storeWord(results[index], address)
      }
    }
    guard results.count > 0 else {
      begin()
      return end(.returnValues, 0, isTerminator: true)
    }
    let first = register(results[0])
    begin()
    use(first, X64RegisterFile.result(classOf(strip(results[0]))))
    end(.returnValues, 0, isTerminator: true)
  }
}
