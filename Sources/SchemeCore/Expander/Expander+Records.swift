// `define-record-type`: the type is made when the form is expanded; constructor, predicate, accessors and modifiers are ordinary
// lambda expressions over the record primitives, which the interpreter and the code generator know.
import GuestABI

extension Expander {
  /// The definitions that a form `(define-record-type name (constructor field ...) predicate (field accessor [modifier]) ...)` stands for.
  func recordDefinitions(_ form: Word, _ scope: Scope) throws(SyntaxError) -> [(name: Word, value: Word)] {
    guard listLength(form) >= 4 else { throw fail("define-record-type needs a name, a constructor and a predicate", form) }
    var typeName = cadr(form)
    if typeName.isPair { typeName = car(typeName) }
    guard typeName.isIdentifier else { throw fail("the record type's name must be a symbol", form) }
    let fields = try recordFields(form)
    let names = makeList(fields.map { car($0) })
    let type = makeRecordType(name: Alias.symbol(typeName), fields: strip(names))
    let quotedType = quoted(type)
    var result: [(name: Word, value: Word)] = [(typeName, quotedType)]

    let constructor = caddr(form)
    if constructor.isTrue {
      let name = constructor.isPair ? car(constructor) : constructor == Constant.true ? defaultConstructor(typeName) : constructor
      let parameters = constructor.isPair ? cdr(constructor) : names
      guard name.isIdentifier, listLength(parameters) >= 0 else { throw fail("the constructor is not well formed", form) }
      result.append((name, try constructorLambda(parameters, fields, quotedType, form)))
    }
    let predicate = car(cdddr(form))
    if predicate.isIdentifier {
      let value = core("value")
      result.append((predicate, lambda(list(value), primitiveForm("%record?", list(value, quotedType)))))
    }
    for (index, field) in fields.enumerated() {
      try appendAccessors(of: field, index, quotedType, form, &result)
    }
    return result
  }

  /// The field specifications, each a list of field name, accessor and perhaps modifier.
  private func recordFields(_ form: Word) throws(SyntaxError) -> [Word] {
    var fields: [Word] = []
    var rest = cdr(cdddr(form))
    while rest.isPair {
      var field = car(rest)
      if field.isIdentifier { field = list(field) }
      guard (1...3).contains(listLength(field)), car(field).isIdentifier else {
        throw fail("a field must have the form (name accessor modifier)", form)
      }
      if fields.contains(where: { car($0) == car(field) }) { throw fail("two fields have the same name", form) }
      fields.append(field)
      rest = cdr(rest)
    }
    return fields
  }

  private func constructorLambda(
    _ parameters: Word, _ fields: [Word], _ type: Word, _ form: Word
  ) throws(SyntaxError) -> Word {
    var rest = parameters
    while rest.isPair {
      if !fields.contains(where: { car($0) == car(rest) }) { throw fail("the constructor names an unknown field", form) }
      rest = cdr(rest)
    }
    var values: [Word] = [type]
    for field in fields {
      var given = parameters
      while given.isPair && car(given) != car(field) { given = cdr(given) }
      values.append(given.isPair ? car(field) : Constant.false)
    }
    return lambda(parameters, primitiveForm("%record", makeList(values)))
  }

  private func appendAccessors(
    of field: Word, _ index: Int, _ type: Word, _ form: Word, _ result: inout [(name: Word, value: Word)]
  ) throws(SyntaxError) {
    let record = core("record")
    let value = core("value")
    let names = cdr(field)
    if names.isNull { return }
    guard car(names).isIdentifier else { throw fail("an accessor must be a name", form) }
    result.append(
      (
        car(names),
        lambda(list(record), primitiveForm("%record-ref", list(record, type, .fixnum(index), quoted(car(names)))))
      ))
    if cdr(names).isNull { return }
    guard cadr(names).isIdentifier else { throw fail("a modifier must be a name", form) }
    result.append(
      (
        cadr(names),
        lambda(
          list(record, value),
          primitiveForm("%record-set!", cons(record, list(type, .fixnum(index), value, quoted(cadr(names))))))
      ))
  }

  /// `make-point` for the type `point` or `<point>`.
  private func defaultConstructor(_ typeName: Word) -> Word {
    var name = SymbolTable.utf8(Alias.symbol(typeName))
    if name.count > 2, name.first == UInt8(ascii: "<"), name.last == UInt8(ascii: ">") { name = [UInt8](name[1..<(name.count - 1)]) }
    return SymbolTable.intern(utf8: [UInt8]("make-".utf8) + name)
  }

  // Builders of forms.

  private func lambda(_ parameters: Word, _ body: Word) -> Word { list(core("lambda"), parameters, body) }
  private func quoted(_ datum: Word) -> Word { list(core("quote"), datum) }
  /// A call that has no place of its own: errors in it are said to be where the record procedure was called.
  private func primitiveForm(_ name: StaticString, _ arguments: Word) -> Word {
    let form = cons(core(name), arguments)
    SourcePositions.setNone(form)
    return form
  }
}
