// What a module says about the probable outcomes of its branches: the section `metadata.code.branch_hint` of the branch hinting proposal. For each
// function, in ascending order, a list of hints, in ascending order: the byte offset of a `br_if` or `if` in the body (from the declarations of
// locals on), the size of what follows, 1, and 1 if the condition probably holds, 0 if not. A hint changes nothing but time; what is wrong with one
// is no error of the module.

/// What a module says about a branch.
public struct BranchHint: Equatable, Sendable {
  var bits: UInt32

  /// `offset`: of the operator in the function's body; less than `offsetLimit`.
  public init(offset: UInt32, isLikely: Bool) { bits = offset << 1 | (isLikely ? 1 : 0) }

  public var offset: UInt32 { bits >> 1 }
  /// Whether the condition probably holds.
  public var isLikely: Bool { bits & 1 != 0 }

  public static var offsetLimit: UInt32 { 1 << 31 }
  static var sectionName: WasmName { "metadata.code.branch_hint" }
}

/// The hints of a module.
public struct BranchHints: Sendable {
  /// One function's hints: `hints[start..<end]`.
  struct Entry: Sendable {
    var function: UInt32
    var start: UInt32
    var end: UInt32
  }

  public private(set) var hints: [BranchHint] = []
  private(set) var entries: [Entry] = []

  public init() {}

  /// Where a function's hints, if it has any, are in `hints`.
  public func range(ofFunction function: UInt32) -> Range<Int> {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].function < function { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].function == function else { return 0..<0 }
    return Int(entries[low].start)..<Int(entries[low].end)
  }

  mutating func append(_ hint: BranchHint) { hints.append(hint) }

  /// The hints that were appended since the last call are this function's.
  mutating func endFunction(_ function: UInt32) {
    let start = entries.last?.end ?? 0
    if hints.count > start { entries.append(Entry(function: function, start: start, end: UInt32(hints.count))) }
  }
}

extension ModuleWriter {
  /// Writes the hints of a function's body, whose code starts at this offset in the body.
  mutating func addHints(_ hints: [BranchHint], function: UInt32, codeOffset: Int) {
    if hints.isEmpty { return }
    hintSection.content.unsigned(function)
    hintSection.content.unsigned(hints.count)
    for hint in hints {
      hintSection.content.unsigned(hint.offset + UInt32(codeOffset))
      hintSection.content.unsigned(1 as UInt32)
      hintSection.content.append(hint.isLikely ? 1 : 0)
    }
    hintSection.count += 1
  }
}
