// Procedures of a program as functions of the module that it is frozen to: the notation in which they are asked for, and the functions, which pass arguments to the guest, have it call
// the procedure, and take the result (GuestABI's `GuestExport.callProcedure`).

import GuestABI
import WasmEngine

/// A procedure that a frozen module exports as a function: `NAME=PROCEDURE`, or with types `NAME(TYPE,...)->TYPE=PROCEDURE`.
///
/// Types are `i64` (an exact integer), `f64` (a real number) and `text` (a string: a pointer and a length, two i32, of UTF-8). Without types, the function takes an i64
/// for each parameter that the procedure
/// requires, and returns an i64. `NAME(TYPE,...)` returns nothing.
///
/// ```swift
/// let export = try ExportedProcedure("greet(text)->text=make-greeting")
/// print(export.name, export.procedure)       // greet make-greeting
/// ```
public struct ExportedProcedure: Equatable, Sendable {
  /// What an argument or a result is.
  public enum Kind: String, CaseIterable, Sendable {
    /// See `ExportedProcedure`.
    case i64, f64, text
  }

  /// The name of the function.
  public let name: String
  /// The global name of the procedure.
  public let procedure: String
  /// nil: an i64 for each parameter.
  public let parameters: [Kind]?
  /// nil: nothing.
  public let result: Kind?

  /// Reads the notation; nil, and why, if it is none. `description` says what is wrong.
  public init(_ text: String) throws {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex, text.index(after: equals) != text.endIndex else {
      throw GuestError("\(text) is not NAME=PROCEDURE")
    }
    let head = text[..<equals]
    procedure = String(text[text.index(after: equals)...])
    guard !procedure.contains(where: { $0.isWhitespace || "()\"';`,#".contains($0) }) else {
      throw GuestError("\(procedure) is not the name of a procedure")
    }
    guard let open = head.firstIndex(of: "(") else {
      name = String(head)
      parameters = nil
      result = .i64
      try checkName()
      return
    }
    name = String(head[..<open])
    guard let close = head.firstIndex(of: ")") else { throw GuestError("\(text): \")\" is missing after the types") }
    let types = head[head.index(after: open)..<close]
    parameters = types.isEmpty ? [] : try types.split(separator: ",", omittingEmptySubsequences: false).map { try Self.kind($0) }
    let rest = head[head.index(after: close)...]
    guard rest.isEmpty || rest.hasPrefix("->") else { throw GuestError("\(text): after the types comes \"->\" or \"=\", not \(rest)") }
    result = rest.isEmpty ? nil : try Self.kind(rest.dropFirst(2))
    try checkName()
  }

  private static func kind(_ text: Substring) throws -> Kind {
    guard let kind = Kind(rawValue: String(text)) else {
      throw GuestError("\(text.isEmpty ? "\"\"" : String(text)) is no type: types are i64, f64 and text")
    }
    return kind
  }

  private func checkName() throws {
    if name.isEmpty { throw GuestError("the exported function needs a name") }
    if Self.reservedNames.contains(name) { throw GuestError("\(name) is an export of every frozen module: choose another name") }
  }

  /// What modules with exported procedures export besides.
  static let reservedNames = ["memory", "allocate", "_initialize", "_start"]
}

/// Writes the functions: a module that imports the guest's exports, and exports them.
struct ExportedFunctions: ~Copyable {
  private var writer = ModuleWriter()
  /// The guest's functions, by their names in `GuestExport`, and `report` of the adapter.
  private var imports: [String: UInt32] = [:]

  static let guestModule: WasmName = "guest"
  static let reporter = "report"

  init() {
    importFunction(GuestExport.passInteger, FuncType([.i64], []))
    importFunction(GuestExport.passDouble, FuncType([.f64], []))
    importFunction(GuestExport.passText, FuncType([.i32, .i32], []))
    importFunction(GuestExport.callProcedure, FuncType([.i32, .i32], [.i32]))
    importFunction(GuestExport.resultBits, FuncType([], [.i64]))
    importFunction(GuestExport.outputPointer, FuncType([], [.i32]))
    importFunction(GuestExport.outputLength, FuncType([], [.i32]))
    imports[Self.reporter] = writer.importFunction(WasmName(guestImportModule), WasmName(Self.reporter), type: writer.addType(FuncType([], [])))
  }

  private mutating func importFunction(_ name: String, _ type: FuncType) {
    imports[name] = writer.importFunction(Self.guestModule, WasmName(name), type: writer.addType(type))
  }

  /// Adds the function of a procedure that the guest knows by a number.
  mutating func add(_ procedure: ExportedProcedure, parameters: [ExportedProcedure.Kind], number: Int) {
    let types = parameters.flatMap { $0 == .text ? [ValueType.i32, .i32] : [$0 == .i64 ? .i64 : .f64] }
    let results: [ValueType] =
      switch procedure.result {
      case nil: []
      case .i64: [.i64]
      case .f64: [.f64]
      case .text: [.i32, .i32]
      }
    let function = writer.addFunction(type: writer.addType(FuncType(types, results)))
    var body = FunctionBodyWriter(parameterCount: types.count)
    var local: UInt32 = 0
    for parameter in parameters {
      body.localGet(local)
      local += 1
      if parameter == .text {
        body.localGet(local)
        local += 1
      }
      body.call(imports[parameter == .i64 ? GuestExport.passInteger : parameter == .f64 ? GuestExport.passDouble : GuestExport.passText]!)
    }
    body.i32Const(Int32(number))
    body.i32Const(Self.kind(procedure.result).rawValue)
    body.call(imports[GuestExport.callProcedure]!)
    body.if()
    body.call(imports[Self.reporter]!)
    body.unreachable()
    body.end()
    switch procedure.result {
    case nil: break
    case .i64: body.call(imports[GuestExport.resultBits]!)
    case .f64:
      body.call(imports[GuestExport.resultBits]!)
      body.emit(.f64ReinterpretI64)
    case .text:
      body.call(imports[GuestExport.outputPointer]!)
      body.call(imports[GuestExport.outputLength]!)
    }
    body.end()
    writer.addBody(body)
    writer.addExport(WasmName(procedure.name), .function, function)
    writer.nameFunction(function, WasmName(procedure.name))
  }

  consuming func finish() -> [UInt8] { writer.finish().bytes }

  private static func kind(_ result: ExportedProcedure.Kind?) -> ResultKind {
    switch result {
    case nil: .none
    case .i64: .integer
    case .f64: .double
    case .text: .text
    }
  }
}
