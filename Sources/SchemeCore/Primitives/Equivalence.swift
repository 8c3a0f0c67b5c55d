// `eq?`, `eqv?`, `equal?`, and the predicates of kinds.
import GuestABI

/// `eqv?`
public func isEqv(_ a: Word, _ b: Word) -> Bool {
  if a == b { return true }
  // Only numbers can be equivalent without being identical.
  if !a.isObject || !b.isObject { return false }
  let kind = a.objectKind
  if kind != b.objectKind { return false }
  switch kind {
  case .flonum: return a.field(0) == b.field(0)
  case .bignum: return ExactInteger.compare(a, b) == 0
  case .ratnum: return ExactRational.compare(a, b) == 0
  case .compnum: return isEqv(a.field(0), b.field(0)) && isEqv(a.field(1), b.field(1))
  default: return false
  }
}

/// `equal?`. Keeps its own stack. May give up (LongWork.swift).
public func isEqual(_ a: Word, _ b: Word) -> Bool {
  if a == b { return true }
  if a.isPair ? !b.isPair : !(a.isVector && b.isVector) { return areEqualLeaves(a, b) }
  var stack = ScratchStack()
  var classes = EqualClasses()
  let result = isEqual(a, b, &stack, &classes)
  classes.free()
  return result
}

/// Pairs and vectors that are equal if all comparisons that are still to be made succeed: comparing two of one class again would not find anything else. So
/// what is compared is bounded by the number of objects, and circular data end. To look a class up costs several times as much as to compare two pairs, and finds
/// nothing in trees: it is done for some comparisons in turn, and goes on for as long as it finds something (Adams and Dybvig, 2008).
private struct EqualClasses {
  private var parents = WordTable()
  /// So many comparisons are made without a look, and then so many with one.
  private var stepsWithout = 1000
  private var stepsWith = 50
  private var random: UInt32 = 1

  mutating func free() { parents.free() }

  /// Whether two objects are in one class; they are then, unless it is no time to look.
  @inline(__always)
  mutating func join(_ a: Word, _ b: Word) -> Bool {
    if stepsWithout > 0 {
      stepsWithout -= 1
      return false
    }
    return look(a, b)
  }

  @inline(never)
  private mutating func look(_ a: Word, _ b: Word) -> Bool {
    let (first, second) = (representative(a), representative(b))
    if first == second {
      stepsWith = 50
      return true
    }
    parents.set(first, second)
    stepsWith -= 1
    if stepsWith == 0 {
      // At random, so that no shape of data is always met at the wrong time.
      random = random &* 1_664_525 &+ 1_013_904_223
      stepsWithout = Int(random >> 19)
      stepsWith = 50
    }
    return false
  }

  private mutating func representative(_ object: Word) -> Word {
    var object = object
    while let parent = parents.value(object) {
      // Each object on the path gets the parent of its parent.
      if let next = parents.value(parent) { parents.set(object, next) }
      object = parent
    }
    return object
  }
}

private func isEqual(_ first: Word, _ second: Word, _ stack: inout ScratchStack, _ classes: inout EqualClasses) -> Bool {
  var (a, b) = (first, second)
  while true {
    if LongWork.step() { return false }
    if a != b {
      if a.isPair && b.isPair {
        if !classes.join(a, b) {
          // Along a list of what has no parts, nothing is put aside.
          let (x, y) = (car(a), car(b))
          if x == y {
            (a, b) = (cdr(a), cdr(b))
            continue
          }
          if x.isPair ? !y.isPair : !(x.isVector && y.isVector) {
            if !areEqualLeaves(x, y) { return false }
            (a, b) = (cdr(a), cdr(b))
            continue
          }
          stack.push(cdr(a))
          stack.push(cdr(b))
          (a, b) = (x, y)
          continue
        }
      } else if a.isVector && b.isVector {
        if !classes.join(a, b) && !haveEqualContents(a, b, &stack) { return false }
      } else if !areEqualLeaves(a, b) {
        return false
      }
    }
    if stack.count == 0 { return true }
    b = stack.pop()
    a = stack.pop()
  }
}

/// Compares two vectors; elements that are not identical go to the stack.
private func haveEqualContents(_ a: Word, _ b: Word, _ stack: inout ScratchStack) -> Bool {
  let count = vectorCount(a)
  if count != vectorCount(b) { return false }
  for index in 0..<count where vectorElement(a, index) != vectorElement(b, index) {
    if LongWork.step() { return false }
    stack.push(vectorElement(a, index))
    stack.push(vectorElement(b, index))
  }
  return true
}

/// Compares what is neither identical nor two pairs or two vectors.
private func areEqualLeaves(_ a: Word, _ b: Word) -> Bool {
  if !a.isObject || !b.isObject || a.objectKind != b.objectKind { return false }
  switch a.objectKind {
  case .string: return areEqualStrings(a, b)
  case .bytevector:
    let count = bytevectorCount(a)
    if count != bytevectorCount(b) || LongWork.step(count / 64) { return false }
    for index in 0..<UInt32(count) where load8(bytevectorBytes(a) &+ index) != load8(bytevectorBytes(b) &+ index) { return false }
    return true
  default: return isEqv(a, b)
  }
}

func defineEquivalencePrimitives(_ define: PrimitiveDefiner) {
  define("eq?", 2, 2, .eq) { a, _ in .boolean(a.first == a.second) }
  define("eqv?", 2, 2, .eqv) { a, _ in .boolean(isEqv(a.first, a.second)) }
  define("equal?", 2, 2, .equal) { a, _ in LongWork.finish(.boolean(isEqual(a.first, a.second))) }
  define("not", 1, 1, .not) { a, _ in .boolean(!a.first.isTrue) }
  define("boolean?", 1, 1, .isBoolean) { a, _ in .boolean(a.first.isBoolean) }
  define("null?", 1, 1, .isNull) { a, _ in .boolean(a.first.isNull) }
  define("pair?", 1, 1, .isPair) { a, _ in .boolean(a.first.isPair) }
  define("symbol?", 1, 1, .isSymbol) { a, _ in .boolean(a.first.isSymbol) }
  define("string?", 1, 1, .isString) { a, _ in .boolean(a.first.isString) }
  define("char?", 1, 1, .isCharacter) { a, _ in .boolean(a.first.isCharacter) }
  define("vector?", 1, 1, .isVector) { a, _ in .boolean(a.first.isVector) }
  define("procedure?", 1, 1, .isProcedure) { a, _ in .boolean(a.first.isProcedure) }
  define("bytevector?", 1, 1) { a, _ in .boolean(a.first.isBytevector) }
  define("eof-object?", 1, 1, .isEOF) { a, _ in .boolean(a.first == Constant.eof) }
  define("eof-object", 0, 0) { _, _ in Constant.eof }
  define("default-object?", 1, 1) { a, _ in .boolean(a.first == Constant.undefined) }
  define("boolean=?", 2, -1) { a, count in
    for index in 0..<Int(count) where !a.argument(index).isBoolean {
      return raiseWrongType("boolean=?", index + 1, "a boolean", a.argument(index))
    }
    for index in 1..<Int(count) where a.argument(index) != a.first { return Constant.false }
    return Constant.true
  }
}
