// The only file that knows which world it is compiled for.
//
// All Scheme structures live in one 32-bit address space and are named by `Address`. In the guest that space is the wasm memory
// itself. Natively (unit tests) it is 4 GiB of address space reserved at a fixed place, so that `memoryBase` is a constant in
// both worlds and an access costs one addition at most.
import GuestABI

#if arch(wasm32)
  @_extern(c, "llvm.wasm.memory.grow.i32") private func wasmMemoryGrow(_ memory: Int32, _ pages: Int32) -> Int32
  @_extern(c, "llvm.wasm.memory.size.i32") private func wasmMemorySize(_ memory: Int32) -> Int32
  /// Loads a word that others may have stored meanwhile.
  @_extern(c, "latch_load_volatile") private func loadVolatile(_ address: UInt32) -> UInt32
  /// Where the stack of the compiled code ends at present.
  @_extern(c, "latch_stack_pointer") private func stackPointer() -> UInt32
  /// Stores two words and traps.
  @_extern(c, "latch_trap") private func trap(_ address: UInt32, _ first: UInt32, _ second: UInt32)
#else
  import Glibc
#endif

/// A byte offset in the Scheme's memory.
public typealias Address = UInt32

/// The size of the unit in which memory grows and pages are handed out.
public let pageSize = 65536

#if arch(wasm32)
  /// The host address of `Address` 0.
  @inline(__always) public var memoryBase: UInt { 0 }

  /// Makes `growMemory` usable; returns the number of pages that exist already.
  func prepareMemory() -> Int { Int(wasmMemorySize(0)) }

  /// Adds pages at the end of memory; returns the number of pages before, or -1 when the host refuses.
  public func growMemory(pages: Int) -> Int {
    Int(wasmMemoryGrow(0, Int32(truncatingIfNeeded: pages)))
  }

  /// Makes bytes zero that were embedded in the guest.
  func clearEmbedded(_ bytes: UnsafeRawBufferPointer) {
    if let start = bytes.baseAddress { UnsafeMutableRawPointer(mutating: start).initializeMemory(as: UInt8.self, repeating: 0, count: bytes.count) }
  }

  /// The compiled code's own stack, which grows downwards to address 0.
  @inline(__always) func nativeStackPointer() -> UInt32 { stackPointer() }

  /// `runtimeState.interrupt` as it is now, after all that has been stored so far. Compilers may take it for what was loaded or stored before: ours because it does
  /// not see the host store it, the host's because memory is not shared (ours puts a function that does no more than load in place of its call, and then does without
  /// the load). Neither knows what an import does.
  @inline(__always) func currentInterrupt() -> UInt32 {
    _ = hostClock()
    return loadVolatile(RuntimeState.address &+ UInt32(RuntimeStateLayout.interrupt))
  }

  /// Ends the guest with a trap, whose reason the host finds in the runtime state. For broken invariants, and where memory is short and nothing can be
  /// done without; never for a program's errors.
  @inline(never) public func abortRuntime(_ message: StaticString) -> Never {
    // A compiler drops stores that nobody can load any more.
    trap(
      RuntimeState.address &+ UInt32(RuntimeStateLayout.lastWords), UInt32(UInt(bitPattern: message.utf8Start)),
      UInt32(message.utf8CodeUnitCount))
    fatalError()
  }
#else
  /// Natively there are no embedded bytes that can be written.
  func clearEmbedded(_ bytes: UnsafeRawBufferPointer) {}

  /// The host address of `Address` 0.
  @inline(__always) public var memoryBase: UInt { 0x1000_0000_0000 }

  /// There is always enough.
  func nativeStackPointer() -> UInt32 { .max }

  nonisolated(unsafe) private var nativePages = 0

  /// Makes `growMemory` usable; returns the number of pages that exist already.
  func prepareMemory() -> Int {
    if nativePages > 0 { return nativePages }
    let fixed = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED
    let place = UnsafeMutableRawPointer(bitPattern: memoryBase)
    let reserved = mmap(place, (65536 + 1) * pageSize, PROT_READ | PROT_WRITE, Int32(fixed), -1, 0)
    if reserved != place { abortRuntime("cannot reserve the memory of the Scheme") }
    nativePages = 1  // address 0 is no object
    return nativePages
  }

  /// Adds pages at the end of memory; returns the number of pages before, or -1 when there are no more.
  public func growMemory(pages: Int) -> Int {
    if nativePages + pages > 65536 { return -1 }
    let before = nativePages
    nativePages += pages
    return before
  }

  /// `runtimeState.interrupt` as it is now: the call is nothing that a compiler sees through.
  func currentInterrupt() -> UInt32 {
    sched_yield()
    return runtimeState.interrupt
  }

  /// Ends the process. For broken invariants only, never for a program's errors.
  @inline(never) public func abortRuntime(_ message: StaticString) -> Never { fatalError("\(message)") }
#endif

/// The host pointer for an address.
@inline(__always)
public func pointer(_ address: Address) -> UnsafeMutableRawPointer {
  UnsafeMutableRawPointer(bitPattern: memoryBase &+ UInt(address)).unsafelyUnwrapped
}

