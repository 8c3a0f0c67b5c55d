// Register allocation: where each virtual register is at each point of a function. Six steps:
//
// 1. Number points and find lifetimes (+Liveness): two points for each instruction, `early` and `late`, and a pair before each block.
// 2. Place spills. Instructions that change many registers, like calls, are clobber points. Of the virtual registers that are live across some, those
//    that profit most stay in one of the registers that these leave alone (+CalleeSaved). The live range of each of the others is split into
//    the parts in a register ("pieces"), chosen by what loads would cost where, and those in its slot (+SpillPlacement). Everything else is one piece.
// 3. Join pieces that a copy connects (block parameters and arguments, moves, reused operands) into bundles (+Coalescing).
// 4. Give bundles registers, the long ones first; a bundle that finds none evicts cheaper ones, or is split: into its copied parts, around
//    loops, into blocks, within a block, down to single instructions, which always succeed (+Assignment, +Splitting).
// 5. Leave block parameters in memory that only hand on what is there (+PassedParameters), give slots to what is not always in a register, by interference, and
//    write down each operand's place and the moves (+Slots, +Moves).
// 6. Put the moves of loops' back edges before the branches that decide about them (HoistEdgeMoves).
//
// A virtual register has one definition, so its slot is written at one place (after the definition, or where the register that
// holds it is given up, if that is colder) and holds the value from there on; registers may be dropped at no cost.
//
// Everything works on arrays kept from function to function. Costs are near linear: no interference graph; occupancy is a set of
// registers per point (PointSets). Nothing here recurses, and no input that keeps MachineFunction's contract makes it fail.

import RawCollections

/// A point in the code: 2 × an instruction's index (see `RegisterAllocator.slotOfInstruction`), + 1 for what is late.
typealias Point = UInt32

extension UInt32 {
  /// No element.
  @inline(__always) static var nothing: UInt32 { .max }
}

/// A part of a piece: points from `from` up to, not including, `to`.
struct LiveRange {
  var from: Point
  var to: Point
  /// Of the same bundle, in order.
  var next = UInt32.nothing
  var piece: UInt32
  /// Of the same register, among those that start in the same bucket (+Assignment).
  var nextInBucket = UInt32.nothing
}

/// A connected part of a virtual register's live range that is to be in one register. Ranges hang off the bundle.
struct Piece {
  var register: UInt32
  /// What loads and stores would cost if this were in memory.
  var cost: Float
  /// Points covered.
  var length: UInt32
  /// Registers reserved by instructions somewhere in the piece.
  var reserved: RegisterSet
  var hint: UInt8
  var hintWeight: Float
  /// How often a part of it was cut off.
  var cuts: UInt8
  /// Cannot be split further.
  var isMinimal = false
  /// Keeps its register across clobber points.
  var isCalleeSaved = false
  var nextInBundle = UInt32.nothing
}

/// Pieces that share a register and don't overlap. A bundle has the number of its first piece.
struct Bundle {
  var firstRange: UInt32
  var lastRange: UInt32
  /// While bundles are joined: one of the ranges, about where they were joined last.
  var latestRange = UInt32.nothing
  var rangeCount: UInt32
  var firstPiece: UInt32
  var lastPiece: UInt32
  var cost: Float
  var length: UInt32
  var weight: Float
  var reserved: RegisterSet
  var hint: UInt8
  var hintWeight: Float
  var isCalleeSaved = false
  var place = RegisterAllocator.noPlace
}

/// What use of a virtual register an operand makes, by what the allocator has to do for it.
enum UseKind: UInt8 {
  /// In a register at the early point.
  case register
  /// In a register at both points.
  case lateRegister
  case any, lateAny
  /// Moved into a fixed register before the instruction.
  case fixed
  /// Moved into the place of a definition before the instruction.
  case reused
  /// A block's argument.
  case argument

  /// How many points after the instruction's first one the virtual register is still live.
  @inline(__always) var extent: UInt32 {
    switch self {
    case .register, .any: return 1
    case .lateRegister, .lateAny, .argument: return 2
    case .fixed, .reused: return 0
    }
  }

