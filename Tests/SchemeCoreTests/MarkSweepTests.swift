// The old generation while it is marked and swept little by little: programs that move pointers about between the steps lose nothing, what they let go of
// becomes free, and nothing that is old moves.
import GuestABI
import XCTest

@testable import SchemeCore

final class MarkSweepTests: CoreTestCase {
  override func tearDown() {
    Heap.isStressed = false
    runtimeState.roots = RootWords()
    Heap.collectAll(sp: runtimeState.stackBase)
  }

  /// A graph of vectors `#(number child child child)`, as the heap has it and as it should be. Registers are words of the shadow stack.
  private struct Mutator {
    var children: [[Int?]] = []
    var registers: [Int?]
    /// Words of the stack for ephemerons, and what their keys and data are.
    var ephemerons: [(key: Int, datum: Int)?]
    var random = SystemRandom(state: 7)

    init(registers: Int, ephemerons: Int) {
      self.registers = Array(repeating: nil, count: registers)
      self.ephemerons = Array(repeating: nil, count: ephemerons)
      for place in 0..<registers + ephemerons { store64(Self.address(place), Constant.false) }
    }

    static func address(_ place: Int) -> Address { runtimeState.stackBase &+ UInt32(place * 8) }
    var sp: Address { Self.address(registers.count + ephemerons.count) }

    mutating func step() {
      let a = random.next(registers.count)
      let b = random.next(registers.count)
      let child = random.next(3)
      switch random.next(16) {
      case 0..<4:
        let words = random.next(200) == 0 ? 6000 : 4 + random.next(4)
        let vector = makeVector(count: words, fill: .fixnum(0))
        setVectorElement(vector, 0, .fixnum(children.count))
        for index in 0..<3 { setVectorElement(vector, 1 + index, index == child ? load64(Self.address(b)) : Constant.false) }
        children.append((0..<3).map { $0 == child ? registers[b] : nil })
        registers[a] = children.count - 1
        store64(Self.address(a), vector)
      case 4..<8:
        guard let from = registers[b] else { return }
        registers[a] = children[from][child]
        store64(Self.address(a), vectorElement(load64(Self.address(b)), 1 + child))
      case 8..<13:
        guard let to = registers[b] else { return }
        children[to][child] = registers[a]
        setVectorElement(load64(Self.address(b)), 1 + child, load64(Self.address(a)))
      case 13:
        registers[a] = nil
        store64(Self.address(a), Constant.false)
      case 14:
        guard let key = registers[a], let datum = registers[b] else { return }
        let place = random.next(ephemerons.count)
        let ephemeron = allocateObject(.ephemeron, words: EphemeronField.count)
        ephemeron.initializeField(EphemeronField.key, load64(Self.address(a)))
        ephemeron.initializeField(EphemeronField.datum, load64(Self.address(b)))
        ephemeron.initializeField(EphemeronField.isBroken, Constant.false)
        ephemerons[place] = (key, datum)
        store64(Self.address(registers.count + place), ephemeron)
      default:
        _ = makeString(count: random.next(40), fill: 65)
      }
    }

    /// Whether the heap has all that can be reached; and, if `isExact`, whether ephemerons whose keys cannot be are broken.
    func check(isExact: Bool = false) -> Bool {
      var seen: [Int: Word] = [:]
      var pending: [(Int, Word)] = []
      for (place, number) in registers.enumerated() {
        if let number { pending.append((number, load64(Self.address(place)))) }
      }
      func follow() -> Bool {
        while let (number, word) = pending.popLast() {
          if let known = seen[number] {
            if known != word { return false }
            continue
          }
          seen[number] = word
          guard word.isPointer, word.isVector, vectorElement(word, 0) == .fixnum(number) else { return false }
          for (index, child) in children[number].enumerated() {
            let found = vectorElement(word, 1 + index)
            if let child { pending.append((child, found)) } else if found != Constant.false { return false }
          }
        }
        return true
      }
      if !follow() { return false }
      // A datum may be another's key.
      var isChanging = true
      var settled: Set<Int> = []
      while isChanging {
        isChanging = false
        for (place, content) in ephemerons.enumerated() where !settled.contains(place) {
          guard let content, let key = seen[content.key] else { continue }
          let ephemeron = load64(Self.address(registers.count + place))
          settled.insert(place)
          isChanging = true
          if ephemeron.field(EphemeronField.isBroken) != Constant.false || ephemeron.field(EphemeronField.key) != key { return false }
          pending.append((content.datum, ephemeron.field(EphemeronField.datum)))
          if !follow() { return false }
        }
      }
      if !isExact { return true }
      return ephemerons.indices.allSatisfy { place in
        ephemerons[place] == nil || settled.contains(place)
          || load64(Self.address(registers.count + place)).field(EphemeronField.isBroken) == Constant.true
      }
    }
  }

  private struct SystemRandom {
    var state: UInt64
    mutating func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
  }

