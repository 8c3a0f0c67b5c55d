// Strings: access, copying, conversion.
import GuestABI

/// Copies characters of a string; ranges have been checked.
private func copyString(_ string: Word, _ start: Int, _ end: Int) -> Word {
  let result = makeUninitializedString(count: end - start)
  copyMemory(
    to: stringCharacters(result), from: stringCharacters(string) &+ UInt32(start) &* 4, bytes: (end - start) * 4)
  return result
}

private func copyRange(_ name: StaticString, _ a: Address, _ count: Int32) -> Word { copyRange(name, a, count, 1) }

/// The part of the string, the first argument, whose optional bounds are the arguments from `position` on.
func copyRange(_ name: StaticString, _ a: Address, _ count: Int32, _ position: Int) -> Word {
  if !a.first.isString { return raiseWrongType(name, 1, "a string", a.first) }
  guard let (start, end) = sequenceRange(name, a, count, position, length: stringCount(a.first)) else { return Constant.unwind }
  if !hasRoom(name, count: Int64(end - start), elementBytes: 4) { return Constant.unwind }
  return copyString(a.first, start, end)
}

private func raiseImmutable(_ name: StaticString, _ string: Word) -> Word {
  raiseWrongType(name, 1, "a string that is not the name of a symbol", string)
}

private func appendStrings(_ a: Address, _ count: Int32) -> Word {
  guard let length = lengthOfAll("string-append", a, count, "a string", { $0.isString }, stringCount) else { return Constant.unwind }
  if !hasRoom("string-append", count: length, elementBytes: 4) { return Constant.unwind }
  let result = makeUninitializedString(count: Int(length))
  var at = stringCharacters(result)
  for index in 0..<Int(count) {
    let bytes = stringCount(a.argument(index)) * 4
    copyMemory(to: at, from: stringCharacters(a.argument(index)), bytes: bytes)
    at &+= UInt32(bytes)
  }
  return result
}

/// The index of the first occurrence of a pattern from `start` on, or #f. May give up (LongWork.swift).
private func search(_ string: Word, _ pattern: Word, from start: Int) -> Word {
  let (length, patternLength) = (stringCount(string), stringCount(pattern))
  var at = start
  while at + patternLength <= length {
    var matched = 0
    while matched < patternLength && stringElement(string, at + matched) == stringElement(pattern, matched) { matched += 1 }
    if matched == patternLength { return .fixnum(at) }
    if LongWork.step(1 + matched / 16) { return Constant.false }
    at += 1
  }
  return Constant.false
}

/// Pads or cuts on one side to a length.
private func pad(_ name: StaticString, _ a: Address, _ count: Int32, left: Bool) -> Word {
  if !a.first.isString { return raiseWrongType(name, 1, "a string", a.first) }
  guard let length = sizeArgument(name, 2, a.second, elementBytes: 4) else { return Constant.unwind }
  if count > 2 && !a.third.isCharacter { return raiseWrongType(name, 3, "a character", a.third) }
  let fill = count > 2 ? a.third.characterValue : 32
  let own = stringCount(a.first)
  let result = makeUninitializedString(count: length)
  for index in 0..<length {
    let source = left ? index - (length - own) : index
    setStringElement(result, index, source >= 0 && source < own ? stringElement(a.first, source) : fill)
  }
  return result
}

