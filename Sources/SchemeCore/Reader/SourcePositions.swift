// Where the data that the reader made stood in the source: valid until the next poll, since the keys are pointers. Two tables in
// one: the position of a datum (a list, by its first pair; a vector), and the position of the element in a pair's car, so that a
// symbol's occurrence has a place too.
import GuestABI

nonisolated(unsafe) private var positions = WordTable()

public enum SourcePositions {
  /// The number of the source being read; 0 when what is read has no place.
  nonisolated(unsafe) static var source = 0

  /// Where the list begins that begins with a pair, or a vector.
  public static func lookup(_ datum: Word) -> SourcePosition? {
    if !datum.isPointer { return nil }
    return unpack(positions.value(datum))
  }

  /// Where the element in the car of a pair is.
  public static func lookupElement(of pair: Word) -> SourcePosition? { unpack(positions.value(elementKey(pair))) }

  /// Gives `target` the position of `source`, if that has one.
  public static func copy(from source: Word, to target: Word) {
    if !source.isPointer || !target.isPointer { return }
    if let position = positions.value(source) { positions.set(target, position) }
  }

  /// Gives the element in the car of `target` the place of that in `source`.
  static func copyElement(from source: Word, to target: Word) {
    if let position = positions.value(elementKey(source)) { positions.set(elementKey(target), position) }
  }

  /// Forgets everything, its memory too, which is somebody else's by now.
  static func reset() {
    positions = WordTable()
    source = 0
  }

  /// Forgets everything. The collector does so, as all keys would be stale.
  public static func clear() { positions.removeAll() }

  static func set(_ datum: Word, _ line: UInt32, _ column: UInt32) {
    positions.set(datum, SourcePosition(source: source, line: Int(line), column: Int(column)).bits)
  }
  static func setElement(of pair: Word, _ line: UInt32, _ column: UInt32) {
    positions.set(elementKey(pair), SourcePosition(source: source, line: Int(line), column: Int(column)).bits)
  }
  /// Says that a datum has no place, not even that of what is around it.
  static func setNone(_ datum: Word) { positions.set(datum, SourcePosition.none.bits) }

  /// No value has the header tag, so keys of both kinds never meet.
  @inline(__always)
  private static func elementKey(_ pair: Word) -> Word { pair | Tag.header }

  private static func unpack(_ packed: UInt64?) -> SourcePosition? {
    guard let packed else { return nil }
    return SourcePosition(bits: packed)
  }
}
