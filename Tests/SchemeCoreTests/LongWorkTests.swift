// Long arithmetic that is told to stop, at whatever moment: it unwinds or is done, and what is computed later is right.
import Foundation
import GuestABI
import Synchronization
import XCTest

@testable import SchemeCore

/// A thread that stops the program a given time after it was armed.
private final class Stopper: Sendable {
  private static let idle = -1
  private static let over = -2
  /// Nanoseconds from now on until the stop.
  private let delay = Atomic<Int>(idle)

  init() {
    Thread.detachNewThread { [self] in
      while true {
        let nanoseconds = delay.load(ordering: .acquiring)
        if nanoseconds == Self.over { return }
        if nanoseconds == Self.idle {
          sched_yield()
          continue
        }
        let end = ContinuousClock.now + .nanoseconds(nanoseconds)
        while ContinuousClock.now < end {}
        runtimeState.interrupt = InterruptReason.stop
        delay.store(Self.idle, ordering: .releasing)
      }
    }
  }

  func arm(_ nanoseconds: Int) { delay.store(nanoseconds, ordering: .releasing) }
  func waitUntilStopped() { while delay.load(ordering: .acquiring) != Self.idle { sched_yield() } }
  func end() { delay.store(Self.over, ordering: .releasing) }
}

final class LongWorkTests: CoreTestCase {
  func testLongWorkCanBeStoppedAtAnyMoment() throws {
    let stopper = Stopper()
    defer { stopper.end() }
    let a = try evaluate(try read("(expt 7 120000)"))
    let b = try evaluate(try read("(+ 1 (expt 3 90000))"))
    let digits = try evaluate(try read("(number->string (expt 7 60000))"))
    let ratio = try evaluate(try read("(/ (+ 1 (expt 3 9000)) (expt 7 9000))"))
    let calls: [(String, [Word])] = [
      ("*", [a, b]), ("*", [a, a]), ("quotient", [a, b]), ("modulo", [b, a]), ("gcd", [a, b]), ("lcm", [a, b]), ("/", [a, b]),
      ("/", [.fixnum(1), ratio]),
      ("expt", [.fixnum(7), .fixnum(150_000)]), ("expt", [.fixnum(-7), .fixnum(-100_000)]), ("expt", [ratio, .fixnum(12)]), ("sqrt", [a]),
      ("exact-integer-sqrt", [b]), ("number->string", [a]), ("string->number", [digits]),
      ("+", [ratio, try evaluate(try read("(/ (expt 7 7000) (expt 3 9000))"))]),
      ("<", [ratio, try evaluate(try read("(/ (expt 7 7000) (expt 3 9000))"))]), ("exact->inexact", [ratio]), ("round", [ratio]),
    ]
    var stopped = 0
    #if DEBUG
      let rounds = 5
    #else
      let rounds = 30
    #endif
    for (name, operands) in calls {
      let start = ContinuousClock.now
      let expected = written(try apply(name, operands))
      let duration = Int((ContinuousClock.now - start) / .nanoseconds(1))
      for round in 0..<rounds {
        stopper.arm(duration * round / rounds)
        let value = try apply(name, operands)
        stopper.waitUntilStopped()
        runtimeState.interrupt = 0
        if value == Constant.unwind {
          stopped += 1
          XCTAssertEqual(runtimeState.action, UnwindAction.interrupt.rawValue, name)
        } else {
          XCTAssert(written(value) == expected, "\(name): a wrong value")
        }
      }
    }
    XCTAssertGreaterThan(stopped, calls.count)
  }

  /// Operations that follow one that has given up get any numbers, among them zeros where there could be none.
  func testAfterGivingUpAnyNumbersCanMeet() throws {
    let numbers = try ["0", "1", "-1", "1152921504606846975", "-1152921504606846976", "(expt 7 300)", "(- (expt 3 9000))"].map {
      try evaluate(try read($0))
    }
    let operations: [(Word, Word) -> Word] = [
      ExactInteger.add, ExactInteger.subtract, ExactInteger.multiply, ExactInteger.gcd,
      { ExactInteger.divide($0, $1).quotient }, { ExactInteger.floorDivide($0, $1).remainder },
      ExactRational.divide, ExactRational.add, ExactRational.subtract, ExactRational.multiply, ExactRational.divideRationals,
      { .fixnum(ExactRational.compare($0, $1)) }, { a, b in ExactInteger.squareRoot(ExactInteger.absolute(a)) },
      { a, b in ExactInteger.power(a, 1000) }, { a, b in makeFlonum(toDouble(ExactRational.divide(a, b))) },
    ]
    defer { LongWork.forget() }
    for operation in operations {
      for a in numbers {
        for b in numbers {
          runtimeState.interrupt = InterruptReason.stop
          XCTAssert(LongWork.shouldStop())
          runtimeState.interrupt = 0
          _ = operation(a, b)
          XCTAssert(LongWork.isAbandoned)
        }
      }
    }
  }
}
