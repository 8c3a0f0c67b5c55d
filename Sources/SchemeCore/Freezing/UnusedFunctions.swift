// What of the runtime a program that is written to a file has no use for: the functions are given by their indices in the guest's table, so that whoever writes the file can leave them
// out; what would call them is put out of reach. The program must not be extended afterwards but by running.
import GuestABI

public enum UnusedFunctions {
  /// Table indices of the functions that nothing calls any more. `isSealed`: the texts of the standard library go, too, when nothing can expand them.
  ///
  /// Everything is collected first. `keepsCompiler`: procedures may still be compiled when the program runs.
  public static func find(keepsCompiler: Bool) -> [UInt32] {
    Heap.collectAll(sp: runtimeState.stackBase)
    // Generated code may call whatever it finds.
    if keepsCompiler { return [] }
    var unused = JITHooks.remove()
    let loader = LibraryProcedure.fix()
    let uses = PrimitiveUses.find()
    if uses.canEvaluate { return unused }
    unused.append(loader)
    unused += uses.unusedFunctions()
    if !uses.uses(anyOf: fileUsers) { unused += hostFileFunctions() }
    if !uses.uses(anyOf: ["get-environment-variable", "get-environment-variables"]) {
      unused.append(tableIndex(hostEnvironment))
      hostEnvironment = { _, _, _, _ in -1 }
    }
    if Sealing.isOn { StandardLibrary.forgetTexts() }
    return unused
  }

  /// The primitives that open files, or look whether there are some.
  private static var fileUsers: [StaticString] {
    ["open-input-file", "open-output-file", "open-binary-input-file", "open-binary-output-file", "open-append-file", "file-exists?", "delete-file"]
  }

  /// Has the host's functions for files replaced by ones that permit nothing.
  private static func hostFileFunctions() -> [UInt32] {
    let unused = [tableIndex(hostOpen), tableIndex(hostClose), tableIndex(hostExists), tableIndex(hostDelete)]
    hostOpen = { _, _, _ in -HostError.notPermitted.rawValue }
    hostClose = { _ in 0 }
    hostExists = { _, _ in 0 }
    hostDelete = { _, _ in HostError.notPermitted.rawValue }
    return unused
  }
}

/// The index in the guest's table of a C function.
public func tableIndex<Function>(_ function: Function) -> UInt32 { UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self)) }
