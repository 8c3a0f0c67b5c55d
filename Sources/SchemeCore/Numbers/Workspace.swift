// Memory for the intermediate results of long arithmetic.
import GuestABI

/// Limbs for a computation, given back at its end.
struct Workspace: ~Copyable {
  let base: LimbPointer
  private let address: Address
  private let pages: Int

  init(limbs: Int) {
    pages = (limbs * 8 + pageSize - 1) / pageSize
    address = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if address == 0 { abortRuntime("out of memory for a long number") }
    base = pointer(address).assumingMemoryBound(to: UInt64.self)
  }

  deinit { PageAllocator.free(address, pages: pages) }
}
