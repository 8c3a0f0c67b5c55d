// The ends of blocks, and the function's start.

import CompilerInterface
import MachineCode
import RuntimeLayout

extension LowerToX64 {
  mutating func lowerTerminator(_ value: Value, _ block: Block) {
    let instruction = at(value)
    switch instruction.pointee.operation {
    case .jump,
      .switchBranch where graph.pointee.successors(block).count == 1:
      passArguments(block)
      begin()
      end(.jump, 0, isTerminator: true)
    case .branch:
      let condition = condition(instruction.pointee.a)
      begin()
      end(.branch, X64Variant(condition).raw, isTerminator: true)
    case .switchBranch: switchBranch(value, targets: graph.pointee.successors(block).count - 1)
    case .returnValues: returnValues(value)
    case .trap:
      frame.mayTrap = true
      begin()
      end(.trap, 0, auxiliary: UInt32(truncatingIfNeeded: instruction.pointee.immediate), isTerminator: true)
    case .tailCall, .tailCallIndirect: tailCall(value)
    case .unwindBranch:
      isUnwound = true
      begin()
      end(.unwindBranch, 0, isTerminator: true)
    case .unreachable:
      begin()
      end(.unreachable, 0, isTerminator: true)
    default: preconditionFailure("not a terminator")
    }
  }

  /// Gives the only successor's parameters their values.
  private mutating func passArguments(_ block: Block) {
    let target = graph.pointee.successors(block)[0]
    if graph.pointee.predecessors(target).count < 2 { return }
    var phi = graph.pointee.at(target).pointee.first
    let position = Int(edgePositions[block.number])
    while phi.exists, at(phi).pointee.operation == .phi {
      let argument = register(graph.pointee.arguments(phi)[position])
      function.pointee.registerNumbers.append(argument)
      phi = at(phi).pointee.next
    }
  }

  private mutating func switchBranch(_ value: Value, targets: Int) {
    let index = register(at(value).pointee.a)
    if targets <= 3 {
      begin()
      use(index)
      return end(.switchChain, 0, isTerminator: true)
    }
    let scratch = makeInteger()
    begin()
    define(scratch)
    end(.scratch, 0)
    begin()
    useLate(index)
    useLate(scratch)
    end(.switchTable, 0, isTerminator: true)
  }

  private mutating func returnValues(_ value: Value) {
    let results = graph.pointee.arguments(value)
    if results.count > 1 {
      let area = loadWord(X64Address(.frame, -16))
      for index in 1..<results.count {
        let source = register(results[index])
        let type = at(graph.pointee.resolve(results[index])).pointee.type
        var address = X64Address(.register, Int32(-8 * (index - 1)))
        address.register = area
        begin()
        use(source)
        use(address)
        end(.store, (type.isFloat ? Self.wholeAccess(type) : .word64).rawValue, address)
      }
    }
    guard results.count > 0 else {
      begin()
      return end(.returnValues, 0, isTerminator: true)
    }
    let first = register(results[0])
    begin()
    use(first, classOf(strip(results[0])) == .float ? X64RegisterFile.float(0) : X64RegisterFile.number(.rax))
    end(.returnValues, 0, isTerminator: true)
  }

  // MARK: The start

  /// Where a parameter arrives: a register's number, or, negative, the complement of its offset from rbp.
  private mutating func locateParameters() {
    arrivals.removeAll()
    let shape = view.shape(ofFunction: graph.pointee.functionIndex)
    var places = ArgumentPlaces()
    for index in 0..<Int(shape.parameters.count) {
      let isFloat = ValueKind(view.typePool[Int(shape.parameters.start) + index]).isFloat
      switch places.next(isFloat: isFloat) {
      case .integer(let number): arrivals.append(Int32(X64RegisterFile.integerArgument(number).number))
      case .float(let number): arrivals.append(Int32(X64RegisterFile.float(UInt8(number)).number))
      case .stack(let number): arrivals.append(~Int32(BaselineFrame.stackArgument(number)))
      }
    }
  }

  /// Defines the parameters that are used.
  mutating func defineParameters() {
    guard frame.outerSize == 0, view.functionCount > 0 else { return }
    locateParameters()
    begin()
    var value = graph.pointee.at(graph.pointee.entry).pointee.first
    var hasAny = false
    while value.exists {
      let instruction = at(value)
      if instruction.pointee.operation == .parameter, registers[value.number] != .max {
        let arrival = arrivals[Int(instruction.pointee.index)]
        if arrival >= 0 {
          define(definition(value), PhysicalRegister(UInt8(arrival)))
          hasAny = true
        }
      }
      value = instruction.pointee.next
    }
    if hasAny { end(.parameters, 0) }
    value = graph.pointee.at(graph.pointee.entry).pointee.first
    while value.exists {
      let instruction = at(value)
      if instruction.pointee.operation == .parameter, registers[value.number] != .max {
        let arrival = arrivals[Int(instruction.pointee.index)]
        if arrival < 0 {
          frame.readsIncoming = true
          loadFrame(value, ~arrival)
        }
      }
      value = instruction.pointee.next
    }
  }
}
