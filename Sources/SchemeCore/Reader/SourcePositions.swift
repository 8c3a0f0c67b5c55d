// Where the data that the reader made stood in the source: valid until the next poll, since the keys are pointers. Two tables in
// one: the position of a datum (a list, by its first pair; a vector), and the position of the element in a pair's car, so that a
// symbol's occurrence has a place too.
import GuestABI

nonisolated(unsafe) private var positions = WordTable()

public enum SourcePositions {
  /// Line and column, from 1, of the list that begins with a pair, or of a vector.
  public static func lookup(_ datum: Word) -> (line: Int, column: Int)? {
    if !datum.isPointer { return nil }
    return unpack(positions.value(datum))
  }

  /// Line and column, from 1, of what is in the car of a pair.
  public static func lookupElement(of pair: Word) -> (line: Int, column: Int)? {
    unpack(positions.value(elementKey(pair)))
  }

  /// Gives `target` the position of `source`, if that has one.
  public static func copy(from source: Word, to target: Word) {
    if !source.isPointer || !target.isPointer { return }
    if let position = positions.value(source) { positions.set(target, position) }
  }

  /// Forgets everything. The collector does so, as all keys would be stale.
  public static func clear() { positions.removeAll() }

  static func set(_ datum: Word, _ line: UInt32, _ column: UInt32) {
    positions.set(datum, Word(line) << 32 | Word(column))
  }
  static func setElement(of pair: Word, _ line: UInt32, _ column: UInt32) {
    positions.set(elementKey(pair), Word(line) << 32 | Word(column))
  }

  /// No value has the header tag, so keys of both kinds never meet.
  @inline(__always)
  private static func elementKey(_ pair: Word) -> Word { pair | Tag.header }

  private static func unpack(_ packed: Word?) -> (line: Int, column: Int)? {
    guard let packed else { return nil }
    return (Int(packed >> 32), Int(packed & 0xFFFF_FFFF))
  }
}
