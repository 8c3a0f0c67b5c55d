// Fills in a template: variables are replaced by what they stand for, other identifiers by aliases, so that they mean what they do where the macro was
// defined.
import GuestABI

extension Transcription {
  func index(of identifier: Word) -> Int? { names.firstIndex { $0.name == identifier } }

  /// What a pattern variable stands for at the place being filled in.
  func value(of index: Int) -> Match {
    if names[index].depth == iterations.count || names[index].depth == 0 { return value(of: index, before: iterations.count) }
    return value(of: index, consumedLevels(index, isDriven))
  }

  /// The part of a variable's value that the ellipses outside of a level lead to, where all of them belong to the variable.
  func value(of index: Int, before level: Int) -> Match {
    var match = values[index]
    if names[index].depth == 0 { return match }
    for each in 0..<level { if case .repetition(let elements) = match { match = elements[iterations[each]] } }
    return match
  }

  func value(of index: Int, _ levels: [Int]) -> Match {
    var match = values[index]
    for level in levels { if case .repetition(let elements) = match { match = elements[iterations[level]] } }
    return match
  }

  /// A template with its variables replaced. `holder` is the pair whose car it is.
  mutating func instantiate(_ template: Word, _ holder: Word) throws(SyntaxError) -> Word {
    if NativeStack.isExhausted { throw SyntaxError("the template is nested too deeply", rules.definition, .none) }
    if template.isIdentifier {
      if let index = index(of: template), case .form(let form, _) = value(of: index) { return form }
      return alias(of: template)
    }
    if template.isVector { return listToVector(try instantiate(listOfElements(template), 0)) }
    if !template.isPair { return template }
    if rules.isEscape(template) { return try instantiateEscaped(cadr(template)) }
    var result = ListBuilder()
    var rest = template
    while rest.isPair {
      let element = rest
      rest = cdr(rest)
      var depth = 0
      while rest.isPair && rules.isEllipsis(car(rest)) {
        depth += 1
        rest = cdr(rest)
      }
      if depth > 0 {
        try repeatTemplate(car(element), depth, &result)
      } else {
        try append(car(element), &result)
      }
    }
    if rest.isNull { return result.list }
    let tail = try instantiate(rest, 0)
    return result.finish(tail: tail)
  }

  mutating func append(_ template: Word, _ result: inout ListBuilder) throws(SyntaxError) {
    size += 1
    if LongWork.step() { throw SyntaxError("interrupted", Constant.undefined, .none) }
    if size > Self.maximumSize || size & 0xFFFF == 0 && !Heap.hasRoom(bytes: 1 << 20) {
      throw SyntaxError("the expansion of this macro is too large", rules.definition, .none)
    }
    if template.isIdentifier, let index = index(of: template), case .form(let form, let holder) = value(of: index) {
      let pair = result.append(form)
      if holder != 0 && form.isIdentifier { SourcePositions.copyElement(from: holder, to: pair) }
      return
    }
    let value = try instantiate(template, 0)
    result.append(value)
  }

  /// The template of `(... template)`, in which ellipses are ordinary.
  private mutating func instantiateEscaped(_ template: Word) throws(SyntaxError) -> Word {
    if template.isPair {
      var result = ListBuilder()
      var rest = template
      while rest.isPair {
        let element = try instantiateEscaped(car(rest))
        result.append(element)
        rest = cdr(rest)
      }
      let tail = try instantiateEscaped(rest)
      return result.finish(tail: tail)
    }
    if template.isVector { return listToVector(try instantiateEscaped(listOfElements(template))) }
    return template.isIdentifier ? try instantiate(template, 0) : template
  }

  /// The alias that stands for an identifier of the template in this expansion.
  private mutating func alias(of identifier: Word) -> Word {
    if case .global(let alias)? = aliases.find(identifier) { return alias }
    let alias = Alias.make(identifier, in: rules.scope.number)
    aliases.set(identifier, .global(alias))
    return alias
  }
}
