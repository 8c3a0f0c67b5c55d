// Memory for the intermediate results of long arithmetic.
import GuestABI

/// Limbs for a computation, given back at its end. Without memory for them there is none, and the computation gives up (LongWork.swift).
struct Workspace: ~Copyable {
  let base: LimbPointer
  private let address: Address
  private let pages: Int

  init?(limbs: Int) {
    pages = (limbs * 8 + pageSize - 1) / pageSize
    address = PageAllocator.allocateIfThereIsRoom(pages: pages)
    if address == 0 {
      LongWork.runOutOfMemory()
      return nil
    }
    base = pointer(address).assumingMemoryBound(to: UInt64.self)
  }

  deinit { PageAllocator.freeScratch(address, pages: pages) }
}
