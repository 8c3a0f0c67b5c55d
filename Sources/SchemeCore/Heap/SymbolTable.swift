// Symbols: interned by name, allocated in the permanent arena (they and their names never move), each holding the global variable
// of its name. The table is a vector of bucket heads that doubles when it is full.
import GuestABI

/// Bits of the low byte of a symbol's flags; the other bytes belong to the expander.
public enum SymbolTraits {
  /// Equal to no symbol that is read, whatever its name.
  public static let uninterned: UInt32 = 1
  /// A definition of a program or of a library makes the variable; it may not have run yet.
  static let defined: UInt32 = 2
  /// The library defines a procedure of this name.
  static let inLibrary: UInt32 = 4
  /// The interaction environment has an entry for it in its table: a macro or an import.
  static let special: UInt32 = 8
  /// A program has defined or assigned the global, or is about to: it is no longer the standard's.
  static let redefined: UInt32 = 16
  /// A text seems to define or assign it somewhere: calls go through the variable.
  static let definedLater: UInt32 = 32
  /// It can be neither defined nor assigned any more (Sealing.swift).
  static let sealed: UInt32 = 64
  /// Some scope has bound it (Scope.lookup).
  static let boundInScope: UInt32 = 128
}

struct SymbolTableState {
  var buckets: Address = 0
  var bucketCount: UInt32 = 0
  var count: UInt32 = 0
  /// Uninterned symbols, linked like a bucket (tagged pointer or #f).
  var uninterned: Word = Constant.false
}
nonisolated(unsafe) var symbolTable = SymbolTableState()

public enum SymbolTable {
  /// The symbol of a name given as a Scheme string.
  public static func intern(_ string: Word) -> Word {
    intern(characters: stringCharacters(string), count: stringCount(string))
  }

  /// The symbol of an ASCII name.
  public static func intern(_ name: StaticString) -> Word {
    let count = name.utf8CodeUnitCount
    let scratch = makeUninitializedString(count: count)
    for index in 0..<count { setStringElement(scratch, index, UInt32(name.utf8Start[index])) }
    return intern(scratch)
  }

  /// The symbol whose name is `count` scalars of 32 bits at an address.
  public static func intern(characters: Address, count: Int) -> Word {
    if symbolTable.bucketCount == 0 { resize(1024) }
    let hash = hash(characters, count)
    let bucket = symbolTable.buckets &+ (hash & (symbolTable.bucketCount &- 1)) &* 8
    var symbol = load64(bucket)
    while symbol.isTrue {
      if hasName(symbol, characters, count) { return symbol }
      symbol = load64(symbol.address &+ UInt32(SymbolLayout.next))
    }
    if !hasRoom(count) { return intern("") }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let new = make(
      characters, count, flags: StandardLibrary.traits(characters: characters, count: count), next: load64(bucket))
    store64(bucket, new)
    symbolTable.count &+= 1
    if symbolTable.count > symbolTable.bucketCount && Heap.hasRoom(bytes: Int64(symbolTable.bucketCount) * 16) {
      resize(symbolTable.bucketCount &* 2)
    }
    return new
  }

  /// The symbol of a name in UTF-8.
  static func intern(utf8 name: [UInt8]) -> Word {
    var text = TextBuffer()
    for byte in name { text.append(byte) }
    let symbol = intern(text.makeString())
    text.free()
    return symbol
  }

  /// A symbol that is equal to no other; `name` is only for printing.
  public static func makeUninterned(name: Word) -> Word {
    if !hasRoom(stringCount(name)) { return intern("") }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    let symbol = make(
      stringCharacters(name), stringCount(name), flags: SymbolTraits.uninterned, next: symbolTable.uninterned)
    symbolTable.uninterned = symbol
    return symbol
  }

  /// A global variable of some name that is not the symbol's own.
  static func makeCell(name symbol: Word) -> Word {
    let cell = PermanentArena.allocate(bytes: 8 + SymbolLayout.words * 8)
    store64(cell, Header.make(.symbol, words: SymbolLayout.words))
    store64(cell &+ UInt32(SymbolLayout.name), symbolName(symbol))
    store64(cell &+ UInt32(SymbolLayout.value), Constant.undefined)
    store64(cell &+ UInt32(SymbolLayout.knownFunc), Word(SymbolTraits.uninterned) << 32)
    store64(cell &+ UInt32(SymbolLayout.next), symbolTable.uninterned)
    symbolTable.uninterned = .pointer(cell, Tag.object)
    return symbolTable.uninterned
  }

