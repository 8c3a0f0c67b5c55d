// The import interface by which a guest has modules linked to itself while it runs: names and numbers. docs/late-linking.md is its specification;
// latch_jit.h says the same for guests in C.
//
// Every function returns at once what it has to say, an error as a negative number: a guest that asks for too much, or for nonsense, does not trap.

/// The functions of `latch_jit`. Pointers, lengths and handles are i32.
public enum LateLinkInterface {
  /// The module name of the imports.
  public static let module = "latch_jit"
  /// What `version` returns.
  public static let currentVersion: Int32 = 1

  /// `() -> i32`: the version of the interface. A host that has no late linking need not define the others.
  public static let version = "version"
  /// `(pointer, length, flags) -> i32`: compile, instantiate and start the module at that place of the guest's memory; its handle, above 0, or a
  /// `LinkFailure`. The bytes are copied.
  public static let link = "link"
  /// `(pointer, length, flags) -> i32`: the same, but the module may be compiled meanwhile, and is instantiated and started during a later call of a function of
  /// this interface.
  public static let linkAsync = "link_async"
  /// `(handle) -> i32`: a `LinkState`; why linking failed; or `LinkFailure.noSuchHandle`.
  public static let state = "state"
  /// `(handle) -> i32`: the module is needed no more; 0, or a `LinkFailure`. What still refers to its functions keeps them.
  public static let unlink = "unlink"
  /// `(handle, pointer, capacity) -> i32`: stores one 64-bit word for each function that the module defines, as far as `capacity` bytes allow; how many functions
  /// there are, or a `LinkFailure`. See `FunctionCount`.
  public static let counts = "counts"
  /// `(pointer, capacity) -> i32`: the length of the text that says why the last call failed; its beginning is stored as far as `capacity` bytes allow.
  public static let message = "message"
}

/// Bits of `flags`.
public enum LinkFlag {
  /// Have all functions optimized at once, in the background: the guest knows that they are hot.
  public static let hot: Int32 = 1
  public static let all: Int32 = 1
}

/// How far a module is.
public enum LinkState {
  /// What `link` returns where the host links modules only between calls of the guest.
  public static let pullOnly: Int32 = 0
  /// It is being compiled, or its start function is running.
  public static let pending: Int32 = 1
  /// Its functions can be called.
  public static let linked: Int32 = 2
  /// It was unlinked, but something still refers to its code. When nothing does, its handle goes.
  public static let retired: Int32 = 3
}

/// Why something was not done.
public enum LinkFailure: Int32, Sendable, CaseIterable {
  /// No module has this handle, or has it any more.
  case noSuchHandle = -1
  /// The bytes are not within the guest's memory.
  case outsideMemory = -2
  /// They are not a valid module.
  case invalidModule = -3
  /// An import is missing or of another type.
  case badImport = -4
  /// A segment was out of bounds, or the start function trapped or threw. What it did before that stays.
  case startFailed = -5
  /// There is no memory, or no room for code.
  case outOfMemory = -6
  /// The guest has as many modules as it may have.
  case tooManyModules = -7
  /// Its modules have as many bytes together, or take as much memory, as they may.
  case tooManyBytes = -8
  /// Start functions link modules whose start functions link modules, and so on.
  case tooDeep = -9
  /// A flag that this version does not know.
  case badFlags = -10
  /// The module is just being started.
  case busy = -11

  /// Whether there is room for the module when others have been unlinked.
  public var isForWantOfRoom: Bool { self == .outOfMemory || self == .tooManyModules || self == .tooManyBytes }
}

/// The words of `counts`.
public enum FunctionCount {
  /// Bits 0 to 31: what the function has spent of the count after which it is optimized: `callWeight` for each call, 1 for each iteration of a loop. It begins
  /// anew when the count is spent, and stands still when the function is optimized.
  public static let spentMask: UInt64 = 0xFFFF_FFFF
  public static let callWeight: UInt64 = 8
  /// Bits 32 to 39: which compiler's code runs.
  public static let tierShift: UInt64 = 32
  public static let baseline: UInt64 = 0
  /// Baseline code, and the optimizing compiler has been asked for better.
  public static let waiting: UInt64 = 1
  public static let optimized: UInt64 = 2
  /// Baseline code for ever.
  public static let refused: UInt64 = 3
}