  func testProgramsThatMovePointersBetweenTheStepsLoseNothing() {
    Heap.isStressed = true
    var phases: Set<UInt8> = []
    var cycles = 0
    for seed in 0..<20 {
      var mutator = Mutator(registers: 24, ephemerons: 8)
      mutator.random = SystemRandom(state: UInt64(seed))
      for round in 0..<400 {
        for _ in 0..<50 { mutator.step() }
        let before = markSweep.phase
        phases.insert(before.rawValue)
        // Now and then a marked object has found no place on the stack.
        if round % 97 == 5 && before == .marking {
          _ = markSweep.stack.pop()
          markSweep.hasOverflowed = true
        }
        Heap.collect(sp: mutator.sp)
        if before == .sweeping && markSweep.phase != .sweeping { cycles += 1 }
        if !mutator.check() { return XCTFail("seed \(seed), round \(round), phase \(before)") }
      }
      if seed % 2 == 0 { Heap.collectAll(sp: mutator.sp) } else { finishCycle(mutator.sp) }
      XCTAssert(mutator.check(isExact: true), "seed \(seed)")
    }
    XCTAssertEqual(phases.count, 3)
    XCTAssertGreaterThan(cycles, 5)
  }

  /// Collects everything in place.
  private func finishCycle(_ sp: Address) {
    Heap.isStressed = false
    defer { Heap.isStressed = true }
    for _ in 0..<2 {
      MarkSweep.beginAtOnce()
      while !MarkSweep.isIdle { Heap.collect(sp: sp) }
    }
  }

  func testOldObjectsStayWhereTheyAreInACycle() {
    let base = runtimeState.stackBase
    Heap.collectAll(sp: base)
    var kept = Constant.null
    for index in 0..<100_000 { kept = cons(.fixnum(index), kept) }
    store64(base, kept)
    Heap.collect(sp: base &+ 8)
    let before = load64(base)
    XCTAssertNotEqual(before, kept)
    MarkSweep.beginAtOnce()
    while !MarkSweep.isIdle { Heap.collect(sp: base &+ 8) }
    XCTAssertEqual(load64(base), before)
    var rest = before
    for index in (0..<100_000).reversed() {
      if car(rest) != .fixnum(index) { return XCTFail("\(index)") }
      rest = cdr(rest)
    }
  }

  func testWhatACycleFindsFreeIsUsedAgain() {
    let base = runtimeState.stackBase
    Heap.collectAll(sp: base)
    // Every other vector of a list is dropped: holes. The new ones, of the same size, go there.
    let size = 60
    var pages: [Int] = []
    for place in 0..<2 { store64(base &+ UInt32(place * 8), Constant.null) }
    for round in 0..<8 {
      var list = Constant.null
      for index in 0..<40_000 { list = cons(makeVector(count: size, fill: .fixnum(index)), list) }
      store64(base &+ UInt32(round % 2 * 8), list)
      Heap.collect(sp: base &+ 16)
      MarkSweep.beginAtOnce()
      while !MarkSweep.isIdle { Heap.collect(sp: base &+ 16) }
      pages.append(heapState.values.pages)
    }
    XCTAssertLessThanOrEqual(pages.last!, pages[2] * 11 / 10, "\(pages)")
  }

  func testLargeObjectsAreFreedByACycle() {
    let base = runtimeState.stackBase
    Heap.collectAll(sp: base)
    let before = pageState.usedPages
    store64(base, makeVector(count: 1_000_000, fill: .fixnum(1)))
    store64(base &+ 8, makeVector(count: 1_000_000, fill: load64(base)))
    Heap.collect(sp: base &+ 16)
    store64(base, Constant.false)
    for _ in 0..<2 {
      MarkSweep.beginAtOnce()
      while !MarkSweep.isIdle { Heap.collect(sp: base &+ 16) }
    }
    XCTAssertEqual(vectorElement(vectorElement(load64(base &+ 8), 999_999), 0), .fixnum(1))
    store64(base &+ 8, Constant.false)
    MarkSweep.beginAtOnce()
    while !MarkSweep.isIdle { Heap.collect(sp: base &+ 16) }
    XCTAssertLessThan(pageState.usedPages, before + 200)
  }

  func testWithoutMemoryToCopyAllIsCollectedInPlace() {
    let old = Heap.limit
    let base = runtimeState.stackBase
    Heap.collectAll(sp: base)
    defer {
      Heap.limit = old
      Heap.collectAll(sp: base)
    }
    Heap.limit = Int64(pageState.usedPages) * Int64(pageSize) + (100 << 20)
    // 64 of the 100 MiB live, and as much again is garbage that was old.
    for round in 0..<6 {
      store64(base &+ UInt32(round % 2 * 8), Constant.null)
      for index in 0..<2_000_000 {
        store64(base &+ UInt32(round % 2 * 8), cons(.fixnum(index), load64(base &+ UInt32(round % 2 * 8))))
        if runtimeState.stackLimit == 0 { Heap.collect(sp: base &+ 16) }
        if Heap.isExhausted { return XCTFail("round \(round), \(index)") }
      }
    }
    XCTAssertFalse(Heap.hasRoomToCopy)
    store64(base, Constant.null)
    Heap.collectAll(sp: base &+ 16)
    XCTAssertTrue(Heap.hasRoomToCopy)
  }
}
