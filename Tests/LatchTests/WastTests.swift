// `latch wast`: counts, failures with their places, exit codes.

import Foundation
import Testing

@Suite struct WastTests {
  /// An empty module; one that exports f: () -> i32, which returns 1; bytes that are no module.
  private let script = """
    {"name":"sample","group":"none","commands":[
     {"type":"module","line":1,"wasm":"AGFzbQEAAAA="},
     {"type":"module","line":2,"wasm":"AGFzbQEAAAABBQFgAAF/AwIBAAcFAQFmAAAKBgEEAEEBCw=="},
     {"type":"assert_return","line":3,"action":{"type":"invoke","field":"f","args":[]},"expected":[{"type":"i32","value":"1"}]},
     {"type":"assert_malformed","line":4,"wasm":"AGFzbQ==","text":"unexpected end"},
     {"type":"module","line":5,"features":["gc"],"wasm":"AGFzbQEAAAA="},
     {"type":"action","line":6,"action":{"type":"invoke","field":"f","args":[]}}WRONG
    ]}
    """

  private func run(_ text: String, _ options: String = "") throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.write(to: folder.appendingPathComponent("sample.json"), atomically: true, encoding: .utf8)
    return try shell("latch wast \(options) '\(folder.path)/sample.json' | sed 's,^.*/sample,sample,'; exit ${PIPESTATUS[0]}")
  }

  @Test func countsWhatPassesAndWhatIsSkipped() throws {
    let good = script.replacingOccurrences(of: "WRONG", with: "")
    for options in ["", "--memory checked", "--tier bbq --features none", "--features -memory64"] {
      let outcome = try run(good, options)
      #expect(outcome.output == "sample.json: 4 passed, 0 failed, 2 skipped\n")
      #expect(outcome.code == 0)
    }
  }

  @Test func failuresAreShownWithFileAndLine() throws {
    let wrong = ",\n{\"type\":\"assert_malformed\",\"line\":77,\"wasm\":\"AGFzbQEAAAA=\",\"text\":\"bad\"}"
    let outcome = try run(script.replacingOccurrences(of: "WRONG", with: wrong))
    #expect(outcome.output.hasPrefix("sample.json:77: assert_malformed: was accepted"))
    #expect(outcome.output.hasSuffix("sample.json: 4 passed, 1 failed, 2 skipped\n"))
    #expect(outcome.code == 1)
  }

  @Test func totalsAreGivenForGroups() throws {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, group) in [("a", "one"), ("b", "two"), ("c", "one")] {
      try """
      {"name":"\(name)","group":"\(group)","commands":[{"type":"module","line":1,"wasm":"AGFzbQEAAAA="}]}
      """.write(to: folder.appendingPathComponent("\(name).json"), atomically: true, encoding: .utf8)
    }
    let outcome = try shell("cd '\(folder.path)' && latch wast a.json b.json c.json")
    #expect(
      outcome.output == """
        a.json: 1 passed, 0 failed, 0 skipped
        b.json: 1 passed, 0 failed, 0 skipped
        c.json: 1 passed, 0 failed, 0 skipped
        one, 2 files: 2 passed, 0 failed, 0 skipped
        two, 1 file: 1 passed, 0 failed, 0 skipped
        3 files: 3 passed, 0 failed, 0 skipped

        """)
  }

  @Test func badFilesAndOptionsAreErrors() throws {
    let malformed = try run("{]")
    #expect(malformed.code == 1 && malformed.errors.contains("malformed JSON"))
    #expect(try shell("latch wast /nowhere.json").code == 1)
    #expect(try shell("latch wast --features simd2 x.json").code == 2)
    #expect(try shell("latch wast").code == 2)
  }
}
