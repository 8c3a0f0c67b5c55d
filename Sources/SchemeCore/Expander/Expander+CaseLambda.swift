// `case-lambda`: a procedure for each clause, and one of any number of arguments that goes by their count.
//
//     (fix ((clause2 (lambda (a b) ...))
//           (clause1 (lambda (a . rest) ...))
//           (any (lambda arguments
//                  (let ((count (length arguments)))
//                    (if (= count 2) (clause2 (car arguments) (cadr arguments))
//                        (if (>= count 1) (apply clause1 arguments) (%no-clause count)))))))
//       any)
//
// Calls with a few arguments go to the clause for their number at once (see `Func.variant`).
import GuestABI

extension Expander {
  mutating func expandCaseLambda(_ form: Word, _ scope: Scope) throws(SyntaxError) -> Expression {
    let place = position(form)
    var lambdas: [Lambda] = []
    var rest = cdr(form)
    while rest.isPair {
      let clause = car(rest)
      guard listLength(clause) >= 2 else { throw fail("a clause of case-lambda needs parameters and a body", form) }
      lambdas.append(try expandLambda(car(clause), cdr(clause), clause, Constant.false, scope))
      rest = cdr(rest)
    }
    // The tests of the count are nested.
    if nesting + lambdas.count > NativeStack.maximumNesting { throw fail("the form has too many clauses", form) }
    let any = Lambda(name: Constant.false, position: place)
    let arguments = Variable(Constant.false, owner: any)
    any.parameters = [arguments]
    any.hasRest = true
    var variables = lambdas.map { lambda in
      let variable = Variable(Constant.false, owner: scope.lambda)
      variable.lambda = lambda
      return variable
    }
    any.body = dispatch(to: variables, lambdas, arguments, any, place)
    // The first clause for a number of arguments counts.
    for count in 0...FuncLayout.maximumDirectArity {
      if let lambda = lambdas.first(where: { $0.accepts(count) }) { any.variants.append((count, lambda)) }
    }
    let whole = Variable(Constant.false, owner: scope.lambda)
    whole.lambda = any
    variables.append(whole)
    lambdas.append(any)
    return .fix(variables, lambdas, .local(whole, place))
  }

  private func dispatch(
    to variables: [Variable], _ lambdas: [Lambda], _ arguments: Variable, _ owner: Lambda, _ place: SourcePosition
  ) -> Expression {
    let list = Expression.local(arguments, place)
    let count = Variable(Constant.false, owner: owner)
    var result = callCore("%no-clause", [.local(count, place)], place)
    for (index, lambda) in lambdas.enumerated().reversed() {
      let required = lambda.parameters.count - (lambda.hasRest ? 1 : 0)
      let procedure = Expression.local(variables[index], place)
      let call: Expression
      if lambda.hasRest || required > 4 {
        call = callCore("apply", [procedure, list], place)
      } else {
        var operands: [Expression] = []
        var tail = list
        for _ in 0..<required {
          operands.append(callCore("car", [tail], place))
          tail = callCore("cdr", [tail], place)
        }
        call = .call(procedure, operands, place)
      }
      let test = callCore(lambda.hasRest ? ">=" : "=", [.local(count, place), .constant(.fixnum(required))], place)
      result = .if(test, call, result)
    }
    return .let([count], [callCore("length", [list], place)], result)
  }
}

extension Lambda {
  fileprivate func accepts(_ count: Int) -> Bool { hasRest ? count >= parameters.count - 1 : count == parameters.count }
}
