// What the runtime needs of the world outside: functions that the guest's exports layer, or a test, puts in place. The initial ones do nothing.
import GuestABI

/// Writes bytes (address, length) to a stream; returns 0 or a `HostError`.
nonisolated(unsafe) public var hostWrite: @convention(c) (Address, Int32, Int32) -> Int32 = { _, _, _ in 0 }

/// Seconds since some fixed moment.
nonisolated(unsafe) public var hostClock: @convention(c) () -> Double = { 0 }

/// The name of a procedure: a symbol or string, or #f when it has none. Set by whoever lays out `Func`s.
nonisolated(unsafe) public var procedureName: @convention(c) (Word) -> Word = { _ in 0x07 }

/// Seconds since 1970.
nonisolated(unsafe) public var hostWallClock: @convention(c) () -> Double = { 0 }

/// Ends the program with an exit code; does not return.
nonisolated(unsafe) public var hostExit: @convention(c) (Int32) -> Void = { _ in }

/// Opens a file (path's address and length, `OpenMode`); returns a stream, or a negative `HostError`. This and what follows permit nothing at first.
nonisolated(unsafe) public var hostOpen: @convention(c) (Address, Int32, Int32) -> Int32 = { _, _, _ in -HostError.notPermitted.rawValue }

/// Reads (stream, address, capacity); returns a count, or a negative `HostError`.
nonisolated(unsafe) public var hostRead: @convention(c) (Int32, Address, Int32) -> Int32 = { _, _, _ in 0 }

/// Whether reading a stream would not wait.
nonisolated(unsafe) public var hostReady: @convention(c) (Int32) -> Int32 = { _ in 1 }

/// Closes a file; returns 0 or a `HostError`.
nonisolated(unsafe) public var hostClose: @convention(c) (Int32) -> Int32 = { _ in 0 }

/// Whether there is a file of that name.
nonisolated(unsafe) public var hostExists: @convention(c) (Address, Int32) -> Int32 = { _, _ in 0 }

/// Deletes a file; returns 0 or a `HostError`.
nonisolated(unsafe) public var hostDelete: @convention(c) (Address, Int32) -> Int32 = { _, _ in HostError.notPermitted.rawValue }

/// The value of an environment variable (name's address and length, room's address and length); returns its length or -1.
nonisolated(unsafe) public var hostEnvironment: @convention(c) (Address, Int32, Address, Int32) -> Int32 = { _, _, _, _ in -1 }