func defineStringPrimitives(_ define: PrimitiveDefiner) {
  define("make-string", 1, 2) { a, count in
    guard let length = sizeArgument("make-string", 1, a.first, elementBytes: 4) else { return Constant.unwind }
    if count > 1 && !a.second.isCharacter { return raiseWrongType("make-string", 2, "a character", a.second) }
    return makeString(count: length, fill: count > 1 ? a.second.characterValue : 32)
  }
  define("string", 0, -1) { a, count in
    if !hasRoom("string", count: Int64(count), elementBytes: 4) { return Constant.unwind }
    let result = makeUninitializedString(count: Int(count))
    for index in 0..<Int(count) {
      let character = a.argument(index)
      if !character.isCharacter { return raiseWrongType("string", index + 1, "a character", character) }
      setStringElement(result, index, character.characterValue)
    }
    return result
  }
  define("string-length", 1, 1, .stringLength) { a, _ in
    a.first.isString ? .fixnum(stringCount(a.first)) : raiseWrongType("string-length", 1, "a string", a.first)
  }
  define("string-null?", 1, 1) { a, _ in
    a.first.isString ? .boolean(stringCount(a.first) == 0) : raiseWrongType("string-null?", 1, "a string", a.first)
  }
  define("string-ref", 2, 2, .stringRef) { a, _ in
    if !a.first.isString { return raiseWrongType("string-ref", 1, "a string", a.first) }
    let length = stringCount(a.first)
    if !a.second.isIndex(below: length) { return raiseBadIndex("string-ref", 2, a.second, length: length) }
    return .character(stringElement(a.first, a.second.index))
  }
  define("string-set!", 3, 3, .stringSet) { a, _ in
    if !a.first.isString { return raiseWrongType("string-set!", 1, "a string", a.first) }
    let length = stringCount(a.first)
    if !a.second.isIndex(below: length) { return raiseBadIndex("string-set!", 2, a.second, length: length) }
    if !a.third.isCharacter { return raiseWrongType("string-set!", 3, "a character", a.third) }
    if isImmutable(a.first) { return raiseImmutable("string-set!", a.first) }
    setStringElement(a.first, a.second.index, a.third.characterValue)
    return Constant.unspecified
  }
  define("string-copy", 1, 3) { a, count in copyRange("string-copy", a, count) }
  define("substring", 2, 3) { a, count in copyRange("substring", a, count) }
  define("string-head", 2, 2) { a, _ in
    if !a.first.isString { return raiseWrongType("string-head", 1, "a string", a.first) }
    let length = stringCount(a.first)
    if !a.second.isIndex(below: length + 1) { return raiseBadIndex("string-head", 2, a.second, length: length) }
    return copyString(a.first, 0, a.second.index)
  }
  define("string-tail", 2, 2) { a, count in copyRange("string-tail", a, count) }
  define("string-append", 0, -1) { a, count in appendStrings(a, count) }
  define("string-copy!", 3, 5) { a, count in
    let isKind = (a.first.isString, a.third.isString)
    guard let (start, end) = copiedRange("string-copy!", a, count, "a string", isKind, stringCount) else { return Constant.unwind }
    if isImmutable(a.first) { return raiseImmutable("string-copy!", a.first) }
    copyMemory(
      to: stringCharacters(a.first) &+ UInt32(a.second.index) &* 4,
      from: stringCharacters(a.third) &+ UInt32(start) &* 4, bytes: (end - start) * 4)
    return Constant.unspecified
  }
  define("string-fill!", 2, 4) { a, count in
    if !a.first.isString { return raiseWrongType("string-fill!", 1, "a string", a.first) }
    if !a.second.isCharacter { return raiseWrongType("string-fill!", 2, "a character", a.second) }
    guard let (start, end) = sequenceRange("string-fill!", a, count, 2, length: stringCount(a.first)) else {
      return Constant.unwind
    }
    if isImmutable(a.first) { return raiseImmutable("string-fill!", a.first) }
    for index in start..<end { setStringElement(a.first, index, a.second.characterValue) }
    return Constant.unspecified
  }
  // The bounds are those of SRFI 13.
  define("string-upcase", 1, 3) { a, count in
    let string = count > 1 ? copyRange("string-upcase", a, count) : a.first
    if string == Constant.unwind { return string }
    if !string.isString { return raiseWrongType("string-upcase", 1, "a string", string) }
    return StringCase.map("string-upcase", string, changed: 0x61) { UnicodeCase.fullUpper($1) }
  }
  define("string-downcase", 1, 3) { a, count in
    let string = count > 1 ? copyRange("string-downcase", a, count) : a.first
    if string == Constant.unwind { return string }
    if !string.isString { return raiseWrongType("string-downcase", 1, "a string", string) }
    return StringCase.map("string-downcase", string, changed: 0x41) { StringCase.lower(string, $0, $1) }
  }
  define("string-foldcase", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("string-foldcase", 1, "a string", a.first) }
    return StringCase.map("string-foldcase", a.first, changed: 0x41) { UnicodeCase.fullFold($1) }
  }
  define("string-reverse", 1, 1) { a, _ in
    if !a.first.isString { return raiseWrongType("string-reverse", 1, "a string", a.first) }
    let length = stringCount(a.first)
    if !hasRoom("string-reverse", count: Int64(length), elementBytes: 4) { return Constant.unwind }
    let result = makeUninitializedString(count: length)
    for index in 0..<length { setStringElement(result, index, stringElement(a.first, length - 1 - index)) }
    return result
  }
  define("string-index", 2, 2) { a, _ in
    if !a.first.isString { return raiseWrongType("string-index", 1, "a string", a.first) }
    if !a.second.isCharacter { return raiseWrongType("string-index", 2, "a character", a.second) }
    for index in 0..<stringCount(a.first) where stringElement(a.first, index) == a.second.characterValue {
      return .fixnum(index)
    }
    return Constant.false
  }
  define("string-contains", 2, 2) { a, _ in
    if !a.first.isString { return raiseWrongType("string-contains", 1, "a string", a.first) }
    if !a.second.isString { return raiseWrongType("string-contains", 2, "a string", a.second) }
    return LongWork.finish(search(a.first, a.second, from: 0))
  }
  define("string-prefix?", 2, 2) { a, _ in
    if !a.first.isString { return raiseWrongType("string-prefix?", 1, "a string", a.first) }
    if !a.second.isString { return raiseWrongType("string-prefix?", 2, "a string", a.second) }
    let length = stringCount(a.first)
    if length > stringCount(a.second) { return Constant.false }
    for index in 0..<length where stringElement(a.first, index) != stringElement(a.second, index) { return Constant.false }
    return Constant.true
  }
  define("string-suffix?", 2, 2) { a, _ in
    if !a.first.isString { return raiseWrongType("string-suffix?", 1, "a string", a.first) }
    if !a.second.isString { return raiseWrongType("string-suffix?", 2, "a string", a.second) }
    let (length, whole) = (stringCount(a.first), stringCount(a.second))
    return .boolean(length <= whole && search(a.second, a.first, from: whole - length).isTrue)
  }
  define("string-pad-left", 2, 3) { a, count in pad("string-pad-left", a, count, left: true) }
  define("string-pad-right", 2, 3) { a, count in pad("string-pad-right", a, count, left: false) }
  define("string->list", 1, 3) { a, count in
    guard let (start, end) = firstArgumentRange("string->list", a, count, "a string", a.first.isString, stringCount) else { return Constant.unwind }
    if !hasRoom("string->list", pairs: end - start) { return Constant.unwind }
    var result = Constant.null
    let first = stringCharacters(a.first) &+ UInt32(start) &* 4
    var at = stringCharacters(a.first) &+ UInt32(end) &* 4
    while at != first {
      at &-= 4
      result = cons(.character(load32(at)), result)
    }
    return result
  }
  define("list->string", 1, 1) { a, _ in
    let length = listLength(a.first)
    if length < 0 { return raiseWrongType("list->string", 1, "a list of characters", a.first) }
    if !hasRoom("list->string", count: Int64(length), elementBytes: 4) { return Constant.unwind }
    let result = makeUninitializedString(count: length)
    var rest = a.first
    for index in 0..<length {
      if !car(rest).isCharacter { return raiseWrongType("list->string", 1, "a list of characters", a.first) }
      setStringElement(result, index, car(rest).characterValue)
      rest = cdr(rest)
    }
    return result
  }
  define("string->vector", 1, 3) { a, count in
    guard let (start, end) = firstArgumentRange("string->vector", a, count, "a string", a.first.isString, stringCount) else { return Constant.unwind }
    if !hasRoom("string->vector", count: Int64(end - start), elementBytes: 8) { return Constant.unwind }
    let result = makeVector(count: end - start, fill: 0)
    for index in start..<end { setVectorElement(result, index - start, .character(stringElement(a.first, index))) }
    return result
  }
  define("vector->string", 1, 3) { a, count in
    guard let (start, end) = firstArgumentRange("vector->string", a, count, "a vector of characters", a.first.isVector, vectorCount) else {
      return Constant.unwind
    }
    if !hasRoom("vector->string", count: Int64(end - start), elementBytes: 4) { return Constant.unwind }
    let result = makeUninitializedString(count: end - start)
    for index in start..<end {
      let character = vectorElement(a.first, index)
      if !character.isCharacter { return raiseWrongType("vector->string", 1, "a vector of characters", a.first) }
      setStringElement(result, index - start, character.characterValue)
    }
    return result
  }
}
