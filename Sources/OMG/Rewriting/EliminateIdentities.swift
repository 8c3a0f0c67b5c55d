// Makes every use of an identity a use of what it stands for. Passes that replace values call it before they end: between passes there are none.

func eliminateIdentities(_ graph: inout Graph) {
  for index in 0..<graph.instructions.count where graph.instructions[index].block.exists {
    let arguments = graph.arguments(Value(index))
    for position in 0..<arguments.count {
      let argument = arguments[position]
      if graph.isIdentity(argument) { arguments[position] = graph.resolve(argument) }
    }
  }
}