@inline(__always)
public func load64(_ address: Address) -> UInt64 { pointer(address).load(as: UInt64.self) }
@inline(__always)
public func store64(_ address: Address, _ value: UInt64) { pointer(address).storeBytes(of: value, as: UInt64.self) }
@inline(__always)
public func load32(_ address: Address) -> UInt32 { pointer(address).load(as: UInt32.self) }
@inline(__always)
public func store32(_ address: Address, _ value: UInt32) { pointer(address).storeBytes(of: value, as: UInt32.self) }
@inline(__always)
public func load16(_ address: Address) -> UInt16 { pointer(address).load(as: UInt16.self) }
@inline(__always)
public func store16(_ address: Address, _ value: UInt16) { pointer(address).storeBytes(of: value, as: UInt16.self) }
@inline(__always)
public func load8(_ address: Address) -> UInt8 { pointer(address).load(as: UInt8.self) }
@inline(__always)
public func store8(_ address: Address, _ value: UInt8) { pointer(address).storeBytes(of: value, as: UInt8.self) }

// The same at an offset from an address of something that is there: what is an offset in Swift is one in WebAssembly's instruction, which takes no addition.

@inline(__always)
public func load64(_ address: Address, _ offset: Int) -> UInt64 { pointer(address).load(fromByteOffset: offset, as: UInt64.self) }
@inline(__always)
public func store64(_ address: Address, _ offset: Int, _ value: UInt64) {
  pointer(address).storeBytes(of: value, toByteOffset: offset, as: UInt64.self)
}
@inline(__always)
public func load32(_ address: Address, _ offset: Int) -> UInt32 { pointer(address).load(fromByteOffset: offset, as: UInt32.self) }
@inline(__always)
public func store32(_ address: Address, _ offset: Int, _ value: UInt32) {
  pointer(address).storeBytes(of: value, toByteOffset: offset, as: UInt32.self)
}
@inline(__always)
public func load16(_ address: Address, _ offset: Int) -> UInt16 { pointer(address).load(fromByteOffset: offset, as: UInt16.self) }
@inline(__always)
public func store16(_ address: Address, _ offset: Int, _ value: UInt16) {
  pointer(address).storeBytes(of: value, toByteOffset: offset, as: UInt16.self)
}
@inline(__always)
public func load8(_ address: Address, _ offset: Int) -> UInt8 { pointer(address).load(fromByteOffset: offset, as: UInt8.self) }
@inline(__always)
public func store8(_ address: Address, _ offset: Int, _ value: UInt8) { pointer(address).storeBytes(of: value, toByteOffset: offset, as: UInt8.self) }

/// Copies bytes; the ranges may overlap.
@inline(__always)
public func copyMemory(to target: Address, from source: Address, bytes: Int) {
  if UInt(bitPattern: bytes) <= 256 && target &- source >= UInt32(truncatingIfNeeded: bytes) {
    copyFew(to: target, from: source, bytes: UInt32(truncatingIfNeeded: bytes))
  } else if bytes > 0 {
    pointer(target).copyMemory(from: UnsafeRawPointer(pointer(source)), byteCount: bytes)
  }
}

/// Copies bytes to where they do not overlap what is still to be copied; neither place need be aligned. `memory.copy` is a call of the host, which costs more than most
/// objects. Two words in each step: the compiler would make `memory.copy` of one.
@inline(never)
private func copyFew(to target: Address, from source: Address, bytes: UInt32) {
  func word(_ at: Address) -> UInt64 { pointer(source &+ at).loadUnaligned(as: UInt64.self) }
  var at: Address = 0
  while bytes &- at >= 16 {
    let (first, second) = (word(at), word(at &+ 8))
    store64(target &+ at, first)
    store64(target &+ at &+ 8, second)
    at &+= 16
  }
  if bytes & 8 != 0 {
    store64(target &+ at, word(at))
    at &+= 8
  }
  if bytes & 4 != 0 {
    store32(target &+ at, pointer(source &+ at).loadUnaligned(as: UInt32.self))
    at &+= 4
  }
  if bytes & 2 != 0 {
    store16(target &+ at, pointer(source &+ at).loadUnaligned(as: UInt16.self))
    at &+= 2
  }
  if bytes & 1 != 0 { store8(target &+ at, load8(source &+ at)) }
}

/// Sets words to one value.
@inline(__always)
public func fillWords(_ address: Address, count: Int, with value: Word) {
  if count <= 32 { return fillFew(address, count: count, with: value) }
  var at = address
  for _ in 0..<count {
    store64(at, value)
    at &+= 8
  }
}

/// The same for a few words. (Not inlined: the compiler would make `memory.fill` of it where the value is known, which is a call of the host.)
@inline(never)
private func fillFew(_ address: Address, count: Int, with value: Word) {
  var at = address
  var left = count
  while left > 0 {
    store64(at, value)
    at &+= 8
    left &-= 1
  }
}
