// Exports (GuestABI's `GuestExport` describes each): starting a session, and what a host may set in it.
import GuestABI
import SchemeCore
import SchemeJIT

@_expose(wasm, "latch_initialize") @_cdecl("latch_initialize")
public func exportedInitialize(_ stackBytes: Int32, _ heapLimitMiB: Int32) -> Int32 {
  hostWrite = { pointer, length, stream in importedWrite(pointer, length, stream) }
  hostClock = { importedClock() }
  hostWallClock = { importedWallClock() }
  hostExit = { code in importedExit(code) }
  hostOpen = { path, length, mode in importedOpen(path, length, mode) }
  hostRead = { stream, pointer, capacity in importedRead(stream, pointer, capacity) }
  hostReady = { stream in importedReady(stream) }
  hostClose = { stream in importedClose(stream) }
  hostExists = { path, length in importedExists(path, length) }
  hostDelete = { path, length in importedDelete(path, length) }
  hostEnvironment = { name, length, pointer, capacity in importedEnvironment(name, length, pointer, capacity) }
  Func.stubIndex = { entryStubIndex($0) }
  installRuntimeRoutines()
  var host = ModuleHost()
  host.link = { pointer, length in importedLink(pointer, length, 0) }
  host.unlink = { handle in _ = importedUnlink(handle) }
  host.tableSize = { tableSize() }
  host.clearTable = { first, count in clearTable(first, count) }
  CompilationPolicy.start(host)
  let library = PackedLibrary(
    text: UnsafeRawBufferPointer(start: libraryText(), count: libraryTextLength()),
    index: UnsafeRawBufferPointer(start: libraryIndex(), count: libraryIndexLength()))
  guard stackBytes >= Heap.smallestStackBytes else {
    return status(.error([UInt8]("the stack is too small: it must have 4096 bytes or more".utf8)), shows: false)
  }
  return status(Session.start(stackBytes: Int(stackBytes), heapLimit: heapLimitBytes(heapLimitMiB), library: library), shows: false)
}

/// 0 stands for all that a memory can have.
private func heapLimitBytes(_ megabytes: Int32) -> Int64 { (megabytes <= 0 || megabytes > 4096 ? 4096 : Int64(megabytes)) << 20 }

@_expose(wasm, "latch_set_heap_limit") @_cdecl("latch_set_heap_limit")
public func exportedSetHeapLimit(_ megabytes: Int32) { Heap.limit = heapLimitBytes(megabytes) }

@_expose(wasm, "latch_set_native_stack") @_cdecl("latch_set_native_stack")
public func exportedSetNativeStack(_ bytes: Int32) { NativeStack.setBound(Int(bytes)) }

@_expose(wasm, "latch_recover") @_cdecl("latch_recover")
public func exportedRecover() { Session.recover() }

@_expose(wasm, "latch_set_arguments") @_cdecl("latch_set_arguments")
public func exportedSetArguments(_ length: Int32) {
  CommandLine.set(endedByNUL(length))
}

@_expose(wasm, "latch_set_library_path") @_cdecl("latch_set_library_path")
public func exportedSetLibraryPath(_ length: Int32) { Libraries.setSearchPath(endedByNUL(length)) }

@_expose(wasm, "latch_forget_libraries") @_cdecl("latch_forget_libraries")
public func exportedForgetLibraries() { Session.forgetLibraries() }

@_expose(wasm, "latch_set_unbuffered") @_cdecl("latch_set_unbuffered")
public func exportedSetUnbuffered(_ isOn: Int32) { PortOutput.isUnbuffered = isOn != 0 }

@_expose(wasm, "latch_flush") @_cdecl("latch_flush")
public func exportedFlush() { _ = PortOutput.flush() }

@_expose(wasm, "latch_set_collector_stress") @_cdecl("latch_set_collector_stress")
public func exportedSetCollectorStress(_ isOn: Int32) { Heap.isStressed = isOn != 0 }
