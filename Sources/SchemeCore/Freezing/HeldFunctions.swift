// The functions that a program which is written to a file may call by pointers in its memory: by their indices in the guest's table. Whoever writes the file leaves the others out, but for
// those whose pointers are in the code that is left, or in the guest's data. What would call what the program cannot use any more is put out of reach before.
//
// All pointers to functions that the runtime keeps are listed here.
import GuestABI

public enum HeldFunctions {
  /// Table indices of the functions whose pointers the runtime has. The program must not be extended afterwards but by running.
  ///
  /// Everything is collected first. If the program cannot expand code, what makes code goes; if bindings are sealed besides, the texts of the standard library go.
  public static func find() -> [UInt32] {
    Heap.collectAll(sp: runtimeState.stackBase)
    JITHooks.remove()
    LibraryProcedure.fix()
    var uses = PrimitiveUses.find()
    if uses.canEvaluate {
      uses.useAll()
    } else {
      if !uses.uses(anyOf: fileUsers) { replaceFileFunctions() }
      if !uses.uses(anyOf: inputUsers) {
        hostRead = { _, _, _ in 0 }
        hostReady = { _ in 1 }
      }
      if !uses.uses(anyOf: ["get-environment-variable", "get-environment-variables"]) { hostEnvironment = { _, _, _, _ in -1 } }
      if Sealing.isOn { StandardLibrary.forgetTexts() }
    }
    return uses.functions + entries(uses) + hosts + JITHooks.functions + LibraryProcedure.functions + loops
  }

  /// What `Func`s say is to be called; and the stubs, which new ones get.
  private static func entries(_ uses: PrimitiveUses) -> [UInt32] {
    var entries = uses.canEvaluate ? (0..<EntryStub.count).map { Func.stub($0) } : []
    var function = Func.newest
    while function.address != 0 {
      if function.kind != .primitive || uses.isUsed[function.primitive] {
        for count in 0...FuncLayout.maximumDirectArity { entries.append(function.directEntry(count)) }
        entries.append(function.generalEntry)
      }
      function = function.previous
    }
    return entries
  }

  private static var hosts: [UInt32] {
    [
      tableIndex(hostWrite), tableIndex(hostClock), tableIndex(hostWallClock), tableIndex(hostExit), tableIndex(hostOpen), tableIndex(hostRead),
      tableIndex(hostReady),
      tableIndex(hostClose), tableIndex(hostExists), tableIndex(hostDelete), tableIndex(hostEnvironment), tableIndex(procedureName),
      tableIndex(Func.stubIndex),
    ]
  }

  private static var loops: [UInt32] {
    [
      tableIndex(limbLoops.addProduct), tableIndex(limbLoops.subtractProduct), tableIndex(limbLoops.add), tableIndex(limbLoops.subtract),
      tableIndex(limbLoops.multiply),
    ]
  }

  /// The primitives that open files, or look whether there are some.
  private static var fileUsers: [StaticString] {
    ["open-input-file", "open-output-file", "open-binary-input-file", "open-binary-output-file", "open-append-file", "file-exists?", "delete-file"]
  }

  /// The primitives that read.
  private static var inputUsers: [StaticString] {
    [
      "read-char", "peek-char", "char-ready?", "read-line", "read-string", "read", "read-u8", "peek-u8", "u8-ready?", "read-bytevector",
      "read-bytevector!",
    ]
  }

  /// Has the host's functions for files replaced by ones that permit nothing.
  private static func replaceFileFunctions() {
    hostOpen = { _, _, _ in -HostError.notPermitted.rawValue }
    hostClose = { _ in 0 }
    hostExists = { _, _ in 0 }
    hostDelete = { _, _ in HostError.notPermitted.rawValue }
  }
}

/// The index in the guest's table of a C function.
public func tableIndex<Function>(_ function: Function) -> UInt32 { UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self)) }
