// The code of small functions stays as it is in the golden files unless one means to change it.

import RuntimeLayout
import GoldenCode
import Testing

@Suite struct GoldenTests {
  @Test(arguments: [
    "fibonacci", "sum-loop", "sum-loop-checked", "sum-loop-counting", "tagged-add", "indirect-call", "calls-in-loop", "branch-table", "floats",
    "division",
  ])
  func x64Code(_ name: String) throws {
    let code =
      switch name {
      case "fibonacci": try Kernel.fibonacci.compile()
      case "sum-loop": try Kernel.sumLoop.compile()
      case "sum-loop-checked": try Kernel.sumLoop.compile(.checked)
      case "sum-loop-counting": try Kernel.sumLoop.compile(countsExecution: true)
      case "tagged-add": try Kernel.taggedAdd.compile()
      case "indirect-call": try Kernel.indirectCall.compile()
      case "calls-in-loop": try Kernel.callsInLoop.compile()
      case "branch-table": try Kernel.branchTable.compile()
      case "floats": try Kernel.floats.compile()
      default: try Kernel.division.compile()
      }
    #expect(try Golden.matches(code, "x64-\(name)", triple: "x86_64-linux-gnu"))
  }
}
