// VerifyGraph finds what is wrong, and says where.

import Foundation
import Testing

@testable import OMG

@Suite struct VerifyGraphTests {
  @Test(
    "Each violation is found",
    arguments: [
      ("b0\n v0: i32 = parameter #0\n v1: i64 = add v0, v0\n return v1", "wrong types"),
      ("b0\n v1: i32 = add v0, v0\n v0: i32 = parameter #0\n return v1", "v0 is defined in b0, which does not dominate its use"),
      ("b0\n v0: i32 = parameter #0", "v0 is last and no terminator"),
      ("b0\n v0: i32 = parameter #0\n branch v0 → b1\nb1 ← b0\n return", "b0 has 1 successors"),
      ("b0\n v0: i32 = parameter #0\n branch v0 → b1 b1\nb1 ← b0\n return", "b0 goes to b1 2 times, which lists it 1 times"),
      ("b0\n jump → b1\nb1 ← b0 b2\n return\nb2\n return", "b1 lists the predecessor b2"),
      ("b0\n v0: i32 = parameter #0\n jump → b1\nb1 ← b0\n v1: i32 = phi v0, v0\n return v1", "2 inputs for 1 predecessors"),
      ("b0\n v0: i32 = parameter #0\n jump → b1\nb1 ← b0\n v2: i32 = constant 1\n v1: i32 = phi v0\n return v1", "v1 is a phi after"),
      (
        "b0\n v0: i32 = parameter #0\n branch v0 → b1 b2\nb1 ← b0\n v1: i32 = constant 1\n jump → b3\nb2 ← b0\n jump → b3\nb3 ← b1 b2\n"
          + " v2: i32 = phi v0, v1\n return v2", "v1 does not reach the end of b2"
      ),
      ("b0\n v0: i32 = parameter #0\n v1: i32 = identity v0\n return v1", "v1 is an identity"),
      ("b0\n v0: i32 = call #1\n v1: i32 = constant 1\n v2: i64 = result #1 v0\n return v2", "it does not follow its call"),
      ("b0\n jump → b0", "is the entry and has predecessors"),
    ])
  func problem(_ text: String, _ message: String) {
    let graph = Graph.parse(text.replacingOccurrences(of: "b0\n jump → b0", with: "b0 ← b0\n jump → b0"))
    let problem = VerifyGraph.problem(graph)
    #expect(problem?.contains(message) == true, "\(problem ?? "nothing") for\n\(text)")
  }
}
