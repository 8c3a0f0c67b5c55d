// The generated modules, from Scheme text to the text of wasm. Golden files lie in Golden/NAME.scm: the program, and in NAME.wat what is generated for
// its procedure of the same name. Addresses and table indices are replaced by `#`. LATCH_BLESS=1 writes the files anew.
import Foundation
import GoldenCode
import Testing
import WasmFormat

@testable import SchemeCore
@testable import SchemeJIT

private let golden = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

/// The text of a module's first function, without what differs from run to run.
private func text(of module: [UInt8]) throws -> String {
  let whole = try module.withUnsafeBytes { WatPrinter.print(try ModuleReader.read($0), $0) }
  var lines: [Substring] = []
  for line in whole.split(separator: "\n") {
    let isFunction = line.hasPrefix("  (func ")
    if isFunction && !lines.isEmpty { break }
    if isFunction || !lines.isEmpty { lines.append(line) }
  }
  let text = lines.joined(separator: "\n") + "\n"
  return text.replacing(/offset=[0-9]{5,}/, with: "offset=#").replacing(/i32\.const -?[0-9]{5,}/, with: "i32.const #")
    .replacing(/i32\.const [0-9]+\n( *)call_indirect/) { "i32.const #\n\($0.output.1)call_indirect" }
    .replacing(/i64\.const [0-9]{6,}/, with: "i64.const #")
}

/// Evaluates a program and generates the module of its procedure of a name; nil if it has none, or it is refused.
private func module(of name: String, in program: String) -> [UInt8]? {
  NativeSession.exclusively {
    _ = NativeSession.run(program)
    guard let function = Session.function(named: [UInt8](name.utf8)), Refusal.reason(for: function) == .none else { return nil }
    let generator = ModuleGenerator([CompilationUnit(function)])
    return generator.generate().bytes
  }
}

@Suite(.serialized) struct ModuleGeneratorTests {
  @Test(arguments: ["fib", "sum", "member", "adder", "scale", "field"])
  func theGeneratedCodeIsTheGoldenFile(_ name: String) throws {
    let program = try String(contentsOf: golden.appending(path: "\(name).scm"), encoding: .utf8)
    let found = try text(of: #require(module(of: name, in: program)))
    let file = golden.appending(path: "\(name).wat")
    #expect(try found == Golden.expected(at: file, found: found))
  }

  @Test func aModuleOfEveryLibraryProcedureIsWellFormed() throws {
    let (count, entries, module) = NativeSession.exclusively {
      StandardLibrary.requireAll()
      var batch: [CompilationUnit] = []
      var function = Func.newest
      while function.address != 0 {
        if function.kind == .lambda && Refusal.reason(for: function) == .none { batch.append(CompilationUnit(function)) }
        function = function.previous
      }
      let generator = ModuleGenerator(batch)
      return (batch.count, batch.reduce(0) { $0 + $1.entries.count }, generator.generate().bytes)
    }
    #expect(count > 30 && entries > 30)
    let functions = try module.withUnsafeBytes { try ModuleReader.read($0).functions.count }
    // One for each procedure, the entries of those with a rest parameter, and `patch`.
    #expect(functions == count + entries + 1)
  }

  /// Polls and cold exits; each hint stands at a branch, also where code was put together of pieces.
  @Test func edgesRarelyTakenAreMarked() throws {
    let programs = [
      "fib": "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))",
      "sum": "(define (sum n a) (if (= n 0) a (sum (- n 1) (cons n a))))",
    ]
    for (name, program) in programs {
      let bytes = try #require(module(of: name, in: program))
      try bytes.withUnsafeBytes { bytes in
        let declarations = try ModuleReader.read(bytes)
        let hints = declarations.branchHints(in: bytes)
        let own = hints.hints[hints.range(ofFunction: 0)]
        #expect(own.count >= 3, "\(name)")
        for hint in own {
          #expect(!hint.isLikely)
          let opcode = bytes[declarations.bodies[0].lowerBound + Int(hint.offset)]
          #expect(opcode == 0x04 || opcode == 0x0D, "\(name): \(opcode) at \(hint.offset)")
        }
      }
    }
  }

  @Test func aProcedureWithTooManyVariablesIsRefused() {
    let bindings = (0...JITTuning.maximumVariables).map { "(v\($0) (car x))" }.joined(separator: " ")
    #expect(module(of: "wide", in: "(define (wide x) (let* (\(bindings)) v0))") == nil)
  }
}
