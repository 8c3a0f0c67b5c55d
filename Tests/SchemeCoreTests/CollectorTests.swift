import GuestABI
import XCTest

@testable import SchemeCore

final class CollectorTests: CoreTestCase {
  nonisolated(unsafe) private static let function = Func.make(kind: .lambda, name: Constant.false, parameters: 0)

  /// A random graph of pairs, vectors (some large), strings, boxed flonums and bignums. What is made may refer to what was made before.
  private func randomGraph(_ state: inout UInt64, count: Int) -> [Word] {
    var made: [Word] = [.fixnum(1), Constant.true]
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for index in 0..<count {
      func any() -> Word { made[next(made.count)] }
      switch next(12) {
      case 0: made.append(makeFlonum(Double(index) * 1e300))
      case 1: made.append(makeString(count: next(9), fill: UInt32(65 + next(26))))
      case 2: made.append(ExactInteger.shiftLeft(.fixnum(index + 1), 100))
      case 3:
        let vector = makeVector(count: next(100) == 0 ? 6000 : next(6), fill: any())
        if vectorCount(vector) > 0 { setVectorElement(vector, 0, any()) }
        made.append(vector)
      case 4: made.append(makeBytevector(count: next(20), fill: UInt8(next(256))))
      case 5: made.append(makeProcedure(function: Self.function.address, freeVariables: 0))
      case 6: made.append(SymbolTable.intern("symbol"))
      default: made.append(cons(any(), any()))
      }
    }
    return made
  }

  /// A text that tells a value from others: its shape to a certain depth.
  private func shape(_ value: Word, _ depth: Int) -> String {
    if depth == 0 { return "." }
    if value.isPair { return "(\(shape(car(value), depth - 1)) \(shape(cdr(value), depth - 1)))" }
    if value.isVector {
      let count = vectorCount(value)
      return "#\(count)(" + (0..<min(count, 3)).map { shape(vectorElement(value, $0), depth - 1) }.joined(separator: " ") + ")"
    }
    return written(value)
  }

  func testObjectGraphsSurviveCollections() {
    var state: UInt64 = 3
    for round in 0..<8 {
      let graph = randomGraph(&state, count: 3000)
      let base = runtimeState.stackBase
      var sp = base
      var kept: [(Address, String)] = []
      for (index, word) in graph.enumerated() where index % 3 == round % 3 {
        if index % 30 == 0 {
          // Rubbish that a skip word hides.
          store64(sp, Header.skip(words: 3))
          store64(sp + 8, 0xDEAD_BEEF_0001)
          store64(sp + 16, Word.pointer(0x7_0000, Tag.pair))
          sp += 24
        }
        store64(sp, word)
        kept.append((sp, shape(word, 8)))
        sp += 8
      }
      let cell = CodeStore.addConstant(graph[graph.count - 1])
      let cellShape = shape(graph[graph.count - 1], 8)
      runtimeState.roots[.result] = graph[graph.count / 2]
      let rootShape = shape(graph[graph.count / 2], 8)
      for _ in 0..<3 {
        Heap.collect(sp: sp)
        // Garbage over what was freed.
        for index in 0..<20_000 { _ = cons(.fixnum(index), Constant.null) }
        for (address, before) in kept { XCTAssertEqual(shape(load64(address), 8), before) }
        XCTAssertEqual(shape(load64(cell), 8), cellShape)
        XCTAssertEqual(shape(runtimeState.roots[.result], 8), rootShape)
      }
      store64(cell, 0)
      runtimeState.roots[.result] = 0
    }
  }

  func testSharingAndIdentityAreKept() {
    let base = runtimeState.stackBase
    let shared = cons(.fixnum(1), Constant.null)
    let cycle = cons(shared, Constant.null)
    setCdr(cycle, cycle)
    store64(base, cycle)
    store64(base + 8, shared)
    store64(base + 16, cycle)
    Heap.collect(sp: base + 24)
    XCTAssertEqual(load64(base), load64(base + 16))
    XCTAssertEqual(car(load64(base)), load64(base + 8))
    XCTAssertEqual(cdr(load64(base)), load64(base))
    XCTAssertNotEqual(load64(base), cycle)
  }