  /// A symbol's name as UTF-8.
  public static func utf8(_ symbol: Word) -> [UInt8] {
    var text = TextBuffer()
    text.append(string: symbolName(symbol))
    let bytes = text.bytes()
    text.free()
    return bytes
  }

  /// Calls `body` with the address of each symbol.
  public static func forEachSymbol(_ body: (Address) -> Void) {
    for index in 0..<symbolTable.bucketCount { forEach(from: load64(symbolTable.buckets &+ index &* 8), body) }
    forEach(from: symbolTable.uninterned, body)
  }

  private static func forEach(from first: Word, _ body: (Address) -> Void) {
    var symbol = first
    while symbol.isTrue {
      body(symbol.address)
      symbol = load64(symbol.address &+ UInt32(SymbolLayout.next))
    }
  }

  /// Whether a name of so many characters may be kept for ever; if not, the operation gives up (LongWork.swift).
  private static func hasRoom(_ count: Int) -> Bool {
    if Heap.hasRoom(bytes: Int64(count) * 4) { return true }
    LongWork.runOutOfMemory()
    return false
  }

  private static func make(_ characters: Address, _ count: Int, flags: UInt32, next: Word) -> Word {
    // The name is a string like any other, but in the arena, and nobody changes it.
    let nameWords = 1 + (count + 1) / 2
    let name = PermanentArena.allocate(bytes: 8 + nameWords * 8)
    store64(name, Header.make(.string, words: nameWords) | Header.immutable)
    store64(name &+ 8, Word(count))
    copyMemory(to: name &+ 16, from: characters, bytes: count * 4)
    let symbol = PermanentArena.allocate(bytes: 8 + SymbolLayout.words * 8)
    store64(symbol, Header.make(.symbol, words: SymbolLayout.words))
    store64(symbol &+ UInt32(SymbolLayout.name), .pointer(name, Tag.object))
    store64(symbol &+ UInt32(SymbolLayout.value), Constant.undefined)
    store32(symbol &+ UInt32(SymbolLayout.flags), flags)
    store64(symbol &+ UInt32(SymbolLayout.next), next)
    return .pointer(symbol, Tag.object)
  }

  private static func hasName(_ symbol: Word, _ characters: Address, _ count: Int) -> Bool {
    let name = symbolName(symbol)
    if stringCount(name) != count { return false }
    let own = stringCharacters(name)
    for index in 0..<UInt32(count) where load32(own &+ index &* 4) != load32(characters &+ index &* 4) { return false }
    return true
  }

  /// FNV-1a over the scalars.
  private static func hash(_ characters: Address, _ count: Int) -> UInt32 {
    var hash: UInt32 = 0x811C_9DC5
    for index in 0..<UInt32(count) { hash = (hash ^ load32(characters &+ index &* 4)) &* 0x0100_0193 }
    return hash ^ hash >> 15
  }

  private static func resize(_ count: UInt32) {
    let old = symbolTable
    symbolTable.buckets = PermanentArena.allocate(bytes: Int(count) * 8)
    symbolTable.bucketCount = count
    fillWords(symbolTable.buckets, count: Int(count), with: Constant.false)
    for index in 0..<old.bucketCount {
      var symbol = load64(old.buckets &+ index &* 8)
      while symbol.isTrue {
        let link = symbol.address &+ UInt32(SymbolLayout.next)
        let next = load64(link)
        let name = symbolName(symbol)
        let hash = hash(stringCharacters(name), stringCount(name))
        let bucket = symbolTable.buckets &+ (hash & (count &- 1)) &* 8
        store64(link, load64(bucket))
        store64(bucket, symbol)
        symbol = next
      }
    }
  }
}

// MARK: The fields of a symbol

/// A symbol's name, a string that must not be changed.
@inline(__always)
public func symbolName(_ symbol: Word) -> Word { load64(symbol.address &+ UInt32(SymbolLayout.name)) }
/// Whether a symbol is equal to no other, whatever its name.
@inline(__always)
public func isUninterned(_ symbol: Word) -> Bool {
  load32(symbol.address &+ UInt32(SymbolLayout.flags)) & SymbolTraits.uninterned != 0
}
