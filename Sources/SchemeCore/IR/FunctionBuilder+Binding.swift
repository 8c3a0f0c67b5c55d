// Bindings of variables, and the procedures that `fix` and lambda expressions make.
import GuestABI

extension FunctionBuilder {
  @_optimize(none)
  func bindAll(
    _ variables: [Variable], _ values: [Expression], _ index: Int, _ depth: Int, _ next: (Int) -> Node
  ) -> Node {
    if index == variables.count { return next(depth) }
    let chunk = FunctionBuilder.valueChunk
    if variables.count - index > chunk && index % chunk == 0 {
      let some = [Variable](variables[index..<(index + chunk)])
      return label(depth, parameters: chunk, isLoop: false) { _ in
        for (offset, variable) in some.enumerated() { variable.operand = .slot(depth + offset) }
        return self.boxed(some, first: depth, depth + chunk) {
          self.bindAll(variables, values, index + chunk, depth + chunk, next)
        }
      } scope: { label in
        self.values([Expression](values[index..<(index + chunk)]), 0, [], depth) { self.jump(label, $0, $1) }
      }
    }
    let variable = variables[index]
    return value(values[index], depth) { operand, deeper in
      if variable.isAssigned {
        return self.bind(.makeBox, a: operand, deeper) { box, deepest in
          variable.operand = box
          return self.noted(variable, at: self.bindAll(variables, values, index + 1, deepest, next))
        }
      }
      // Globals can change, so their value is taken now; all else can be used where it is.
      if operand.kind == .global {
        return self.bind(.move, a: operand, deeper) { slot, deepest in
          variable.operand = slot
          return self.noted(variable, at: self.bindAll(variables, values, index + 1, deepest, next))
        }
      }
      variable.operand = operand
      return self.noted(variable, at: self.bindAll(variables, values, index + 1, deeper, next))
    }
  }

  // MARK: Procedures

  /// The free variables that are not constants where the procedure is made.
  @_optimize(none)
  func dropConstants(_ inner: Lambda) {
    if takesNotes { inner.constants += inner.free.filter { $0.operand.kind == .constant } }
    inner.free.removeAll { $0.operand.kind == .constant || $0.lambda === inner }
  }

  @_optimize(none)
  func closure(_ inner: Lambda, _ depth: Int, _ next: (Operand, Int) -> Node) -> Node {
    dropConstants(inner)
    declareFunction(inner)
    buildFunction(inner)
    if inner.free.isEmpty { return next(constantProcedure(inner), depth) }
    let captured = inner.free.map { locate($0) }
    return bind(.makeProcedure, payload: inner.function.address, arguments: captured, depth, next)
  }

  @_optimize(none)
  func constantProcedure(_ inner: Lambda) -> Operand {
    let operand = constantOperand(makeProcedure(function: inner.function.address, freeVariables: 0))
    inner.function.ownProcedureCell = operand.address
    return operand
  }

  @_optimize(none)
  func fix(_ variables: [Variable], _ lambdas: [Lambda], _ depth: Int, _ next: (Int) -> Node) -> Node {
    for lambda in lambdas {
      dropConstants(lambda)
      declareFunction(lambda)
    }
    let places = numbered(variables)
    let areClosed = lambdas.allSatisfy { $0.free.allSatisfy { self.place($0, places) != nil } }
    if areClosed {
      for (index, variable) in variables.enumerated() {
        if takesNotes { lambdas[index].constants += lambdas[index].free.filter { $0 !== variable } }
        lambdas[index].free = []
        variable.operand = constantProcedure(lambdas[index])
      }
      for lambda in lambdas { buildFunction(lambda) }
      for lambda in lambdas { addVariants(lambda, areClosed: true) }
      return noted(variables, at: next(depth))
    }
    for lambda in lambdas { buildFunction(lambda) }
    for lambda in lambdas { addVariants(lambda, areClosed: false) }
    for (index, variable) in variables.enumerated() { variable.operand = .slot(depth + index) }
    return make(variables, lambdas, depth) { self.noted(variables, at: next(depth + variables.count)) }
  }

  /// Gives a procedure of several numbers of arguments the code for each of them. Either all are closed, or it has the others among its variables.
  @_optimize(none)
  func addVariants(_ lambda: Lambda, areClosed: Bool) {
    for (count, variant) in lambda.variants {
      let variable = areClosed ? nil : lambda.free.firstIndex { $0.lambda === variant }
      if areClosed || variable != nil { lambda.function.addVariant(variant.function, taking: count, in: variable) }
    }
  }

  /// Makes the procedures of a group, in the slots from `depth` on; what they refer to of those that are made later is filled in afterwards.
  @_optimize(none)
  func make(_ variables: [Variable], _ lambdas: [Lambda], _ depth: Int, _ next: () -> Node) -> Node {
    let group = numbered(variables)
    let top = depth + variables.count
    var node = next()
    for (index, lambda) in lambdas.enumerated().reversed() {
      for (position, free) in lambda.free.enumerated().reversed() {
        guard let later = place(free, group), later >= index else { continue }
        node = Node.make(
          .fillProcedure, a: variables[index].operand, b: Operand(bits: UInt32(position)), depth: top, next: node, arguments: [locate(free)])
      }
    }
    for (index, lambda) in lambdas.enumerated().reversed() {
      let captured = lambda.free.map { free in
        if let later = self.place(free, group), later >= index { return constantOperand(.fixnum(0)) }
        return self.locate(free)
      }
      let at = depth + index
      frameSlots = max(frameSlots, at + 1 + captured.count)
      node = Node.make(.makeProcedure, slot: at, depth: at, next: node, payload: lambda.function.address, arguments: captured)
    }
    return node
  }

  /// Numbers the variables of a group, by which `place` knows them until another group is numbered.
  @_optimize(none)
  func numbered(_ variables: [Variable]) -> Int {
    let group = RecursiveBindings.newGroup()
    for (index, variable) in variables.enumerated() {
      variable.group = group
      variable.ordinal = index
    }
    return group
  }

  @_optimize(none)
  func place(_ variable: Variable, _ group: Int) -> Int? { variable.group == group ? variable.ordinal : nil }
}