  func testSymbolsStayAndTheirValuesAreRoots() {
    let symbol = SymbolTable.intern("kept-value")
    store64(symbol.address + UInt32(SymbolLayout.value), list(.fixnum(1), makeString("x")))
    Heap.collect(sp: runtimeState.stackBase)
    XCTAssertEqual(SymbolTable.intern("kept-value"), symbol)
    XCTAssertEqual(written(load64(symbol.address + UInt32(SymbolLayout.value))), "(1 \"x\")")
    store64(symbol.address + UInt32(SymbolLayout.value), Constant.undefined)
  }

  func testMemoryIsReused() {
    let base = runtimeState.stackBase
    Heap.collect(sp: base)
    var highest: UInt64 = 0
    for round in 0..<60 {
      for index in 0..<100_000 { _ = cons(.fixnum(index), Constant.null) }
      let large = makeVector(count: 1_000_000, fill: .fixnum(round))
      store64(base, large)
      XCTAssertEqual(runtimeState.stackLimit == 0, runtimeState.pollReasons != 0)
      if runtimeState.stackLimit == 0 { Heap.collect(sp: base + 8) }
      XCTAssertEqual(load64(base), large, "large objects do not move")
      if round == 20 { highest = PageAllocator.memoryBytes }
    }
    XCTAssertEqual(PageAllocator.memoryBytes, highest)
    XCTAssertGreaterThan(Heap.statistics.collections, 10)
  }

  func testADeepListIsCollectedWithoutRecursion() {
    let base = runtimeState.stackBase
    var deep = Constant.null
    for _ in 0..<1_000_000 { deep = cons(deep, .fixnum(1)) }
    store64(base, deep)
    Heap.collect(sp: base + 8)
    var depth = 0
    var rest = load64(base)
    while rest.isPair {
      rest = car(rest)
      depth += 1
    }
    XCTAssertEqual(depth, 1_000_000)
    Heap.collect(sp: base)
  }

  func testTheLimitIsNoticed() throws {
    let old = Heap.limit
    let base = runtimeState.stackBase
    // The tests before this one have left a nursery that is larger than the limit allows: what the next collection gave back of it would be free besides the 26 MiB.
    heapState.nurseryBytes = 1 << 20
    Heap.requestFullCollection()
    Heap.collect(sp: base)
    Heap.limit = Int64(pageState.usedPages) * Int64(pageSize) + (26 << 20)
    try check("(make-vector 10000000 0)", "error: make-vector: out of memory for a size of 10000000")
    store64(base, Constant.null)
    var count = 0
    while !Heap.isExhausted && count < 2_000_000 {
      store64(base, cons(.fixnum(count), load64(base)))
      count += 1
      if runtimeState.stackLimit == 0 { Heap.collect(sp: base + 8) }
    }
    XCTAssert(Heap.isExhausted)
    XCTAssertGreaterThan(count, 600_000)
    Heap.limit = old
    Heap.collect(sp: base)
    XCTAssertFalse(Heap.isExhausted)
  }

  func testTheStateHasTheLayoutOfTheContract() {
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.allocationPointer), RuntimeStateLayout.allocationPointer)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.allocationLimit), RuntimeStateLayout.allocationLimit)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.stackLimit), RuntimeStateLayout.stackLimit)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.interrupt), RuntimeStateLayout.interrupt)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.collections), RuntimeStateLayout.collections)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.collectionExtent), RuntimeStateLayout.collectionExtent)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.collectionBytes), RuntimeStateLayout.collectionBytes)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.collectionStart), RuntimeStateLayout.collectionStart)
    XCTAssertEqual(MemoryLayout<RuntimeState>.offset(of: \.collectionEnd), RuntimeStateLayout.collectionEnd)
    XCTAssertEqual(MemoryLayout<RootWords>.size, 256)
  }
}
