// A procedure's code object: its entry slots, its body for the interpreter, and what has been recorded about it. Permanent memory.
//
// The first fields are `GuestABI.FuncLayout`: a table index for each number of arguments up to `maximumDirectArity` and one for any number. Until
// code is linked they hold the interpreter's entry stubs; linking stores other indices there and nothing else changes.
import GuestABI

/// What runs when a procedure is called.
public enum FuncKind: UInt8 {
  case lambda = 0
  /// A row of the primitive table.
  case primitive
  /// A captured continuation (its free variable 0).
  case continuation
  /// A parameter object; see `makeParameter`.
  case parameter
}

/// How far the code generator has got with a Func.
public enum CompilationState: UInt8 {
  case interpreted = 0
  case compiled
  /// Contains something that is not compiled; `Func.reason` says what.
  case refused
}

public struct Func: Equatable {
  public let address: Address
  @inline(__always) public init(_ address: Address) { self.address = address }

  @inline(__always)
  public func directEntry(_ count: Int) -> UInt32 { load32(address, FuncLayout.directEntries &+ count &* 4) }
  @inline(__always) public var generalEntry: UInt32 { load32(address, FuncLayout.generalEntry) }

  /// Where the interpreter starts. A label that calls of the procedure itself jump to has the procedure's parameters, so there is nothing to do before its body.
  @inline(__always) var start: Node {
    get { Node(load32(address, FuncLayout.start)) }
    nonmutating set { store32(address, FuncLayout.start, newValue.address) }
  }
  @inline(__always) public var body: Node {
    get { Node(load32(address, FuncLayout.body)) }
    nonmutating set { store32(address, FuncLayout.body, newValue.address) }
  }
  /// The number of required parameters; for primitives the minimum number of arguments.
  @inline(__always) public var parameters: Int { Int(load16(address, FuncLayout.parameters)) }
  @inline(__always) public var hasRest: Bool { load8(address, FuncLayout.flags) & FuncLayout.restFlag != 0 }
  /// The flags when generated code is linked.
  public var linkedFlags: UInt8 { load8(address, FuncLayout.flags) | FuncLayout.linkedFlag }
  /// Whether this is an interpreted lambda that takes exactly `count` arguments: one comparison of four bytes, those of the number of
  /// parameters, the flags and the kind.
  @inline(__always)
  func isInterpreted(taking count: Int) -> Bool { load32(address, FuncLayout.parameters) == UInt32(truncatingIfNeeded: count) }
  @inline(__always) public var kind: FuncKind { FuncKind(rawValue: load8(address, FuncLayout.kind)).unsafelyUnwrapped }
  @inline(__always) public var calls: UInt32 {
    get { load32(address, FuncLayout.calls) }
    nonmutating set { store32(address, FuncLayout.calls, newValue) }
  }
  /// The row of a primitive.
  @inline(__always) public var primitive: Int { Int(load32(address, FuncLayout.primitive)) }
  /// Lets calls of a primitive that are known to have a right number of arguments reach its function without the interpreter.
  func enterDirectly(_ function: PrimitiveFunction) {
    store32(address, FuncLayout.primitiveFunction, UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self)))
    for count in 0...FuncLayout.maximumDirectArity where accepts(count) {
      store32(address, FuncLayout.directEntries + 4 * count, Func.stub(EntryStub.primitive + count))
    }
    let general: @convention(c) (Word, Address, Int32) -> Word = { procedure, sp, count in
      let function = Func(procedureFunction(procedure))
      return function.accepts(Int(count)) ? Primitives.function(function.primitive)(sp, count) : raiseWrongArgumentCount(procedure, Int(count))
    }
    store32(address, FuncLayout.generalEntry, UInt32(truncatingIfNeeded: unsafeBitCast(general, to: UInt.self)))
  }
  /// The same for calls of a parameter for its value.
  func enterDirectly(with function: @convention(c) (Word, Address) -> Word) {
    store32(address, FuncLayout.directEntries, UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self)))
  }
  /// The same for calls of a continuation, or of a primitive, with one argument.
  func enterDirectly(with function: @convention(c) (Word, Address, Word) -> Word) {
    store32(address, FuncLayout.directEntries + 4, UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self)))
  }
  /// The same for calls of a primitive with two arguments.
  func enterDirectly(with function: @convention(c) (Word, Address, Word, Word) -> Word) {
    store32(address, FuncLayout.directEntries + 8, UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self)))
  }
  /// A symbol, or #f.
  public var name: Word {
    get { load64(address, FuncLayout.name) }
    nonmutating set { store64(address, FuncLayout.name, newValue) }
  }
  @inline(__always) public var state: CompilationState {
    get {
      if load8(address, FuncLayout.flags) & FuncLayout.linkedFlag != 0 { return .compiled }
      return load8(address, FuncLayout.isRefused) == 0 ? .interpreted : .refused
    }
    nonmutating set { store8(address, FuncLayout.isRefused, newValue == .refused ? 1 : 0) }
  }
  /// Why generation was refused: the raw value of `SchemeJIT`'s reason.
  public var reason: UInt8 {
    get { load8(address, FuncLayout.refusal) }
    nonmutating set { store8(address, FuncLayout.refusal, newValue) }
  }
  /// Whether this is the code of a top-level form, which runs once and is of no interest by itself.
  public var isTopLevel: Bool {
    get { load8(address, FuncLayout.isTopLevel) != 0 }
    nonmutating set { store8(address, FuncLayout.isTopLevel, newValue ? 1 : 0) }
  }
  /// How often generated code presumed something wrong since it was generated.
  var failures: UInt8 {
    get { load8(address, FuncLayout.failures) }
    nonmutating set { store8(address, FuncLayout.failures, newValue) }
  }
  /// How often code was generated anew because it presumed something wrong.
  public var regenerations: UInt8 {
    get { load8(address, FuncLayout.regenerations) }
    nonmutating set { store8(address, FuncLayout.regenerations, newValue) }
  }
  /// The number of slots of the deepest frame.
  public var frameSlots: Int {
    get { Int(load32(address, FuncLayout.frameSlots)) }
    nonmutating set { store32(address, FuncLayout.frameSlots, UInt32(newValue)) }
  }
  /// The Func made before this one.
  public var previous: Func { Func(load32(address, FuncLayout.previous)) }
  public var freeVariables: Int {
    get { Int(load32(address, FuncLayout.freeVariables)) }
    nonmutating set { store32(address, FuncLayout.freeVariables, UInt32(newValue)) }
  }
  /// The newest of the debugger's notes; see `VariableNote`.
  var notes: Address {
    get { load32(address, FuncLayout.notes) }
    nonmutating set { store32(address, FuncLayout.notes, newValue) }
  }
  public var position: SourcePosition { SourcePosition(bits: load64(address, FuncLayout.position)) }

  // MARK: Variants

  /// Whether this is the code of another procedure for some numbers of arguments.
  @inline(__always) public var isVariant: Bool { load8(address, FuncLayout.variantPlace) != 0 }
  /// The variable of that one's closures that holds the procedure of this code; nil: there is only one procedure, in `ownProcedureCell`.
  public var variantVariable: Int? {
    let place = Int(load8(address, FuncLayout.variantPlace))
    return place < 2 ? nil : place - 2
  }
  /// The procedure that a variant belongs to.
  public var general: Func { Func(load32(address, FuncLayout.variants)) }
  /// The cell of the one procedure of this code, or 0.
  public var ownProcedureCell: Address {
    get { load32(address, FuncLayout.ownProcedure) }
    nonmutating set { store32(address, FuncLayout.ownProcedure, newValue) }
  }

  /// The code of a procedure with a rest parameter for some number of arguments, if that is code of its own.
  @inline(__always)
  public func variant(_ count: Int) -> Func? {
    let table = load32(address, FuncLayout.variants)
    if table == 0 || count > FuncLayout.maximumDirectArity || isVariant { return nil }
    let variant = load32(table &+ UInt32(truncatingIfNeeded: count) &* 4)
    return variant == 0 ? nil : Func(variant)
  }

  /// The procedure of a variant that is called in place of a procedure of its general Func.
  @inline(__always)
  func procedure(of general: Word) -> Word {
    let place = load8(address, FuncLayout.variantPlace)
    return place == 1 ? load64(ownProcedureCell) : load64(UInt32(truncatingIfNeeded: general) &+ UInt32(Operand.freeOffset(Int(place) &- 2)))
  }

  /// Makes a closed procedure, which belongs to nothing else, the code of this one for its number of arguments.
  func addVariant(_ procedure: Word) {
    let variant = Func(procedureFunction(procedure))
    addVariant(variant, taking: variant.parameters)
    variant.ownProcedureCell = CodeStore.addConstant(procedure)
  }

  /// Makes other code that of this one for a number of arguments. Its procedure is in a variable of this one's closures, or the only one of it.
  func addVariant(_ variant: Func, taking count: Int, in variable: Int? = nil) {
    let place = variable.map { $0 + 2 } ?? 1
    if place > UInt8.max { return }
    if load32(address, FuncLayout.variants) == 0 {
      store32(address, FuncLayout.variants, CodeStore.allocate(bytes: 4 * (FuncLayout.maximumDirectArity + 1)))
    }
    store32(load32(address, FuncLayout.variants) &+ UInt32(count) &* 4, variant.address)
    store32(variant.address, FuncLayout.variants, address)
    store8(variant.address, FuncLayout.variantPlace, UInt8(place))
  }
  /// The greatest number of arguments of a primitive; -1: any.
  public var maximumArguments: Int { Int(Int32(bitPattern: load32(address, FuncLayout.maximumArguments))) }

  /// Whether a call with `count` arguments is right.
  @inline(__always)
  public func accepts(_ count: Int) -> Bool {
    if kind == .primitive { return count >= parameters && (maximumArguments < 0 || count <= maximumArguments) }
    return count == parameters || (count > parameters && hasRest)
  }

  /// The newest Func; the others follow through `previous`.
  nonisolated(unsafe) public static var newest = Func(0)
  /// Whether there is a Func at an address: there need not be one any more.
  public static func exists(at address: Address) -> Bool {
    var function = newest
    while function.address != 0 {
      if function.address == address { return true }
      function = function.previous
    }
    return false
  }

  /// Takes Funcs off the list.
  static func removeAll(where isGone: (Func) -> Bool) {
    ProcedureTemplate.removeAll(where: isGone)
    var kept = Func(0)
    var function = newest
    newest = Func(0)
    while function.address != 0 {
      let previous = function.previous
      if !isGone(function) {
        if kept.address == 0 { newest = function } else { store32(kept.address, FuncLayout.previous, function.address) }
        store32(function.address, FuncLayout.previous, 0)
        kept = function
      }
      function = previous
    }
  }

  /// Table indices of the entry stubs, in the order of `EntryStub`; set by the guest.
  nonisolated(unsafe) public static var stubIndex: @convention(c) (Int32) -> Int32 = { _ in 0 }
  nonisolated(unsafe) private static var stubs: [UInt32] = []

  /// The same, looked up once.
  static func stub(_ number: Int) -> UInt32 {
    if stubs.isEmpty { stubs = (0..<EntryStub.count).map { UInt32(bitPattern: stubIndex(Int32($0))) } }
    return stubs[number]
  }

  /// Lets all calls reach the interpreter.
  private func enterInterpreter() {
    for count in 0...FuncLayout.maximumDirectArity {
      store32(address, FuncLayout.directEntries + 4 * count, Func.stub(EntryStub.interpret + count))
    }
    store32(address, FuncLayout.generalEntry, Func.stub(EntryStub.interpretAny))
  }

  /// Forgets the generated code of a lambda.
  func unlink() {
    enterInterpreter()
    store8(address, FuncLayout.flags, load8(address, FuncLayout.flags) & ~FuncLayout.linkedFlag)
  }

  static func make(
    kind: FuncKind, name: Word, parameters: Int, hasRest: Bool = false, maximumArguments: Int = -1, primitive: Int = 0,
    position: SourcePosition = .none
  ) -> Func {
    let address = CodeStore.allocate(bytes: FuncLayout.size)
    let function = Func(address)
    function.enterInterpreter()
    store16(function.address, FuncLayout.parameters, UInt16(truncatingIfNeeded: parameters))
    store8(function.address, FuncLayout.flags, hasRest ? FuncLayout.restFlag : 0)
    store8(function.address, FuncLayout.kind, kind.rawValue)
    store32(function.address, FuncLayout.primitive, UInt32(primitive))
    function.name = name
    store32(function.address, FuncLayout.previous, newest.address)
    store64(function.address, FuncLayout.position, position.bits)
    store32(function.address, FuncLayout.maximumArguments, UInt32(bitPattern: Int32(maximumArguments)))
    newest = function
    return function
  }
}
