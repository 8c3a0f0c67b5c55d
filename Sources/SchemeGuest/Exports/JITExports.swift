// Exports (GuestABI's `GuestExport` describes each): the code generator, driven by the host.
import SchemeCore
import SchemeJIT
import WasmFormat

@_expose(wasm, "latch_jit_set_mode") @_cdecl("latch_jit_set_mode")
public func exportedSetJITMode(_ mode: Int32) { CompilationPolicy.setMode(mode) }

@_expose(wasm, "latch_jit_compile_all") @_cdecl("latch_jit_compile_all")
public func exportedCompileAll() { Linking.pushAll() }

@_expose(wasm, "latch_jit_module") @_cdecl("latch_jit_module")
public func exportedJITModule() -> Int32 {
  Text.set([])
  let count = Linking.generateForPull(&Text.module)
  Text.isModule = count > 0
  return Int32(count)
}

@_expose(wasm, "latch_jit_module_of") @_cdecl("latch_jit_module_of")
public func exportedJITModuleOf(_ length: Int32) -> Int32 {
  guard let function = Session.function(named: Text.bytes(0, Int(length))) else {
    Text.set([UInt8]("is not the name of a procedure".utf8))
    return 0
  }
  let refusal = Refusal.reason(for: function)
  if refusal != .none {
    var text: [UInt8] = []
    refusal.explanation.withUTF8Buffer { text.append(contentsOf: $0) }
    Text.set(text)
    return 0
  }
  let generator = ModuleGenerator([CompilationUnit(function)])
  Text.module = generator.generate()
  Text.isModule = true
  return 1
}
