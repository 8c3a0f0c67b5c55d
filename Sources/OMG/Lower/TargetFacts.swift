// What passes may ask about the machine that they prepare the graph for. Everything else that they do is good on any machine. Each back end has
// its row (BackEnd.facts); what stands here is a machine that has everything, which is also what tests of passes assume.
//
// Every back end has to do all operations; a fact says whether an operation or a form of it is cheap enough to be preferred.

struct TargetFacts: Sendable {
  /// Accesses have room for constant offsets up to here beside their addresses.
  var largestOffset: UInt64 = 0x7FFF_FFFF
  /// Masks with so few bits can be tested in 64-bit values without being put into a register first (all masks in 32-bit ones).
  var testMaskBits = 31
  /// Whether a signed sum or difference overflowed is known from the flags that it leaves.
  var knowsSumOverflows = true
  /// The same for products.
  var knowsProductOverflows = true
  /// The high half of the product of two 64-bit numbers takes about as long as the low one: divisions by constants become multiplications.
  var hasMultiplyHigh = true
  /// Floats can be chosen between without a branch.
  var selectsFloats = true
}
