// What the guest imports from its host, by the names of GuestABI's `GuestImport`.
import GuestABI
import SchemeCore

@_extern(wasm, module: "latch", name: "write") @_extern(c)
func importedWrite(_ pointer: UInt32, _ length: Int32, _ stream: Int32) -> Int32

@_extern(wasm, module: "latch", name: "clock") @_extern(c)
func importedClock() -> Double

@_extern(wasm, module: "latch", name: "wall_clock") @_extern(c)
func importedWallClock() -> Double

@_extern(wasm, module: "latch", name: "exit") @_extern(c)
func importedExit(_ code: Int32)

@_extern(wasm, module: "latch", name: "open") @_extern(c)
func importedOpen(_ path: UInt32, _ length: Int32, _ mode: Int32) -> Int32

@_extern(wasm, module: "latch", name: "read") @_extern(c)
func importedRead(_ stream: Int32, _ pointer: UInt32, _ capacity: Int32) -> Int32

@_extern(wasm, module: "latch", name: "ready") @_extern(c)
func importedReady(_ stream: Int32) -> Int32

@_extern(wasm, module: "latch", name: "close") @_extern(c)
func importedClose(_ stream: Int32) -> Int32

@_extern(wasm, module: "latch", name: "exists") @_extern(c)
func importedExists(_ path: UInt32, _ length: Int32) -> Int32

@_extern(wasm, module: "latch", name: "delete") @_extern(c)
func importedDelete(_ path: UInt32, _ length: Int32) -> Int32

@_extern(wasm, module: "latch", name: "environment") @_extern(c)
func importedEnvironment(_ name: UInt32, _ length: Int32, _ pointer: UInt32, _ capacity: Int32) -> Int32

// Of late linking (WasmFormat's LateLinkInterface).

@_extern(wasm, module: "latch_jit", name: "link") @_extern(c)
func importedLink(_ pointer: UInt32, _ length: Int32, _ flags: Int32) -> Int32

@_extern(wasm, module: "latch_jit", name: "unlink") @_extern(c)
func importedUnlink(_ handle: Int32) -> Int32

// From the runtime's C and assembly.

@_extern(c, "latch_stub_index")
func entryStubIndex(_ stub: Int32) -> Int32

@_extern(c, "latch_table_size")
func tableSize() -> Int32

/// Makes entries of the table null.
@_extern(c, "latch_table_clear")
func clearTable(_ first: Int32, _ count: Int32)

@_extern(c, "latch_library_text")
func libraryText() -> UnsafeRawPointer

@_extern(c, "latch_library_text_length")
func libraryTextLength() -> Int

@_extern(c, "latch_library_index")
func libraryIndex() -> UnsafeRawPointer

@_extern(c, "latch_library_index_length")
func libraryIndexLength() -> Int
