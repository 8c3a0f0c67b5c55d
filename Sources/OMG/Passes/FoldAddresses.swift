// Puts constants that are added to addresses into the offsets of accesses and bounds checks, where ranges tell that the sum does not wrap
// around: then one register serves many accesses, and no instruction adds. (What single bits tell, SimplifyAddress has done.)
//
//     v3 = add v2, 2064; load v3 +8      → load v2 +2072, if v2 is at most 2³² - 2065

import RawCollections

func foldAddresses(_ graph: inout Graph, _ scratch: inout Scratch) {
  findLoops(graph, &scratch)
  scratch.ranges.compute(graph, scratch.order, scratch.dominators, scratch.loops)
  for position in 0..<scratch.order.count {
    var value = graph.at(scratch.order[position]).pointee.first
    while value.exists {
      switch graph.at(value).pointee.operation {
      case .load, .store, .boundsCheck: while foldAddress(graph, scratch.ranges, value) {}
      case let operation where operation.isAtomicAccess: while foldAddress(graph, scratch.ranges, value) {}
      default: break
      }
      value = graph.at(value).pointee.next
    }
  }
}

/// Moves one constant.
private func foldAddress(_ graph: borrowing Graph, _ ranges: borrowing InductionRanges, _ access: Value) -> Bool {
  let offset = graph.at(access).pointee.immediate
  let address = graph.at(graph.at(access).pointee.a)
  guard address.pointee.operation == .add, address.pointee.type == .i32, let number = graph.constant(address.pointee.b) else { return false }
  let (sum, overflow) = offset.addingReportingOverflow(number)
  guard !overflow, offset >= 0, UInt64(offset) <= graph.target.largestOffset, sum >= 0, UInt64(sum) <= graph.target.largestOffset else {
    return false
  }
  let inner = ranges.range(address.pointee.a, graph)
  guard Int64(inner.low) + number >= 0, Int64(inner.high) + number <= Int64(UnsignedRange.all.high) else { return false }
  graph.at(access).pointee.a = address.pointee.a
  graph.at(access).pointee.immediate = sum
  return true
}
