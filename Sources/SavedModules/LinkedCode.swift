// Linked code: the code of all functions of a saved module, laid out and linked when a program is built, so that it runs where it lies in the program, without being copied,
// and nothing is done for a function before it is called. It goes with a saved module that is built in, and is of use only where its type numbers are those of the process
// (`typeIDs`); elsewhere the saved module does.
//
//     0     number of functions, number of types, offset of the code, bytes of the code; 32 bits each
//     16    the canonical number of each type, 32 bits
//     ...   a latch_linked_function for each function (FaultHandler.h)
//     ...   handler words, then trap sites (SitePacking)
//     ...   the code; each function begins at a multiple of `Tuning.fetchedLine`

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

public struct LinkedCode: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer

  private enum Field {
    static let functions = 0
    static let types = 4
    static let code = 8
    static let codeSize = 12
    static let typeIDs = 16
  }

  /// Words of 32 bits of a latch_linked_function.
  static var wordsPerFunction: Int { 5 }

  /// Code that was built in together with this program; it stays as it is. Nil if there is none.
  public init?(builtIn bytes: UnsafeRawBufferPointer) {
    guard bytes.count > Field.typeIDs else { return nil }
    self.bytes = bytes
  }

  private func word(_ offset: Int) -> Int { Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))) }

  public var functionCount: Int { word(Field.functions) }
  public var start: UnsafeRawPointer { bytes.baseAddress! }
  /// The address of the first function's code, and bytes of all code.
  public var code: UInt { UInt(bitPattern: start) + UInt(word(Field.code)) }
  public var codeSize: Int { word(Field.codeSize) }
  /// The table of functions.
  public var functions: UnsafeRawPointer { start + Field.typeIDs + 4 * word(Field.types) }

  /// Whether these are the canonical numbers of the types that the code has in it.
  public func fits(typeIDs: [UInt32]) -> Bool {
    guard typeIDs.count == word(Field.types) else { return false }
    return typeIDs.indices.allSatisfy { Int(typeIDs[$0]) == word(Field.typeIDs + 4 * $0) }
  }

  /// Where a function's code begins in the code.
  public func offset(ofFunction function: Int) -> Int {
    Int(UInt32(littleEndian: functions.loadUnaligned(fromByteOffset: 4 * Self.wordsPerFunction * function, as: UInt32.self)))
  }
}

/// The bytes of linked code of a saved module; none if a function of it has no code. `typeIDs`: the canonical numbers of its types, if they are not those that a process gives
/// that reads this module before any other one.
public func linkSavedModule(_ saved: SavedModule, typeIDs: [UInt32]? = nil) throws(ModuleError) -> [UInt8] {
  let declarations = try ModuleReader.read(saved.module, features: saved.settings.features)
  let ids = typeIDs ?? declarations.canonicalTypeIDs
  let imported = declarations.importedFunctionCount
  let count = saved.functionCount
  var reader = SavedFunctionReader()
  var words: [UInt32] = []
  var handlers: [UInt32] = []
  var sites: [UInt8] = []
  var code: [UInt8] = []
  var calls: [(site: Int, callee: Int)] = []
  let handlersStart = 16 + 4 * ids.count + 4 * LinkedCode.wordsPerFunction * count
  for function in 0..<count {
    guard let compiled = reader.read(function, of: saved, typeID: { ids[$0] }), let packed = compiled.packedSites else { return [] }
    let start = code.count
    words += [
      UInt32(start), UInt32(compiled.code.count), UInt32(sites.count), UInt32(packed.count),
      compiled.handlers.isEmpty ? 0 : UInt32(handlersStart + 4 * handlers.count),
    ]
    calls += compiled.callSites.map { (site: start + Int($0.offset), callee: Int($0.callee) - imported) }
    handlers += compiled.handlers
    sites += packed.bytes
    code += compiled.code
    // What is between functions is never executed; if it were, it would trap.
    code += Array(repeating: 0xCC, count: -code.count & (Tuning.fetchedLine - 1))
  }
  code.withUnsafeMutableBytes { code in
    for call in calls { HostLinkage.retarget(code.baseAddress!, site: call.site, to: Int(words[LinkedCode.wordsPerFunction * call.callee])) }
  }
  let sitesStart = handlersStart + 4 * handlers.count
  for function in 0..<count { words[LinkedCode.wordsPerFunction * function + 2] += UInt32(sitesStart) }
  let codeStart = (sitesStart + sites.count + 16 + Tuning.fetchedLine - 1) & -Tuning.fetchedLine
  var output: [UInt8] = []
  for word in [UInt32(count), UInt32(ids.count), UInt32(codeStart), UInt32(code.count)] + ids + words + handlers {
    withUnsafeBytes(of: word.littleEndian) { output += $0 }
  }
  output += sites
  output += Array(repeating: 0, count: codeStart - output.count)
  output += code
  return output
}
