// An instruction: fixed size, in the graph's one array; within its block it is a link of a list. Up to three arguments are in the fields
// `a`, `b`, `c`; of operations with lists (row.argumentCount < 0) these fields describe a piece of the graph's pool.

struct Instruction {
  var operation: Operation
  var type: ValueKind
  /// Of loads and stores.
  var access = MemoryAccess.whole
  /// For passes; 0 between them.
  var mark: UInt8 = 0
  /// A parameter's, result's, memory's, global's, table's, function's, type's or helper's number.
  var index: UInt32 = 0
  /// A constant's bits, an offset, or what the operation says.
  var immediate: Int64 = 0
  var a = Value.none
  var b = Value.none
  var c = Value.none
  /// Where it is; none: nowhere.
  var block = Block.none
  var previous = Value.none
  var next = Value.none
  /// The operator that it comes from: offset from the start of the module's bytes. For trap sites.
  var wasmOffset: UInt32 = 0
  /// Known not to trap where it stands (elsewhere it might): without uses it may go.
  var isSafe = false

  @inline(__always)
  init(_ operation: Operation, _ type: ValueKind, _ a: Value = .none, _ b: Value = .none, _ c: Value = .none) {
    self.operation = operation
    self.type = type
    self.a = a
    self.b = b
    self.c = c
  }

  @inline(__always)
  init(_ operation: Operation, _ type: ValueKind, index: UInt32, immediate: Int64 = 0) {
    self.operation = operation
    self.type = type
    self.index = index
    self.immediate = immediate
  }
}

/// A basic block.
struct BlockRecord {
  var first = Value.none
  /// The terminator, once there is one.
  var last = Value.none
  /// Pieces of the pool, as an instruction's list.
  var successors = List.empty
  /// In the order of the inputs of phis. A block that branches here along two edges is listed twice.
  var predecessors = List.empty
  /// Number of loops around it; set by FindLoops.
  var loopDepth: UInt16 = 0
  /// Leads to a trap or to what the program marks as unlikely: goes to the end of the code.
  var isCold = false
}

/// A piece of the graph's pool of words.
struct List {
  var start: UInt32
  var count: UInt32
  var capacity: UInt32
  static var empty: List { List(start: 0, count: 0, capacity: 0) }
}
