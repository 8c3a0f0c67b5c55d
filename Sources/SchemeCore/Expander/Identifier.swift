// Identifiers: what may name something in a program's text. A symbol, as it was read; or an alias, which a macro's expansion puts in the place of each
// symbol of its template. An alias remembers the symbol (or alias) and the scope of the macro's definition: unless something binds the alias itself, it means
// what its name means there. So a binding made by a macro never captures a name of its user's, and a name of the macro's is never captured by
// its user.
//
// Aliases exist in forms only; `quote` takes them away. Their identity is their name: every expansion makes new ones.
import GuestABI

enum Alias {
  /// A new alias of an identifier in a scope, given by number.
  static func make(_ name: Word, in scope: Int) -> Word {
    let alias = allocateObject(.alias, words: 3)
    alias.setField(0, name)
    alias.setField(1, .fixnum(scope))
    alias.setField(2, .fixnum(0))
    return alias
  }

  static func name(_ alias: Word) -> Word { alias.field(0) }
  static func scope(_ alias: Word) -> Scope { Scope.numbered(alias.field(1).index) }

  // A macro may define at top level what only its own expansion can name: the alias itself holds the meaning.
  nonisolated(unsafe) private static var meanings: [Meaning] = []

  /// What a top-level definition made the alias mean.
  static func meaning(_ alias: Word) -> Meaning? {
    let index = alias.field(2).index
    return index == 0 ? nil : meanings[index - 1]
  }
  static func setMeaning(_ alias: Word, _ meaning: Meaning) {
    meanings.append(meaning)
    alias.setField(2, .fixnum(meanings.count))
  }

  /// The symbol that an identifier stems from.
  static func symbol(_ identifier: Word) -> Word {
    var name = identifier
    while name.isAlias { name = Alias.name(name) }
    return name
  }
}

extension Word {
  var isAlias: Bool { isKind(.alias) }
  var isIdentifier: Bool { isSymbol || isAlias }
}

/// A datum with symbols for its aliases; what holds none is not copied. Copes with any nesting and with cycles. May give up (LongWork.swift).
func strip(_ datum: Word) -> Word {
  if datum.isAlias { return Alias.symbol(datum) }
  if !holdsAlias(datum) { return datum }
  var copies = WordTable()
  var work = ScratchStack()
  func copy(_ original: Word) -> Word {
    if original.isAlias { return Alias.symbol(original) }
    if !original.isPair && !original.isVector { return original }
    if let known = copies.value(original) { return known }
    if !original.isPair && !Heap.hasRoom(bytes: Int64(vectorCount(original)) * 8) {
      LongWork.runOutOfMemory()
      return original
    }
    let new = original.isPair ? cons(Constant.null, Constant.null) : makeVector(count: vectorCount(original), fill: Constant.null)
    copies.set(original, new)
    work.push(original)
    return new
  }
  let result = copy(datum)
  while work.count > 0 && !LongWork.step() {
    let original = work.pop()
    guard let new = copies.value(original) else { break }
    if original.isPair {
      setCar(new, copy(car(original)))
      setCdr(new, copy(cdr(original)))
    } else {
      for index in 0..<vectorCount(original) where !LongWork.step() {
        setVectorElement(new, index, copy(vectorElement(original, index)))
      }
    }
  }
  copies.free()
  return result
}

private func holdsAlias(_ datum: Word) -> Bool {
  if !datum.isPair && !datum.isVector { return false }
  var seen = WordTable()
  var work = ScratchStack()
  work.push(datum)
  var found = false
  while work.count > 0 && !found && !LongWork.step() {
    let next = work.pop()
    if next.isAlias {
      found = true
    } else if next.isPair || next.isVector, seen.value(next) == nil {
      seen.set(next, 1)
      if next.isPair {
        work.push(cdr(next))
        work.push(car(next))
      } else {
        for index in 0..<vectorCount(next) where !LongWork.step() { work.push(vectorElement(next, index)) }
      }
    }
  }
  seen.free()
  return found
}
