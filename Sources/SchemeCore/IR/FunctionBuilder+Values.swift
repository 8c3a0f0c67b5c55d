// Expressions whose value or effect is wanted in the middle of a function.
import GuestABI

extension FunctionBuilder {
  // MARK: Variables

  /// Where a variable's value (or box) is, seen from this function.
  @_optimize(none)
  func locate(_ variable: Variable) -> Operand {
    if variable.operand.kind == .constant { return variable.operand }
    if variable.lambda === lambda { return .procedure }
    if variable.owner.frame === lambda { return variable.operand }
    for index in lambda.free.indices where lambda.free[index] === variable { return .free(index) }
    abortRuntime("a variable is out of reach")
  }

  /// `(%catch thunk)`: a call that an escape can end. (Only the library has it; never in tail position.)
  @_optimize(none)
  func catching(
    _ thunk: Expression, _ position: SourcePosition, _ depth: Int, _ next: (Operand, Int) -> Node
  ) -> Node {
    value(thunk, depth) { operand, deeper in
      let node = self.bind(.call, a: operand, position: position, at: depth, deeper, next)
      node.flags |= Node.catchFlag
      return node
    }
  }

  // MARK: Values

  /// The value of an expression as an operand for what `next` builds.
  @_optimize(none)
  func value(_ expression: Expression, _ depth: Int, _ next: (Operand, Int) -> Node) -> Node {
    if mustGiveUp { return giveUp() }
    level += 1
    defer { level -= 1 }
    switch expression {
    case .constant(let word): return next(constantOperand(word), depth)
    case .local(let variable, let position):
      let operand = locate(variable)
      if !variable.isAssigned { return next(operand, depth) }
      let node = bind(.boxRef, a: operand, position: position, arguments: [constantOperand(variable.name)], depth, next)
      if !variable.needsCheck { node.flags |= Node.definedFlag }
      return node
    case .global(let symbol, let position):
      if symbolValue(symbol) != Constant.undefined { return next(.global(symbol), depth) }
      return bind(.globalRef, payload: symbol.address, position: position, depth, next)
    case .setLocal, .setGlobal, .define:
      return effect(expression, depth) { next(constantOperand(Constant.unspecified), $0) }
    case .lambda(let inner): return closure(inner, depth, next)
    case .call(let callee, let arguments, let position):
      if case .local(let loop, _) = callee, loop.isLoop { break }
      if case .global(let symbol, _) = callee, symbol == catchSymbol { return catching(arguments[0], position, depth, next) }
      if isApply(callee, arguments) {
        return call(arguments[0], Array(arguments[1...]), depth) { operand, operands, _, deeper in
          self.bind(.apply, a: operand, position: position, arguments: operands, at: depth, deeper, next)
        }
      }
      return call(callee, arguments, depth) { operand, operands, known, deeper in
        self.bind(.call, a: operand, payload: known, position: position, arguments: operands, at: depth, deeper, next)
      }
    case .primitive(let row, let arguments, let position): return primitive(row, arguments, position, depth, next)
    case .sequence(let parts) where !isDeep:
      return sequence(parts, 0, depth) { self.value($0, depth, next) }
    case .let(let variables, let values, let body) where !isDeep:
      return bindAll(variables, values, 0, depth) { self.value(body, $0) { self.notedEnd(variables, at: next($0, $1)) } }
    case .fix(let variables, let lambdas, let body) where !variables[0].isLoop && !isDeep:
      return fix(variables, lambdas, depth) { self.value(body, $0) { self.notedEnd(variables, at: next($0, $1)) } }
    case .if, .or, .fix, .sequence, .let: break
    }
    // The paths meet in a label whose parameter is the value.
    return label(depth, parameters: 1, isLoop: false) { _ in
      next(.slot(depth), depth + 1)
    } scope: { label in
      tail(expression, depth, .jump(label))
    }
  }

