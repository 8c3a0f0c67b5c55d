// Bytevectors, and strings as UTF-8.
import GuestABI

private func copyRange(_ name: StaticString, _ a: Address, _ count: Int32) -> Word {
  if !a.first.isBytevector { return raiseWrongType(name, 1, "a bytevector", a.first) }
  guard let (start, end) = sequenceRange(name, a, count, 1, length: bytevectorCount(a.first)) else { return Constant.unwind }
  if !hasRoom(name, count: Int64(end - start), elementBytes: 1) { return Constant.unwind }
  let result = makeBytevector(count: end - start, fill: 0)
  copyMemory(to: bytevectorBytes(result), from: bytevectorBytes(a.first) &+ UInt32(start), bytes: end - start)
  return result
}

func defineBytevectorPrimitives(_ define: PrimitiveDefiner) {
  define("make-bytevector", 1, 2) { a, count in
    guard let length = sizeArgument("make-bytevector", 1, a.first, elementBytes: 1) else { return Constant.unwind }
    if count > 1 && !a.second.isIndex(below: 256) { return raiseWrongType("make-bytevector", 2, "a byte", a.second) }
    return makeBytevector(count: length, fill: count > 1 ? UInt8(a.second.index) : 0)
  }
  define("bytevector", 0, -1) { a, count in
    let result = makeBytevector(count: Int(count), fill: 0)
    for index in 0..<Int(count) {
      if !a.argument(index).isIndex(below: 256) {
        return raiseWrongType("bytevector", index + 1, "a byte", a.argument(index))
      }
      store8(bytevectorBytes(result) &+ UInt32(index), UInt8(a.argument(index).index))
    }
    return result
  }
  define("bytevector-length", 1, 1, .bytevectorLength) { a, _ in
    a.first.isBytevector
      ? .fixnum(bytevectorCount(a.first)) : raiseWrongType("bytevector-length", 1, "a bytevector", a.first)
  }
  define("bytevector-u8-ref", 2, 2, .bytevectorRef) { a, _ in
    if !a.first.isBytevector { return raiseWrongType("bytevector-u8-ref", 1, "a bytevector", a.first) }
    let length = bytevectorCount(a.first)
    if !a.second.isIndex(below: length) { return raiseBadIndex("bytevector-u8-ref", 2, a.second, length: length) }
    return .fixnum(Int(load8(bytevectorBytes(a.first) &+ UInt32(a.second.index))))
  }
  define("bytevector-u8-set!", 3, 3, .bytevectorSet) { a, _ in
    if !a.first.isBytevector { return raiseWrongType("bytevector-u8-set!", 1, "a bytevector", a.first) }
    let length = bytevectorCount(a.first)
    if !a.second.isIndex(below: length) { return raiseBadIndex("bytevector-u8-set!", 2, a.second, length: length) }
    if !a.third.isIndex(below: 256) { return raiseWrongType("bytevector-u8-set!", 3, "a byte", a.third) }
    store8(bytevectorBytes(a.first) &+ UInt32(a.second.index), UInt8(a.third.index))
    return Constant.unspecified
  }
  define("bytevector-copy", 1, 3) { a, count in copyRange("bytevector-copy", a, count) }
  define("bytevector-copy!", 3, 5) { a, count in
    let isKind = (a.first.isBytevector, a.third.isBytevector)
    guard let (start, end) = copiedRange("bytevector-copy!", a, count, "a bytevector", isKind, bytevectorCount) else { return Constant.unwind }
    copyMemory(
      to: bytevectorBytes(a.first) &+ UInt32(a.second.index), from: bytevectorBytes(a.third) &+ UInt32(start),
      bytes: end - start)
    return Constant.unspecified
  }
  define("bytevector-fill!", 2, 4) { a, count in
    if !a.first.isBytevector { return raiseWrongType("bytevector-fill!", 1, "a bytevector", a.first) }
    if !a.second.isIndex(below: 256) { return raiseWrongType("bytevector-fill!", 2, "a byte", a.second) }
    guard let (start, end) = sequenceRange("bytevector-fill!", a, count, 2, length: bytevectorCount(a.first)) else {
      return Constant.unwind
    }
    for index in start..<end { store8(bytevectorBytes(a.first) &+ UInt32(index), UInt8(a.second.index)) }
    return Constant.unspecified
  }
  define("bytevector-append", 0, -1) { a, count in
    guard let length = lengthOfAll("bytevector-append", a, count, "a bytevector", { $0.isBytevector }, bytevectorCount) else {
      return Constant.unwind
    }
    if !hasRoom("bytevector-append", count: length, elementBytes: 1) { return Constant.unwind }
    let result = makeBytevector(count: Int(length), fill: 0)
    var at = bytevectorBytes(result)
    for index in 0..<Int(count) {
      let bytes = bytevectorCount(a.argument(index))
      copyMemory(to: at, from: bytevectorBytes(a.argument(index)), bytes: bytes)
      at &+= UInt32(bytes)
    }
    return result
  }
  define("utf8->string", 1, 3) { a, count in
    guard let (start, end) = firstArgumentRange("utf8->string", a, count, "a bytevector", a.first.isBytevector, bytevectorCount) else {
      return Constant.unwind
    }
    if !hasRoom("utf8->string", count: Int64(end - start), elementBytes: 4) { return Constant.unwind }
    return makeStringFromUTF8(bytevectorBytes(a.first) &+ UInt32(start), count: end - start)
  }
  define("string->utf8", 1, 3) { a, count in
    guard let (start, end) = firstArgumentRange("string->utf8", a, count, "a string", a.first.isString, stringCount) else { return Constant.unwind }
    return Strings.utf8("string->utf8", a.first, start, end)
  }
}
