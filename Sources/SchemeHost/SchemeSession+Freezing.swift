// The session as a file: a program is prepared, everything is compiled, and the guest with all that was linked to it becomes one module.

import Freezer
import GuestABI
import GuestImage
import WasmEngine

extension SchemeSession {
  /// Expands a program without running it. Its imports are evaluated, and of its definitions those that make no difference before it runs. The result is
  /// `.value("")`, an error, or `.interrupted`.
  public func prepare(_ source: UnsafeRawBufferPointer, name: String) throws -> Evaluation {
    var name = name
    let nameLength = try name.withUTF8 { try putInput(UnsafeRawBufferPointer($0), source) }
    let status = try running { try guest.prepare(Int32(nameLength), Int32(source.count), as: Int32.self) }
    switch status ?? EvaluationStatus.interrupted {
    case EvaluationStatus.ok: return .value("")
    case EvaluationStatus.interrupted: return .interrupted
    default: return .error(try outputText())
    }
  }

  /// Whether the prepared program mentions `freeze`, by which it says where the frozen program begins.
  public func mentionsFreeze() throws -> Bool { try guest.mentionsFreeze(as: Int32.self) != 0 }

  /// Runs the prepared program up to its first call of `(freeze)`, where the frozen program goes on. The result is `.value("")`, an error, `.interrupted`, or
  /// `.incomplete` if the program has ended without a call.
  public func runToFreeze() throws -> Evaluation {
    let status = try running { try guest.runToFreeze(as: Int32.self) }
    switch status ?? EvaluationStatus.interrupted {
    case EvaluationStatus.more: return .value("")
    case EvaluationStatus.ok: return .incomplete
    case EvaluationStatus.interrupted: return .interrupted
    default: return .error(try outputText())
    }
  }

  /// Warms up a copy of the session, and keeps what its interpreter has recorded of operand types: code that is generated afterwards is made for them. Nothing else of the copy is kept.
  ///
  /// Throws what making a `SchemeTemplate` throws, and what `evaluate` does.
  public func profile(_ options: SchemeOptions, _ evaluate: (SchemeSession) throws -> Void) throws {
    var options = options
    options.jit = .off
    let copy = try SchemeTemplate(self, compiled: false).makeSession(options)
    try evaluate(copy)
    _ = try copy.guest.feedback(as: Int32.self)
    let (pointer, length) = try copy.outputRange()
    let feedback = try copy.memory.read(at: pointer, count: length)
    let count = try feedback.withUnsafeBytes { try putInput($0, UnsafeRawBufferPointer(start: nil, count: 0)) }
    try guest.addFeedback(Int32(count))
  }

  /// Writes the session as a module: one that imports functions of WASI preview 1 and nothing else, and whose `_start` runs the prepared program. The session
  /// should not have compiled anything before (`JITPolicy.off`): what its compiler generates while it runs may need more of WebAssembly than other engines have. It should
  /// not be used afterwards.
  ///
  /// Throws `FreezeError` when the engine's state cannot be written down, `GuestError` while files are open, or when a procedure cannot be exported.
  public func freeze(_ options: FreezeOptions = FreezeOptions()) throws -> FrozenModule {
    let open = services.files.count
    guard open == 0 else {
      throw GuestError("the program has \(open) open \(open == 1 ? "file" : "files"), which a module cannot hold: close them first")
    }
    let functions = options.exports.isEmpty ? nil : try instance(of: options.exports)
    if options.seals { try guest.seal() }
    if options.compiles { try guest.compileAll() }
    var held: Set<Int> = []
    if options.keepsCompiler {
      try setJITPolicy(.auto)
      try guest.forgetModules()
    } else {
      held = try heldFunctions()
    }
    // While it was frozen the program had our engine's stack.
    try guest.setNativeStack(Int32(SchemeOptions.portableNativeBytes))
    try guest.tidy()
    let table = WasmName(GuestExport.table)
    let memory = WasmName(GuestExport.memory)
    var freezer = Freezer(instance)
    freezer.keepExports(options.keepsCompiler ? [memory, table] : [memory])
    freezer.keepsNames = options.keepsNames
    if options.keepsCompiler {
      // What was there at first stays as it is.
      freezer.assumeConstant(initialTableCount, elementsOf: table)
    } else {
      try freezer.replaceLateLinking()
      freezer.assumeConstant(services.tableCount, elementsOf: table)
      // Of another build of the guest it is not known where it has pointers.
      if let pointers = try functionPointers(held) { freezer.prune(table, pointers) }
    }
    let adapter = [UInt8](UnsafeRawBufferPointer(start: latch_adapter_bytes(), count: latch_adapter_length()))
    try freezer.add(adapter: adapter, exporting: functions == nil ? ["_start"] : ["_initialize"])
    if let functions {
      for export in options.exports {
        if let function = functions.function(WasmName(export.name)) { freezer.export(WasmName(export.name), function) }
      }
      if options.exports.contains(where: { $0.parameters?.contains(.text) ?? false }), let room = instance.function(WasmName(GuestExport.textRoom)) {
        freezer.export("allocate", room)
      }
    }
    return try freezer.freeze()
  }

