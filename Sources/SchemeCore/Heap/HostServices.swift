// What the runtime needs of the world outside: functions that the guest's exports layer, or a test, puts in place. The initial ones do nothing.
import GuestABI

/// Writes bytes (address, length) to stream 1 or 2; returns 0 or an error number.
nonisolated(unsafe) public var hostWrite: @convention(c) (Address, Int32, Int32) -> Int32 = { _, _, _ in 0 }

/// Seconds since some fixed moment.
nonisolated(unsafe) public var hostClock: @convention(c) () -> Double = { 0 }

/// The name of a procedure: a symbol or string, or #f when it has none. Set by whoever lays out `Func`s.
nonisolated(unsafe) public var procedureName: @convention(c) (Word) -> Word = { _ in 0x07 }

/// Seconds since 1970.
nonisolated(unsafe) public var hostWallClock: @convention(c) () -> Double = { 0 }

/// Ends the program with an exit code; does not return.
nonisolated(unsafe) public var hostExit: @convention(c) (Int32) -> Void = { _ in }