  /// The values of several expressions, left to right. Of many, each chunk is computed before a label whose parameters it becomes, so that a wide call
  /// needs no deep stack.
  @_optimize(none)
  func values(
    _ expressions: [Expression], _ index: Int, _ found: [Operand], _ depth: Int, _ next: ([Operand], Int) -> Node
  ) -> Node {
    if index == expressions.count { return next(found, depth) }
    let chunk = FunctionBuilder.valueChunk
    if expressions.count - index > chunk && index % chunk == 0 {
      return label(depth, parameters: chunk, isLoop: false) { _ in
        let slots = (0..<chunk).map { Operand.slot(depth + $0) }
        return self.values(expressions, index + chunk, found + slots, depth + chunk, next)
      } scope: { label in
        self.values([Expression](expressions[index..<(index + chunk)]), 0, [], depth) { self.jump(label, $0, $1) }
      }
    }
    return value(expressions[index], depth) { operand, deeper in
      self.values(expressions, index + 1, found + [operand], deeper, next)
    }
  }

  /// An expression for its effect only.
  @_optimize(none)
  func effect(_ expression: Expression, _ depth: Int, _ next: (Int) -> Node) -> Node {
    if mustGiveUp { return giveUp() }
    level += 1
    defer { level -= 1 }
    switch expression {
    case .constant, .lambda: return next(depth)
    case .local(let variable, _) where !variable.isAssigned: return next(depth)
    case .setLocal(let variable, let value):
      return self.value(value, depth) { operand, deeper in
        self.bind(.boxSet, a: self.locate(variable), b: operand, deeper) { _, _ in next(depth) }
      }
    case .setGlobal(let symbol, let value, let position):
      return self.value(value, depth) { operand, deeper in
        self.bind(.globalSet, a: operand, payload: symbol.address, position: position, deeper) { _, _ in next(depth) }
      }
    case .define(let symbol, let value):
      if case .lambda(let inner) = value { inner.global = symbol }
      return self.value(value, depth) { operand, deeper in
        self.bind(.globalDefine, a: operand, payload: symbol.address, deeper) { _, _ in next(depth) }
      }
    case .sequence(let parts) where !isDeep:
      return sequence(parts, 0, depth) { self.effect($0, depth, next) }
    case .fix(let variables, let lambdas, let body) where !variables[0].isLoop && !isDeep:
      return fix(variables, lambdas, depth) { deeper in self.effect(body, deeper) { _ in self.notedEnd(variables, at: next(depth)) } }
    case .let(let variables, let values, let body) where !isDeep:
      return bindAll(variables, values, 0, depth) { deeper in self.effect(body, deeper) { _ in self.notedEnd(variables, at: next(depth)) } }
    case .if, .or, .fix, .sequence, .let:
      return label(depth, parameters: 0, isLoop: false) { _ in
        next(depth)
      } scope: { label in
        tail(expression, depth, .jump(label))
      }
    case .local, .global, .call, .primitive: return value(expression, depth) { _, _ in next(depth) }
    }
  }

  /// How many expressions of a sequence are built in one recursion: the rest follows after a label, so that a long body does not need a deep stack.
  static var sequenceChunk: Int { 64 }
  /// The same for the operands of a call and the bindings of a let.
  static var valueChunk: Int { 128 }

  /// All but the last of some expressions for effect, then the last.
  @_optimize(none)
  func sequence(_ parts: [Expression], _ index: Int, _ depth: Int, _ last: (Expression) -> Node) -> Node {
    let end = index + FunctionBuilder.sequenceChunk
    if end >= parts.count { return effects(parts, index, parts.count - 1, depth) { last(parts[parts.count - 1]) } }
    return label(depth, parameters: 0, isLoop: false) { _ in
      self.sequence(parts, end, depth, last)
    } scope: { label in
      self.effects(parts, index, end, depth) { self.jump(label, [], depth) }
    }
  }

  /// Some expressions for effect.
  @_optimize(none)
  private func effects(_ parts: [Expression], _ index: Int, _ end: Int, _ depth: Int, _ next: () -> Node) -> Node {
    if index == end { return next() }
    return effect(parts[index], depth) { _ in self.effects(parts, index + 1, end, depth, next) }
  }
}
