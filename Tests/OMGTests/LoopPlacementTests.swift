// Short loops begin where they reach into as few fetched lines as possible, whatever their lengths have been guessed to be.

import RuntimeLayout
import Testing

@testable import OMG

@Suite struct LoopPlacementTests {
  /// Writes a loop of one block that would begin at `offset`: where it begins in the end.
  private func start(at offset: Int, length: Int, estimate: Int) -> (start: Int, writings: Int) {
    var placement = LoopPlacement()
    var writings = 0
    var start = 0
    placement.reset()
    repeat {
      placement.begin(blockCount: 2)
      placement.leave(0, at: offset)
      let alignment = placement.alignment(at: offset, estimate: estimate, last: 1)
      start = (offset + alignment - 1) / alignment * alignment
      placement.leave(1, at: start + length)
      writings += 1
    } while placement.isWorthRepeating()
    return (start, writings)
  }

  @Test func aLoopThatFitsStays() {
    #expect(start(at: 16, length: 48, estimate: 40) == (16, 1))
    #expect(start(at: 40, length: 80, estimate: 70) == (48, 1))
  }

  @Test func aLoopThatWouldReachIntoOneMoreLineIsMoved() {
    #expect(start(at: 48, length: 40, estimate: 40) == (64, 1))
    #expect(start(at: 60, length: 100, estimate: 120) == (64, 1))
  }

  @Test func aWrongEstimateIsCorrected() {
    #expect(start(at: 48, length: 40, estimate: 10) == (64, 2))
    #expect(start(at: 32, length: 20, estimate: 60) == (64, 1))
  }

  @Test func longLoopsAreAlignedAsCodeIs() {
    #expect(start(at: 50, length: Tuning.shortLoop + 1, estimate: 1000) == (64, 1))
    #expect(start(at: 20, length: Tuning.shortLoop + 1, estimate: 1000) == (32, 1))
  }
}
