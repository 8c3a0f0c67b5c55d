// The header that the runtime's C and assembly include says the same as the Swift that it repeats.
import Foundation
import GuestABI
import Testing

@testable import SchemeCore

private let header = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../Sources/GuestImage/runtime/GuestLayout.h").standardized

@Suite struct GuestLayoutTests {
  /// The names that the header defines, with their numbers.
  private func definitions() throws -> [String: Int] {
    var result: [String: Int] = [:]
    for line in try String(contentsOf: header, encoding: .utf8).split(separator: "\n") where line.hasPrefix("#define ") {
      let words = line.split(separator: " ")
      result[String(words[1])] = try #require(Int(words[2]), "\(line)")
    }
    return result
  }

  @Test func theHeaderAgreesWithSwift() throws {
    var expected = [
      "FUNC_GENERAL_ENTRY": FuncLayout.generalEntry, "FUNC_PRIMITIVE_FUNCTION": FuncLayout.primitiveFunction,
      "PROCEDURE_FUNC": Tag.offset(Tag.procedure, 1),
      "TAIL_CALL": Int(Int64(bitPattern: Constant.tailCall)), "STUB_INTERPRET_ANY": EntryStub.interpretAny,
      "STUB_GATHER": EntryStub.gather, "STUB_DEOPTIMIZE": EntryStub.deoptimize, "PAGE_SIZE": pageSize,
    ]
    for count in 0...FuncLayout.maximumDirectArity {
      expected["FUNC_DIRECT_ENTRY_\(count)"] = FuncLayout.directEntries + 4 * count
      expected["STUB_INTERPRET_\(count)"] = EntryStub.interpret + count
      expected["STUB_SPREAD_\(count)"] = EntryStub.spread + count
      expected["STUB_PRIMITIVE_\(count)"] = EntryStub.primitive + count
    }
    #expect(try definitions() == expected)
  }

  /// `Func.isInterpreted` compares three fields at once.
  @Test func theFieldsComparedTogetherAreNeighbours() {
    #expect(FuncLayout.parameters % 4 == 0)
    #expect(FuncLayout.flags == FuncLayout.parameters + 2)
    #expect(FuncLayout.kind == FuncLayout.parameters + 3)
    #expect(FuncKind.lambda.rawValue == 0)
  }
}
