// The routines of the runtime that generated code calls: by their index in the function table. A generated module imports nothing but memory
// and table, so it calls the guest as it calls procedures, through the table.
import GuestABI
import SchemeCore

/// What a routine takes and returns.
enum RoutineType: Int, CaseIterable {
  /// (i64, i64) -> i64
  case binary = 0
  /// (arguments: i32, count: i32) -> i64
  case primitive
  /// (closure: i64, sp: i32, count: i32) -> i64
  case general
  /// (sp: i32, node: i32) -> i64
  case frame
  /// (node: i32) -> i64
  case place
  /// (bytes: i32) -> i32
  case allocate
  /// (bits: i64) -> i64
  case unary
  /// (sp: i32, from: i32, to: i32) -> i64
  case list
}

/// Table indices of the routines, filled in by the guest at start-up.
public struct RuntimeRoutines {
  public var add: UInt32 = 0
  public var subtract: UInt32 = 0
  public var multiply: UInt32 = 0
  public var quotient: UInt32 = 0
  public var remainder: UInt32 = 0
  public var modulo: UInt32 = 0
  public var divide: UInt32 = 0
  public var numberEqual: UInt32 = 0
  public var less: UInt32 = 0
  public var lessEqual: UInt32 = 0
  public var greater: UInt32 = 0
  public var greaterEqual: UInt32 = 0
  public var isZero: UInt32 = 0
  public var isPositive: UInt32 = 0
  public var isNegative: UInt32 = 0
  public var pollEntry: UInt32 = 0
  public var pollLoop: UInt32 = 0
  public var recordFrame: UInt32 = 0
  public var recordPlace: UInt32 = 0
  /// Records the frame of a node that failed, for the debugger.
  public var recordFailedFrame: UInt32 = 0
  /// Records a loop that is left, for the debugger; takes the procedure, the frame and the address of the jump.
  public var recordLoop: UInt32 = 0
  /// Says that a callee is not a procedure; takes the callee, the node's address and the number of arguments.
  public var badCallee: UInt32 = 0
  public var arityError: UInt32 = 0
  public var allocate: UInt32 = 0
  public var boxFlonum: UInt32 = 0
  public var listOfArguments: UInt32 = 0
  /// Spreads the list that is the last of some arguments for a procedure; returns how many there are then, or `unwind`.
  public var spreadList: UInt32 = 0
  public var parameterValue: UInt32 = 0
  /// Of borrowed continuations (SchemeCore's Continuations.swift).
  public var arrive: UInt32 = 0
  public var keepFrames: UInt32 = 0
  public var keepNextFrames: UInt32 = 0
  public var outlive: UInt32 = 0
  /// A global that held the procedure of a Func has been assigned; takes both addresses.
  public var globalAssigned: UInt32 = 0
  public var gather: UInt32 = 0
  /// Goes on in the interpreter; takes the procedure, the frame and the node's address.
  public var deoptimize: UInt32 = 0
  /// The table indices of `latch_spread_0 ... 6`.
  public var spreads: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0, 0, 0)

  public init() {}

  func spread(_ count: Int) -> UInt32 {
    switch count {
    case 0: spreads.0
    case 1: spreads.1
    case 2: spreads.2
    case 3: spreads.3
    case 4: spreads.4
    case 5: spreads.5
    default: spreads.6
    }
  }

  /// The table index of a primitive.
  func primitive(_ row: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: unsafeBitCast(Primitives.row(at: row).function, to: UInt.self))
  }
}

nonisolated(unsafe) public var runtimeRoutines = RuntimeRoutines()
