// What an array of the compilers does with an index that is not one of its elements: the process ends, in release builds too.

import RawCollections
import Testing

@testable import OMG

@Suite struct RawArrayTests {
  private static func array() -> RawArray<Int32> {
    var array = RawArray<Int32>(capacity: 64)
    for number in 0..<10 as Range<Int32> { array.append(number) }
    return array
  }

  @Test func elementsAreWhereTheyWerePut() {
    var array = Self.array()
    array[3] = 33
    array.at(4).pointee += 40
    #expect(array[3] == 33 && array[4] == 44 && array[9] == 9)
    #expect(Array(array.slice(2, count: 3)) == [2, 33, 44])
    #expect(array.slice(99, count: 0).isEmpty)
    array.reverse(from: 8)
    #expect(array.removeLast() == 8 && array.count == 9)
    array.fill(7, count: 3)
    #expect(array.count == 3 && array[2] == 7)
  }

  @Test func readingOutsideEndsTheProcess() async {
    await #expect(processExitsWith: .failure) { _ = Self.array()[10] }
    await #expect(processExitsWith: .failure) { _ = Self.array()[-1] }
    await #expect(processExitsWith: .failure) { _ = Self.array().at(1 << 40).pointee }
    await #expect(processExitsWith: .failure) { _ = Self.array().slice(8, count: 3) }
    await #expect(processExitsWith: .failure) { _ = Self.array().slice(-1, count: 3) }
  }

  @Test func writingToAnArrayThatHasBeenEmptiedEndsTheProcess() async {
    await #expect(processExitsWith: .failure) {
      var array = Self.array()
      array.removeAll()
      array[3] = 1
    }
    await #expect(processExitsWith: .failure) {
      var array = Self.array()
      array.removeAll()
      _ = array.removeLast()
    }
  }

  @Test func helpersAndReasonsThatThereAreNotEndTheProcess() async {
    await #expect(processExitsWith: .success) {
      for reason in [-1, 0, 13] as [Int64] {
        let call = X64HelperCall(packed: X64HelperCall(helper: 11, reason: reason).packed)
        precondition(call.helper == 11 && call.trap.map { Int64($0.rawValue) } ?? -1 == reason)
      }
    }
    await #expect(processExitsWith: .failure) { _ = X64HelperCall(helper: 15, reason: -1) }
    await #expect(processExitsWith: .failure) { _ = X64HelperCall(helper: 1 << 16, reason: -1) }
    await #expect(processExitsWith: .failure) { _ = X64HelperCall(helper: 0, reason: 17) }
    await #expect(processExitsWith: .failure) { _ = X64HelperCall(helper: 0, reason: 300) }
    await #expect(processExitsWith: .failure) { _ = X64HelperCall(helper: 0, reason: -2) }
  }
}