  @inline(__always) var needsRegister: Bool { self == .register || self == .lateRegister }
}

struct RegisterUse {
  /// The instruction's early point.
  var point: Point
  var operand: UInt32
  var kind: UseKind
  /// The fixed register, or the operand number of the definition that reuses.
  var detail: UInt8 = 0

  @inline(__always) var end: Point { point &+ kind.extent }
}

enum DefinitionKind: UInt8 {
  case none, parameter
  /// In a register from the late point on.
  case register
  /// In a register from the early point on.
  case early
  /// Left in a fixed register; the virtual register begins after the instruction.
  case fixed
  case any
}

struct RegisterRecord {
  var definition: Point = .max
  var definitionOperand = UInt32.nothing
  var definitionBlock = UInt32.nothing
  var definitionKind = DefinitionKind.none
  /// The fixed register.
  var definitionDetail: UInt8 = 0
  var registerClass: RegisterClass = .integer
  var width: RegisterWidth = .w64
  /// A register that some part of it got.
  var place = RegisterAllocator.noPlace
  /// Another virtual register that would like to be in the same place.
  var partner = UInt32.nothing
  var rematerialization = UInt32.nothing
  var firstUse: UInt32 = 0
  var endUse: UInt32 = 0
  var firstLifetime: UInt32 = 0
  var endLifetime: UInt32 = 0
  /// Its final ranges.
  var firstHome: UInt32 = 0
  var endHome: UInt32 = 0
  /// Its slot, or before slots have numbers what represents the set of virtual registers that share it.
  var slot = UInt32.nothing
  /// The slot is written right after the definition (or instead of a register).
  var slotIsWrittenFirst = false
  /// Has a slot of its own, and registers only within blocks; its lifetime is known block by block.
  var isInMemory = false
  /// All its live range is in one register.
  var isSettled = false
  /// The register that it is to keep across clobber points.
  var calleeSaved = RegisterAllocator.noPlace
}

struct Lifetime {
  var from: Point
  var to: Point
}

struct RegisterAllocator: ~Copyable {
  static var noPlace: UInt8 { .max }

  // Points (+Liveness). Points of block b start at blockStart[b]; instruction i of it has the slot i + b + 1.
  private var edgeMoves = HoistEdgeMoves()
  var blockStart = UncheckedArray<Point>(capacity: 256)
  var blockOfSlot = UncheckedArray<UInt32>(capacity: 2048)
  /// Registers that instructions need for themselves at each point.
  var reserved = PointSets()
  /// Slots of the instructions that change many registers of a class, and the number of those before each slot.
  var integerClobbers = UncheckedArray<UInt32>(capacity: 64)
  var floatClobbers = UncheckedArray<UInt32>(capacity: 64)
  var integerClobbersBefore = UncheckedArray<UInt32>(capacity: 2048)
  var floatClobbersBefore = UncheckedArray<UInt32>(capacity: 2048)

  // Blocks (BlockFrequencies).
  var frequencies = BlockFrequencies()

  // Virtual registers.
  var registers = UncheckedArray<RegisterRecord>(capacity: 1024)
  var uses = UncheckedArray<RegisterUse>(capacity: 2048)
  var lifetimes = UncheckedArray<Lifetime>(capacity: 1024)
  var markedIn = UncheckedArray<UInt32>(capacity: 256)
  var markedOut = UncheckedArray<UInt32>(capacity: 256)
  var markedBits = UncheckedArray<UInt64>(capacity: 16)
  var firstMarked = 0
  var lastMarked = 0
  /// Live pairs of virtual register and block that may still be looked at.
  var pairsLeft = 0
  var blockStack = UncheckedArray<UInt32>(capacity: 64)

