// The code of small functions is what the golden files say, for each family of operators.

import CompilerInterface
import GoldenCode
import Testing
import WasmFormat

@Suite struct GoldenTests {
  /// Each has a file.
  static let families = [
    "integer-arithmetic", "comparisons", "shifts", "division", "conversions", "float-arithmetic", "float-comparisons", "loads", "stores", "locals",
    "globals", "select", "branches", "branch-tables", "calls", "indirect-calls", "tail-calls", "exceptions", "bulk", "wide-arithmetic", "references",
    "function-references",
    "frames", "vector-loads", "vector-stores", "vector-constants", "vector-lanes", "vector-logic", "vector-comparisons", "vector-conversions",
    "vector-integer-arithmetic", "vector-float-arithmetic", "vector-relaxed",
    "atomics",
  ]

  @Test(arguments: families)
  func codeIsAsExpected(_ family: String) throws {
    var file = try GoldenFile(family)
    let problems = file.problems { section, machine in
      #expect(machine == "x86-64", "no instruction set is called \(machine)")
      return .code(try Self.code(TextFunction(section.input)))
    }
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
  }

  @Test func everyOpcodeHasGoldenCode() throws {
    var seen: Set<String> = []
    for family in Self.families {
      for section in try GoldenFile(family).sections {
        for words in try TextFunction(section.input).instructions {
          seen.insert(words.count > 1 && words[0] == "select" ? "select t" : String(words[0]))
        }
      }
    }
    let missing = OpcodeTable.rows { row in
      row.exists && row.opcode != .end && !seen.contains(row.opcode == .selectTyped ? "select t" : row.name.description)
    }
    #expect(missing.isEmpty, "no golden file has \(missing.map { $0.name.description })")
  }

  /// The code, and in the notes what else the compiler says about it.
  private static func code(_ function: TextFunction) throws -> GoldenCode {
    try function.compile { compiled in
      var notes = ["frame of \(compiled.frameSize) bytes"]
      notes += compiled.callSites.map { "\(String($0.offset, radix: 16)): \($0.isTail ? "jump to" : "call of") function \($0.callee)" }
      if compiled.handlers.count > 0 { notes.append("handlers: " + compiled.handlers.map { $0 == .max ? "−" : "\($0)" }.joined(separator: " ")) }
      return GoldenCode(
        Array(compiled.code), data: compiled.data.map { GoldenCode.Data(Int($0.start)..<Int($0.end), width: Int($0.width)) }, notes: notes,
        triple: "x86_64-linux-gnu")
    }
  }
}
