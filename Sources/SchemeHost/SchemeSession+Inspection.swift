// Looking at generated code: the WebAssembly of one procedure, and the machine code that the engine makes of it.

import GuestABI
import WasmEngine

/// The machine code of one function.
///
/// ```swift
/// let session = try SchemeSession()
/// _ = try session.evaluate("(define (square n) (* n n))", name: "example")
/// if case .success(let module) = try session.generateModule(of: "square") {
///   for listing in try session.machineCode(ofModule: module) { print(listing.text, listing.bytes.count, "bytes at", listing.address) }
/// }
/// ```
public struct MachineCodeListing: Sendable {
  /// The function in the text format.
  public let text: String
  /// Where the code lies.
  public let address: UInt
  /// The code.
  public let bytes: [UInt8]
}

/// How large the code of one procedure is.
///
/// ```swift
/// if case .success(let module) = try session.generateModule(of: "square") {
///   for size in try session.codeSizes(ofModule: module) { print(size.name, size.wasmBytes, size.machineCodeBytes) }
/// }
/// ```
public struct CodeSize: Sendable {
  /// `anonymous` for a procedure without a name.
  public let name: String
  /// Of the function's body.
  public let wasmBytes: Int
  /// Of the baseline compiler.
  public let machineCodeBytes: Int

  /// What stands for the name of a procedure without one.
  public static let anonymous = "lambda"
}

extension SchemeSession {
  /// The procedures that a generated module implements.
  public func codeSizes(ofModule bytes: [UInt8]) throws -> [CodeSize] {
    let module = try Module(store.engine, bytes)
    // The last function is `patch`.
    return try module.definedFunctions.dropLast().compactMap { index in
      guard let code = try module.code(ofFunction: index, tier: .bbq) else { return nil }
      let name = code.name.flatMap { $0.isEmpty ? nil : $0 } ?? CodeSize.anonymous
      return CodeSize(name: name, wasmBytes: code.wasmByteCount, machineCodeBytes: code.bytes.count)
    }
  }

  /// A generated module in the text format.
  public func text(ofModule bytes: [UInt8]) throws -> String { try Module(store.engine, bytes).text }

  /// What the engine compiles a generated module to. The module is linked to a memory and a table of its own, as large as the guest's, so that its
  /// patch function changes nothing that matters; the functions are those that it adds to the table.
  public func machineCode(ofModule bytes: [UInt8]) throws -> [MachineCodeListing] {
    let module = try bytes.withUnsafeBytes { try Module(store.engine, copying: $0, eagerly: true) }
    let scratch = Store(store.engine)
    let table = try Table(scratch, TableType(.funcref, Limits(UInt64(services.tableCount))))
    var imports = Imports()
    imports.define(
      WasmName(AuxiliaryModule.importModule), WasmName(AuxiliaryModule.memory),
      try Memory(scratch, MemoryType(Limits(UInt64(memory.pageCount)))))
    imports.define(WasmName(AuxiliaryModule.importModule), WasmName(AuxiliaryModule.table), table)
    let first = table.count
    _ = try Instance(module, imports: imports, in: scratch)
    var listings: [MachineCodeListing] = []
    var seen: Set<UInt> = []
    for index in first..<max(first, table.count) {
      guard case .funcref(let function?)? = table.get(index), let code = function.machineCode, seen.insert(code.address).inserted
      else { continue }
      listings.append(MachineCodeListing(text: function.text ?? "", address: code.address, bytes: code.bytes))
    }
    return listings
  }
}
