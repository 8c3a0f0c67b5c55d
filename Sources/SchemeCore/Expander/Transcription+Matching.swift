// Whether a form fits a pattern, and what the pattern's variables stand for then. An ellipsis takes as many elements as leave enough for what follows it.
import GuestABI

extension Transcription {
  /// Whether a form fits a pattern; adds what its variables stand for. `holder` is the pair whose car the form is.
  mutating func match(_ patternStart: Word, _ formStart: Word, _ holder: Word) -> Bool {
    var pattern = patternStart
    var form = formStart
    var holder = holder
    while pattern.isPair {
      if LongWork.step() { return false }
      if rules.isRepeated(pattern) {
        let after = cddr(pattern)
        guard matchRepetition(car(pattern), minimumAfter: pairCount(after), &form) else { return false }
        pattern = after
        holder = 0
        continue
      }
      guard form.isPair, match(car(pattern), car(form), form) else { return false }
      pattern = cdr(pattern)
      form = cdr(form)
      holder = 0
    }
    if pattern.isIdentifier { return matchIdentifier(pattern, form, holder) }
    if pattern.isVector {
      guard form.isVector else { return false }
      return match(listOfElements(pattern), listOfElements(form), 0)
    }
    return pattern.isNull ? form.isNull : isEqual(pattern, form)
  }

  private mutating func matchIdentifier(_ pattern: Word, _ form: Word, _ holder: Word) -> Bool {
    if rules.isLiteral(pattern) {
      return form.isIdentifier && isSame(useScope.lookup(form), rules.scope.lookup(pattern))
    }
    if rules.isUnderscore(pattern) { return true }
    names.append(PatternVariable(name: pattern, depth: 0))
    values.append(.form(form, holder))
    return true
  }

  /// Matches as many elements as leave enough for what follows the ellipsis, and moves `form` past them.
  private mutating func matchRepetition(_ pattern: Word, minimumAfter: Int, _ form: inout Word) -> Bool {
    let available = pairCount(form) - minimumAfter
    if available < 0 { return false }
    let first = names.count
    addVariables(of: pattern, depth: 1)
    let count = names.count - first
    var columns = [[Match]](repeating: [], count: count)
    for index in columns.indices { columns[index].reserveCapacity(available) }
    for index in 0..<available {
      // The columns double.
      if index & 0xFFF == 0xFFF && !Heap.hasRoom(bytes: Int64(index * count) * 48) { LongWork.runOutOfMemory() }
      let start = values.count
      let namesBefore = names.count
      if !match(pattern, car(form), form) { return false }
      for index in 0..<count { columns[index].append(values[start + index]) }
      values.removeSubrange(start...)
      names.removeSubrange(namesBefore...)
      form = cdr(form)
    }
    for column in columns { values.append(.repetition(column)) }
    return true
  }

  /// Adds the variables of a pattern, in the order in which matching finds them.
  private mutating func addVariables(of patternStart: Word, depth: Int) {
    var pattern = patternStart
    while pattern.isPair {
      let isRepeated = rules.isRepeated(pattern)
      addVariables(of: car(pattern), depth: isRepeated ? depth + 1 : depth)
      pattern = isRepeated ? cddr(pattern) : cdr(pattern)
    }
    if pattern.isVector { return addVariables(of: listOfElements(pattern), depth: depth) }
    if pattern.isIdentifier && !rules.isLiteral(pattern) && !rules.isUnderscore(pattern) {
      names.append(PatternVariable(name: pattern, depth: depth))
    }
  }
}
