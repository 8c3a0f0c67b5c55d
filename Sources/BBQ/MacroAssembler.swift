// The seam between the baseline tier and an instruction set: the walk over a body (FunctionWalk) reports each operator to an emitter, which keeps
// the compile-time picture of the operand stack (ValueStack.swift) and writes code. Emitters are in folders of their own (X64), whose files mirror
// each other: one extension for each kind of operator. What else an instruction set needs is listed in MachineCode's CodeLinkage.swift.

import CompilerInterface
import MachineCode
import WasmFormat

/// An instruction set's half of the baseline tier. Keeps its working memory from function to function. Frames are as RuntimeLayout's
/// BaselineFrame describes them, because optimized code takes them over.
protocol Emitter: OperatorSink, ~Copyable {
  init()

  /// Starts a function. `locals`: the types of parameters and locals; `use`: what a first look at the body has found out about them.
  mutating func begin(
    _ view: ModuleView, functionIndex: Int, body: UnsafeRawBufferPointer, moduleOffset: Int, locals: UnsafePointer<ValueType>, localCount: Int,
    _ use: borrowing LocalUse)

  /// Bytes of the function's frame.
  var frameSize: Int { get }

  /// Behind the last operator. The result lives in the emitter's memory until the next function.
  mutating func finish() -> CompiledFunction
}

/// The emitter for the machine that this runs on. See OMG's HostBackEnd for machines without code.
typealias HostEmitter = X64Emitter