  private var initialTableCount: Int {
    let module = instance.module
    guard let export = module.exports.first(where: { $0.name == WasmName(GuestExport.table) }) else { return 0 }
    return Int(clamping: module.declarations.tables[Int(export.index)].limits.minimum)
  }

  /// Elements of the guest's table whose indices the runtime has in memory that it allocated.
  private func heldFunctions() throws -> Set<Int> {
    let count: Int32 = try guest.heldFunctions()
    let (pointer, _) = try outputRange()
    return Set(try (0..<Int(count)).map { Int(try memory.load(at: pointer + 4 * $0, as: UInt32.self)) })
  }

  /// Where the guest has pointers to functions, as its build found them (scripts/save-guest.swift), with others that its memory holds and the code that was linked to it; nil if it is another build.
  private func functionPointers(_ held: Set<Int>) throws -> FunctionPointers? {
    if isOtherGuest { return nil }
    let bytes = UnsafeRawBufferPointer(start: latch_guest_pointers(), count: latch_guest_pointers_length())
    func word(_ index: Int) -> Int { Int(bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)) }
    var pointers = FunctionPointers(held: held, taken: [:])
    let addresses = word(0)
    for index in 0..<addresses { pointers.held.insert(Int(try memory.load(at: word(1 + index), as: UInt32.self))) }
    let start = 2 + addresses
    for index in 0..<word(start - 1) { pointers.taken[word(start + 2 * index), default: []].append(word(start + 2 * index + 1)) }
    return pointers
  }

  /// The functions of exported procedures.
  private func instance(of exports: [ExportedProcedure]) throws -> Instance {
    var functions = ExportedFunctions()
    for (number, export) in exports.enumerated() {
      var name = export.procedure
      let length = try name.withUTF8 { try putInput(UnsafeRawBufferPointer($0), UnsafeRawBufferPointer(start: nil, count: 0)) }
      guard let count = try running({ try guest.addProcedure(Int32(length), Int32(export.parameters?.count ?? -1), as: Int32.self) }) else {
        throw GuestError("interrupted")
      }
      if count < 0 { throw GuestError("--export \(export.name): \(try outputText())") }
      functions.add(export, parameters: export.parameters ?? Array(repeating: .i64, count: Int(count)), number: number)
    }
    let module = try Module(store.engine, functions.finish())
    var imports = Imports()
    for declaration in module.imports {
      if declaration.module == ExportedFunctions.guestModule {
        imports[declaration.module, declaration.name] = instance.export(declaration.name)
      } else {
        imports[declaration.module, declaration.name] = .function(Function(store) { (_: borrowing Caller) throws -> Void in })
      }
    }
    return try Instance(module, imports: imports, in: store)
  }
}

/// How a session is written as a module.
///
/// ```swift
/// _ = try session.evaluate("(define (area r) (* 3.14 r r))", name: "area.scm")
/// var options = FreezeOptions()
/// options.seals = true
/// options.exports = [try ExportedProcedure("area(f64)->f64=area")]
/// let frozen = try session.freeze(options)
/// print(frozen.bytes.count)       // a WebAssembly module that exports `area` and imports WASI at most
/// ```
public struct FreezeOptions: Sendable {
  /// Whether all procedures are compiled first.
  public var compiles = true
  /// Whether the bindings that there are can be neither defined nor assigned when the module runs. Calls of procedures that they hold become direct calls, and texts of the
  /// standard library are left out of a program that does not expand code.
  public var seals = false
  /// Whether the module imports late linking (docs/late-linking.md), and compiles what it defines when it runs where its host links modules.
  public var keepsCompiler = false
  /// Whether the functions of the module keep their names.
  public var keepsNames = false
  /// Procedures that the module exports, instead of running the prepared program. `_initialize` is to be called first.
  public var exports: [ExportedProcedure] = []

  /// Everything is compiled, nothing sealed.
  public init() {}
}