  // Pieces (+SpillPlacement, +Coalescing).
  var blockRanges = UncheckedArray<BlockRange>(capacity: 64)
  var rangeOfBlock = UncheckedArray<UInt32>(capacity: 256)
  var segments = UncheckedArray<Segment>(capacity: 64)
  /// What may keep a register across clobber points (+CalleeSaved).
  var candidates = UncheckedArray<CalleeSavedCandidate>(capacity: 64)
  var saveRegion = SaveRegion()
  var blocksWithClobbers = UncheckedArray<UInt8>(capacity: 128)
  /// Of the virtual register being split.
  var splitClass = RegisterClass.integer
  var ranges = UncheckedArray<LiveRange>(capacity: 1024)
  var pieces = UncheckedArray<Piece>(capacity: 1024)
  var bundles = UncheckedArray<Bundle>(capacity: 1024)
  var bundleOfPiece = UncheckedArray<UInt32>(capacity: 1024)
  var copies = UncheckedArray<Copy>(capacity: 256)
  var sortedCopies = UncheckedArray<Copy>(capacity: 256)

  // Assignment.
  var occupied = PointSets()
  var queue = EntryHeap<QueueEntry>(capacity: 256)
  var bucketHeads = UncheckedArray<UInt32>(capacity: 1024)
  var bucketBits = UncheckedArray<UInt64>(capacity: 64)
  var bucketCount = 0
  var bucketWords = 0
  var registerIndex = UncheckedArray<UInt8>(capacity: 64)
  var evicted = UncheckedArray<UInt32>(capacity: 64)
  var evictionStamp = UncheckedArray<UInt32>(capacity: 1024)
  var evictionRound: UInt32 = 0
  /// Ranges and buckets that were looked at to find out whom to evict.
  var conflictsSeen = 0

  // Result.
  var homes = UncheckedArray<Home>(capacity: 1024)
  var pending = UncheckedArray<PendingMove>(capacity: 256)
  var moveCounts = UncheckedArray<UInt32>(capacity: 1024)
  var sortedMoves = UncheckedArray<PendingMove>(capacity: 256)
  var drops = UncheckedArray<PendingMove>(capacity: 64)
  /// By virtual register: what is gained if it is in its slot at its definition (+PassedParameters).
  var gains = UncheckedArray<Float>(capacity: 1024)
  var slotSets = UncheckedArray<SlotSet>(capacity: 64)
  var slotOrder = UncheckedArray<UInt32>(capacity: 64)
  var slotHeap = EntryHeap<UInt64>(capacity: 64)
  /// Those of 8 bytes, and those of 16.
  var freeSlots = UncheckedArray<UInt32>(capacity: 64)
  var freeWideSlots = UncheckedArray<UInt32>(capacity: 16)
  var parallelMoves = ParallelMoves()

  // (Methods that change nothing are called mutating all the same: this is a large structure, which would be copied for them.)

  /// No instruction was found to need more registers than there are.
  var isComplete = true

  init() {}

  /// Allocates registers for a function. `allocations` is overwritten. False: the allocation is incomplete, because an instruction needs more
  /// registers than there are, or because the function's budget is used up.
  mutating func allocate(_ function: borrowing MachineFunction, into allocations: inout Allocations) -> Bool {
    isComplete = true
    function.work.spend(function.instructions.count + function.operands.count + function.blockNumbers.count)
    numberPoints(function)
    frequencies.estimate(function)
    collectOperands(function)
    findLifetimes(function)
    makePieces(function)
    coalesce(function)
    if function.work.isSpent { return false }
    assign(function)
    if function.work.isSpent { return false }
    gatherHomes(function)
    leaveParametersInSlots(function)
    assignSlots(function, &allocations)
    placeOperands(function, &allocations)
    if function.work.isSpent { return false }
    orderEdits(function, &allocations)
    edgeMoves.run(function, &allocations)
    allocations.findSaves(function)
    return isComplete
  }

  // MARK: Points

  @inline(__always)
  static func slotOfInstruction(_ instruction: Int, in block: Int) -> Int { instruction &+ block &+ 1 }

  /// The instruction that a point belongs to; a block's first for the points before it.
  @inline(__always)
  mutating func instruction(at point: Point, _ function: borrowing MachineFunction) -> Int {
    let slot = Int(point >> 1)
    let block = Int(blockOfSlot[slot])
    return max(slot &- block &- 1, Int(function.blocks[block].firstInstruction))
  }
}
