// What the guest imports from its host, by the names of GuestABI's `GuestImport`.
import GuestABI
import SchemeCore

@_extern(wasm, module: "latch", name: "write") @_extern(c)
func importedWrite(_ pointer: UInt32, _ length: Int32, _ stream: Int32) -> Int32

@_extern(wasm, module: "latch", name: "link") @_extern(c)
func importedLink(_ pointer: UInt32, _ length: Int32) -> Int32

@_extern(wasm, module: "latch", name: "clock") @_extern(c)
func importedClock() -> Double

@_extern(wasm, module: "latch", name: "wall_clock") @_extern(c)
func importedWallClock() -> Double

@_extern(wasm, module: "latch", name: "exit") @_extern(c)
func importedExit(_ code: Int32)

// From the runtime's C and assembly.

@_extern(c, "latch_stub_index")
func entryStubIndex(_ stub: Int32) -> Int32

@_extern(c, "latch_library_text")
func libraryText() -> UnsafeRawPointer

@_extern(c, "latch_library_text_length")
func libraryTextLength() -> Int

@_extern(c, "latch_library_index")
func libraryIndex() -> UnsafeRawPointer

@_extern(c, "latch_library_index_length")
func libraryIndexLength() -> Int
