// Calls. Where arguments and results are is in Lowering+Arguments.swift.

import CompilerInterface
import MachineCode
import RuntimeLayout

extension LowerToX64 {
  /// Stores an argument or result as a word.
  mutating func storeWord(_ value: Value, _ address: X64Address) {
    let source = register(value)
    let type = at(graph.pointee.resolve(value)).pointee.type
    begin()
    use(source)
    use(address)
    end(.store, (type.isInFloatRegisters ? Self.wholeAccess(type) : .word64).rawValue, address)
  }

  /// Of a value in an area.
  mutating func words(_ value: Value) -> Int { at(graph.pointee.resolve(value)).pointee.type.words }

  mutating func call(_ value: Value) {
    let callee = Int(at(value).pointee.index)
    let shape = module.shape(ofFunction: callee)
    frame.hasCalls = true
    placeArguments(graph.pointee.arguments(value))
    begin()
    let isImported = callee < module.importedFunctionCount
    if module.leavesInstance(callee) { frame.savesContext = true }
    let known = isImported ? KnownClobbers.unknown : graph.pointee.clobbers?[callee - module.importedFunctionCount] ?? KnownClobbers.unknown
    let clobbers = defineResult(value, clobbering: clobbers(results: shape.results, known: known))
    usePassed()
    end(isImported ? .callImport : .call, 0, auxiliary: UInt32(callee), clobbers: clobbers)
    reversed[reversed.count - 1].isRecursion = callee == graph.pointee.functionIndex
    receiveResults(value, shape.results)
  }

  mutating func callIndirect(_ value: Value) {
    let staysWithin = staysWithin(value)
    call(value, through: .r10, .callIndirect, staysWithin ? 1 : 0, payload: at(value).pointee.immediate)
  }

  mutating func callReference(_ value: Value) { call(value, through: .rax, .callReference) }

  mutating func tailCallIndirect(_ value: Value) {
    let staysWithin = staysWithin(value)
    tailCall(value, through: .r10, .tailCallIndirect, staysWithin ? 1 : 0, payload: at(value).pointee.immediate)
  }

  mutating func tailCallReference(_ value: Value) { tailCall(value, through: .rax, .tailCallReference) }

  /// A call of a callee that a value says: the first argument, an index of a table or a reference, which `register` takes to the call.
  private mutating func call(_ value: Value, through register: GPR, _ opcode: X64Opcode, _ variant: UInt16 = 0, payload: Int64 = 0) {
    let type = at(value).pointee.index
    let results = module.types[Int(type)].results
    frame.hasCalls = true
    let callee = placeCalleeAndArguments(value)
    begin()
    let clobbers = defineResult(value, clobbering: clobbers(results: results))
    usePassed()
    use(callee, X64RegisterFile.number(register))
    end(opcode, variant, payload: payload, auxiliary: type, clobbers: clobbers)
    receiveResults(value, results)
  }

  private mutating func tailCall(_ value: Value, through register: GPR, _ opcode: X64Opcode, _ variant: UInt16 = 0, payload: Int64 = 0) {
    frame.hasTailCalls = true
    let callee = placeCalleeAndArguments(value)
    begin()
    usePassed()
    use(callee, X64RegisterFile.number(register))
    end(opcode, variant, payload: payload, auxiliary: at(value).pointee.index, isTerminator: true)
  }

  /// The register of the callee. The arguments after it are where the callee takes them.
  private mutating func placeCalleeAndArguments(_ value: Value) -> VirtualRegister {
    let arguments = graph.pointee.arguments(value)
    placeArguments(UnsafeMutableBufferPointer(rebasing: arguments[1...]))
    return register(arguments[0])
  }

  /// Whether a call through a table leads to nothing but functions of the module in the same instance.
  private mutating func staysWithin(_ value: Value) -> Bool {
    switch module.target(ofTable: Int(at(value).pointee.immediate), type: Int(at(value).pointee.index), index: nil) {
    case .withinInstance: true
    case .functionIf(let callee, _): callee >= module.importedFunctionCount
    default: false
    }
  }

  mutating func callHelper(_ value: Value) {
    frame.hasCalls = true
    passed.removeAll()
    for (index, argument) in graph.pointee.arguments(value).enumerated() {
      passed.append(PassedArgument(register: register(argument), place: X64RegisterFile.integerArgument(index + 1)))
    }
    begin()
    let clobbers = defineResult(value, clobbering: clobbers(results: .empty))
    usePassed()
    let call = X64HelperCall(helper: at(value).pointee.index, reason: at(value).pointee.immediate)
    end(.callHelper, X64Variant(at(value).pointee.type == .i32 ? .w32 : .w64).raw, auxiliary: call.packed, clobbers: clobbers)
  }

  mutating func tailCall(_ value: Value) {
    let callee = Int(at(value).pointee.index)
    placeArguments(graph.pointee.arguments(value))
    frame.hasTailCalls = true
    begin()
    usePassed()
    end(callee < module.importedFunctionCount ? .tailCallImport : .tailCall, 0, auxiliary: UInt32(callee), isTerminator: true)
  }

  // MARK: Exceptions

  mutating func throwTag(_ value: Value) {
    frame.hasCalls = true
    let arguments = graph.pointee.arguments(value)
    var words = 0
    for argument in arguments {
      words += self.words(argument)
      storeWord(argument, X64Address(.outgoing, Int32(-8 * (words - 1))))
    }
    frame.outgoingWords = max(frame.outgoingWords, words)
    begin()
    end(.throwTag, 0, auxiliary: at(value).pointee.index, clobbers: takesUnwinding() ? X64RegisterFile.allocatable : 0)
  }

  mutating func throwReference(_ value: Value) {
    frame.hasCalls = true
    let exception = register(at(value).pointee.a)
    begin()
    use(exception, X64RegisterFile.number(.rsi))
    end(.throwReference, 0, clobbers: takesUnwinding() ? X64RegisterFile.allocatable : 0)
  }

  /// Nothing that was in a register is there any more: this code has no path from the call to here.
  mutating func landing(_ value: Value) {
    frame.savesContext = true
    begin()
    let clobbers = defineResult(value, clobbering: X64RegisterFile.allocatable)
    end(.landing, 0, auxiliary: at(value).pointee.index, clobbers: clobbers)
    reversed[reversed.count - 1].isLanding = true
  }

  mutating func exceptionValue(_ value: Value) {
    let instruction = at(value)
    let words = Int64(instruction.pointee.index) + instruction.pointee.immediate
    var address = X64Address(.register, Int32(ExceptionRecord.size) + 8 * Int32(truncatingIfNeeded: words))
    address.register = register(instruction.pointee.a)
    load(value, address, Self.wholeAccess(instruction.pointee.type))
  }
}
