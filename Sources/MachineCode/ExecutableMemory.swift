// One reserved region of address space for compiled code, seen through two mappings of one memory file: one writable, one executable, never both
// at once. Where the writable one lies is random, so that who knows an address of code cannot tell where to write it; nothing else in the
// process needs to know. Blocks are allocated at aligned offsets and given back to a free list that joins neighbours.
//
// Not synchronised: the owner holds a lock around allocate, free and write. Re-targeting a call may race with execution.

import RuntimeLayout

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

#if os(Linux)
  // Swift's view of glibc hides the GNU extensions.
  @_silgen_name("memfd_create")
  private func createMemoryFile(_ name: UnsafePointer<CChar>, _ flags: UInt32) -> Int32
  private let closeOnExec: UInt32 = 1
#endif

/// A piece of executable memory: a range of offsets in its region.
public struct CodeBlock: Equatable, Sendable {
  // Each late-linked module has some of these.
  private let start: UInt32
  private let count: UInt32

  init(offset: Int, size: Int) {
    start = UInt32(offset)
    count = UInt32(size)
  }

  public var offset: Int { Int(start) }
  public var size: Int { Int(count) }
}

public struct ExecutableMemoryError: Error, Sendable {
  public let message: String
}

public final class ExecutableMemory: @unchecked Sendable {
  /// The executable view.
  public let base: UnsafeRawPointer
  private let writable: UnsafeMutableRawPointer
  public let size: Int
  /// Bytes handed out at present.
  public private(set) var allocated = 0
  /// Everything at or after this offset has never been used.
  private var frontier = 0
  /// Up to here both views have been made ready.
  private var prepared = 0
  /// Bytes handed out since the writable view's pages were let go.
  private var recent = 0
  /// Free blocks below the frontier, sorted by offset, no two adjacent.
  private var free: [(offset: Int, size: Int)] = []

  private static let granularity = Tuning.fetchedLine
  private static let recentLimit = 1 << 18
  /// What is made ready at once: as much as there is, within these bounds. Most processes have little code.
  private static let leastPrepared = 1 << 16
  private static let mostPrepared = 1 << 17

  public init(size requested: Int) throws(ExecutableMemoryError) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    size = (requested + page - 1) / page * page
    #if os(Linux)
      let descriptor = createMemoryFile("wasm-code", closeOnExec)
      guard descriptor >= 0 else { throw ExecutableMemoryError(message: "memfd_create failed") }
      defer { close(descriptor) }
      guard ftruncate(descriptor, size) == 0 else { throw ExecutableMemoryError(message: "ftruncate failed") }
      guard let rw = Self.mapWritable(descriptor, size, page: page)
      else { throw ExecutableMemoryError(message: "no address space for the writable view of code") }
      guard let rx = mmap(nil, size, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_NORESERVE, descriptor, 0), rx != MAP_FAILED
      else {
        munmap(rw, size)
        throw ExecutableMemoryError(message: "no address space for the executable view of code")
      }
      writable = rw
      base = UnsafeRawPointer(rx)
    #else
      throw ExecutableMemoryError(message: "executable memory is not implemented on this system")
    #endif
  }

  #if os(Linux)
    /// Maps the writable view at a random address, or anywhere if none of some random ones is free.
    private static func mapWritable(_ descriptor: Int32, _ size: Int, page: Int) -> UnsafeMutableRawPointer? {
      // Addresses of programs have at least 47 bits. Without MAP_FIXED the address is a wish, which nothing that is mapped gives way to.
      for _ in 0..<8 {
        let wish = UnsafeMutableRawPointer(bitPattern: Int.random(in: 1 << 34..<1 << 46) & -page)
        let found = mmap(wish, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0)
        if found == MAP_FAILED { return nil }
        if found == wish { return found }
        munmap(found, size)
      }
      let found = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0)
      return found == MAP_FAILED ? nil : found
    }
  #endif

  deinit {
    munmap(writable, size)
    munmap(UnsafeMutableRawPointer(mutating: base), size)
  }

  /// The executable address of an offset.
  public func address(_ offset: Int) -> UnsafeRawPointer { base + offset }

  /// Where to write what will be executed at `offset`.
  public func writableAddress(_ offset: Int) -> UnsafeMutableRawPointer { writable + offset }

  /// A block of at least `count` bytes, or nil when the region is full.
  public func allocate(_ count: Int) -> CodeBlock? {
    let needed = max((count + Self.granularity - 1) & ~(Self.granularity - 1), Self.granularity)
    recent += needed
    if recent > Self.recentLimit { letGoOfWritablePages() }
    // Best fit: keeps large holes for large functions.
    var best = -1
    for index in free.indices where free[index].size >= needed {
      if best < 0 || free[index].size < free[best].size { best = index }
    }
    if best >= 0 {
      let block = CodeBlock(offset: free[best].offset, size: needed)
      if free[best].size == needed {
        free.remove(at: best)
      } else {
        free[best] = (free[best].offset + needed, free[best].size - needed)
      }
      allocated += needed
      return block
    }
    guard frontier + needed <= size else { return nil }
    let block = CodeBlock(offset: frontier, size: needed)
    frontier += needed
    allocated += needed
    if frontier > prepared { prepare() }
    return block
  }

  /// Has the system find pages for what is written next, many at once: a fault for each, in either view, takes longer than writing code to it. Where it does not know that
  /// wish, there are faults.
  private func prepare() {
    let step = min(max(prepared, Self.leastPrepared), Self.mostPrepared)
    let end = min((frontier + step - 1) & -step, size)
    #if os(Linux)
      // MADV_POPULATE_WRITE and MADV_POPULATE_READ of Linux 5.14.
      madvise(writable + prepared, end - prepared, 23)
      madvise(UnsafeMutableRawPointer(mutating: base) + prepared, end - prepared, 22)
    #endif
    prepared = end
  }

  /// Takes the pages of the writable view out of the process's page tables, or they would count twice as memory that it takes. They are in the memory file all the same; who
  /// writes to one again, even now, gets it back.
  private func letGoOfWritablePages() {
    recent = 0
    madvise(writable, frontier, MADV_DONTNEED)
  }

  /// Gives a block back. No code in it may be running or be called again.
  public func deallocate(_ block: CodeBlock) {
    allocated -= block.size
    var low = 0
    var high = free.count
    while low < high {
      let middle = (low + high) / 2
      if free[middle].offset < block.offset { low = middle + 1 } else { high = middle }
    }
    var merged = (offset: block.offset, size: block.size)
    if low < free.count, free[low].offset == merged.offset + merged.size {
      merged.size += free[low].size
      free.remove(at: low)
    }
    if low > 0, free[low - 1].offset + free[low - 1].size == merged.offset {
      low -= 1
      merged = (free[low].offset, free[low].size + merged.size)
      free.remove(at: low)
    }
    if merged.offset + merged.size == frontier {
      frontier = merged.offset
    } else {
      free.insert(merged, at: low)
    }
  }

  /// Copies code into a block.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard let source = bytes.baseAddress else { return }
    (writable + offset).copyMemory(from: source, byteCount: bytes.count)
    HostLinkage.publish(base + offset, count: bytes.count)
  }

  /// Points the direct call at `site` to `target`, with one atomic store.
  public func retarget(site: Int, to target: Int) { HostLinkage.retarget(writable, site: site, to: target) }
}
