// Typed calls and host functions of up to four parameters, one by one. They do what the general ones in Function+Typed.swift do; but the compiler
// turns them into a few instructions, where parameter packs cost it a call for every number.

import FaultHandler

extension Function {
  /// Calls the function and takes its result; `packed` is what the signature must be.
  @inlinable @inline(__always)
  func result<Result: WasmNumber>(_ packed: UInt64, _ arguments: DirectArguments, _: Result.Type) throws -> Result {
    guard packed == signature.packedParameters, Result.wasmKind == signature.packedResult else { throw mismatch(packed, Result.wasmKind) }
    return try callForResult(arguments, Result.self)
  }

  @inlinable @inline(__always)
  func run(_ packed: UInt64, _ arguments: DirectArguments) throws {
    guard packed == signature.packedParameters, signature.packedResult == 0 else { throw mismatch(packed, 0) }
    try callForNothing(arguments)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<Result: WasmNumber>(as: Result.Type = Result.self) throws -> Result {
    let arguments = DirectArguments()
    return try result(1, arguments, Result.self)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction() throws {
    let arguments = DirectArguments()
    try run(1, arguments)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, Result: WasmNumber>(_ a: A, as: Result.Type = Result.self) throws -> Result {
    var arguments = DirectArguments()
    arguments.add(a)
    return try result(1 << 4 | A.wasmKind, arguments, Result.self)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber>(_ a: A) throws {
    var arguments = DirectArguments()
    arguments.add(a)
    try run(1 << 4 | A.wasmKind, arguments)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, B: WasmNumber, Result: WasmNumber>(_ a: A, _ b: B, as: Result.Type = Result.self) throws -> Result {
    var arguments = DirectArguments()
    arguments.add(a)
    arguments.add(b)
    return try result((1 << 4 | A.wasmKind) << 4 | B.wasmKind, arguments, Result.self)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, B: WasmNumber>(_ a: A, _ b: B) throws {
    var arguments = DirectArguments()
    arguments.add(a)
    arguments.add(b)
    try run((1 << 4 | A.wasmKind) << 4 | B.wasmKind, arguments)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, B: WasmNumber, C: WasmNumber, Result: WasmNumber>(_ a: A, _ b: B, _ c: C, as: Result.Type = Result.self)
    throws -> Result
  {
    var arguments = DirectArguments()
    arguments.add(a)
    arguments.add(b)
    arguments.add(c)
    return try result(((1 << 4 | A.wasmKind) << 4 | B.wasmKind) << 4 | C.wasmKind, arguments, Result.self)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, B: WasmNumber, C: WasmNumber>(_ a: A, _ b: B, _ c: C) throws {
    var arguments = DirectArguments()
    arguments.add(a)
    arguments.add(b)
    arguments.add(c)
    try run(((1 << 4 | A.wasmKind) << 4 | B.wasmKind) << 4 | C.wasmKind, arguments)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, B: WasmNumber, C: WasmNumber, D: WasmNumber, Result: WasmNumber>(
    _ a: A, _ b: B, _ c: C, _ d: D, as: Result.Type = Result.self
  ) throws -> Result {
    var arguments = DirectArguments()
    arguments.add(a)
    arguments.add(b)
    arguments.add(c)
    arguments.add(d)
    return try result((((1 << 4 | A.wasmKind) << 4 | B.wasmKind) << 4 | C.wasmKind) << 4 | D.wasmKind, arguments, Result.self)
  }

  /// See the general `callAsFunction`.
  @inlinable
  public func callAsFunction<A: WasmNumber, B: WasmNumber, C: WasmNumber, D: WasmNumber>(_ a: A, _ b: B, _ c: C, _ d: D) throws {
    var arguments = DirectArguments()
    arguments.add(a)
    arguments.add(b)
    arguments.add(c)
    arguments.add(d)
    try run((((1 << 4 | A.wasmKind) << 4 | B.wasmKind) << 4 | C.wasmKind) << 4 | D.wasmKind, arguments)
  }
}

extension Function {
  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<Result: WasmNumber>(_ store: Store, _ body: @escaping (borrowing Caller) throws -> Result) {
    self.init(store, [], [Result.wasmType]) { caller, frame in
      giveResult(try body(caller), frame)
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init(_ store: Store, _ body: @escaping (borrowing Caller) throws -> Void) {
    self.init(store, [], []) { caller, frame in
      try body(caller)
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, Result: WasmNumber>(_ store: Store, _ body: @escaping (borrowing Caller, A) throws -> Result) {
    self.init(store, [A.wasmType], [Result.wasmType]) { caller, frame in
      var cursor = ParameterCursor(frame)
      giveResult(try body(caller, cursor.next(A.self)), frame)
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber>(_ store: Store, _ body: @escaping (borrowing Caller, A) throws -> Void) {
    self.init(store, [A.wasmType], []) { caller, frame in
      var cursor = ParameterCursor(frame)
      try body(caller, cursor.next(A.self))
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, B: WasmNumber, Result: WasmNumber>(_ store: Store, _ body: @escaping (borrowing Caller, A, B) throws -> Result) {
    self.init(store, [A.wasmType, B.wasmType], [Result.wasmType]) { caller, frame in
      var cursor = ParameterCursor(frame)
      giveResult(try body(caller, cursor.next(A.self), cursor.next(B.self)), frame)
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, B: WasmNumber>(_ store: Store, _ body: @escaping (borrowing Caller, A, B) throws -> Void) {
    self.init(store, [A.wasmType, B.wasmType], []) { caller, frame in
      var cursor = ParameterCursor(frame)
      try body(caller, cursor.next(A.self), cursor.next(B.self))
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, B: WasmNumber, C: WasmNumber, Result: WasmNumber>(
    _ store: Store, _ body: @escaping (borrowing Caller, A, B, C) throws -> Result
  ) {
    self.init(store, [A.wasmType, B.wasmType, C.wasmType], [Result.wasmType]) { caller, frame in
      var cursor = ParameterCursor(frame)
      giveResult(try body(caller, cursor.next(A.self), cursor.next(B.self), cursor.next(C.self)), frame)
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, B: WasmNumber, C: WasmNumber>(_ store: Store, _ body: @escaping (borrowing Caller, A, B, C) throws -> Void) {
    self.init(store, [A.wasmType, B.wasmType, C.wasmType], []) { caller, frame in
      var cursor = ParameterCursor(frame)
      try body(caller, cursor.next(A.self), cursor.next(B.self), cursor.next(C.self))
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, B: WasmNumber, C: WasmNumber, D: WasmNumber, Result: WasmNumber>(
    _ store: Store, _ body: @escaping (borrowing Caller, A, B, C, D) throws -> Result
  ) {
    self.init(store, [A.wasmType, B.wasmType, C.wasmType, D.wasmType], [Result.wasmType]) { caller, frame in
      var cursor = ParameterCursor(frame)
      giveResult(try body(caller, cursor.next(A.self), cursor.next(B.self), cursor.next(C.self), cursor.next(D.self)), frame)
    }
  }

  /// See the general initialiser for closures over numbers.
  @inlinable
  public init<A: WasmNumber, B: WasmNumber, C: WasmNumber, D: WasmNumber>(
    _ store: Store, _ body: @escaping (borrowing Caller, A, B, C, D) throws -> Void
  ) {
    self.init(store, [A.wasmType, B.wasmType, C.wasmType, D.wasmType], []) { caller, frame in
      var cursor = ParameterCursor(frame)
      try body(caller, cursor.next(A.self), cursor.next(B.self), cursor.next(C.self), cursor.next(D.self))
    }
  }
}
