// Trap sites in few bytes, as the fault handler finds them.

import FaultHandler
import RuntimeLayout
import SampleBodies
import Testing

@testable import WasmEngine

@Suite struct SitePackingTests {
  @Test("Every packed site is found, and nothing else", arguments: [0, 1, 2, 50, 3000])
  func everySiteIsFound(_ count: Int) {
    var random = RandomNumbers(seed: UInt64(count))
    var sites: [TrapSite] = []
    var offset: UInt32 = 0
    for _ in 0..<count {
      offset += UInt32.random(in: 1...(random.below(10) == 0 ? 5_000_000 : 40), using: &random)
      // Operators of inlined functions may be anywhere, also beyond the module's bytes.
      var site = TrapSite(returnOffset: offset, wasmOffset: random.below(8) == 0 ? UInt32.random(in: 0 ... .max, using: &random) : offset / 3)
      site.codeOffset = offset
      site.reason = UInt32(random.below(256))
      sites.append(site)
    }
    var arena = FactArena()
    var code = latch_code()
    code.sites = sites.withUnsafeBufferPointer { arena.pack($0) }
    code.site_count = UInt32(count)
    var found = latch_site()
    for site in sites {
      #expect(latch_find_site(&code, site.codeOffset, &found))
      #expect(found.code_offset == site.codeOffset && found.wasm_offset == site.wasmOffset && found.reason == site.reason)
    }
    let known = Set(sites.map(\.codeOffset))
    for offset in (0..<2000 as Range<UInt32>) where !known.contains(offset) { #expect(!latch_find_site(&code, offset, &found)) }
    #expect(!latch_find_site(&code, .max, &found))
  }
}
