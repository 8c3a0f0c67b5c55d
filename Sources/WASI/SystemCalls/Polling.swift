// poll_oneoff: waits for the first of several clocks and descriptors.

import WasmEngine

/// What the program waits for.
private struct Subscription {
  let userData: UInt64
  let type: EventType
  /// For descriptors.
  var file: Descriptor?
  /// For clocks.
  var clock = Clock.monotonic
  /// For clocks: when, by the clock.
  var deadline: UInt64 = 0
  /// What was wrong with it from the start.
  var failure = Errno.success
}

/// What happened, 32 bytes in memory.
private struct Event {
  static let size = 32

  let userData: UInt64
  let type: EventType
  var error = Errno.success
  var available: UInt64 = 0
  var isHungUp = false

  func store(in record: UnsafeMutableRawBufferPointer) {
    record.initializeMemory(as: UInt8.self, repeating: 0)
    record.store(userData, at: 0)
    record.store(error.rawValue, at: 8)
    record.store(type.rawValue, at: 10)
    record.store(available, at: 16)
    record.store(UInt16(isHungUp ? 1 : 0), at: 24)
  }
}

/// What the program waits for, and places for as many events.
struct PollLists: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer, .pointer, .count] }
  /// More than any program waits for, and few enough that they are soon copied.
  static let maximumCount = 65536

  fileprivate let subscriptions: [Subscription]
  private let output: UnsafeMutableRawBufferPointer

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    let call = decoder.call
    // The older snapshot has one more number before those of a clock.
    let (size, clock) = call.snapshot == .unstable ? (56, 24) : (48, 16)
    let (start, results, count) = (decoder.number32(), decoder.number32(), Int(decoder.number32()))
    let input = try call.memory.bytes(at: start, count: size * count)
    output = try call.memory.bytes(at: results, count: Event.size * count)
    guard count > 0, count <= PollLists.maximumCount else { throw .invalid }
    var subscriptions: [Subscription] = []
    subscriptions.reserveCapacity(count)
    for index in 0..<count {
      let record = UnsafeMutableRawBufferPointer(rebasing: input[size * index..<size * (index + 1)])
      subscriptions.append(try Subscription(record, clock, call.process))
    }
    self.subscriptions = subscriptions
  }

  fileprivate func store(_ events: [Event]) {
    for (index, event) in events.enumerated() {
      event.store(in: UnsafeMutableRawBufferPointer(rebasing: output[Event.size * index..<Event.size * (index + 1)]))
    }
  }
}

extension Subscription {
  /// Reads one. What does not exist is an error of the call; what cannot be waited for is the subscription's own.
  init(_ record: UnsafeMutableRawBufferPointer, _ clockOffset: Int, _ process: WASIProcess) throws(Errno) {
    guard let type = EventType(rawValue: record[8]) else { throw .invalid }
    self.init(userData: record.number(at: 0), type: type)
    if type == .clock {
      guard let clock = Clock(rawValue: record.number(at: clockOffset)) else { throw .invalid }
      let flags: UInt16 = record.number(at: clockOffset + 24)
      guard flags & ~1 == 0 else { throw .invalid }
      if clock != .realtime && clock != .monotonic {
        failure = .notSupported
        return
      }
      let timeout: UInt64 = record.number(at: clockOffset + 8)
      // Relative times are by a clock that nobody sets.
      self.clock = flags == 1 ? clock : .monotonic
      deadline = flags == 1 ? timeout : try self.clock.now.addingClamped(timeout)
    } else {
      do throws(Errno) {
        guard let file = process.descriptors[record.number(at: 16)] else { throw .badDescriptor }
        try file.require(type == .read ? [.pollFdReadwrite, .fdRead] : [.pollFdReadwrite, .fdWrite])
        self.file = file
      } catch {
        failure = error
      }
    }
  }
}

extension SystemCall {
  func pollOneoff(_ lists: PollLists, _ result: Output<UInt32>) throws(Errno) {
    let events = try wait(for: lists.subscriptions)
    lists.store(events)
    result.store(UInt32(events.count))
  }

  private func wait(for subscriptions: [Subscription]) throws(Errno) -> [Event] {
    let failed = subscriptions.filter { $0.failure != .success }
    if !failed.isEmpty { return failed.map { Event(userData: $0.userData, type: $0.type, error: $0.failure) } }
    var requests: [pollfd] = []
    // Files that never wait are ready already.
    var isReady = false
    for subscription in subscriptions {
      switch subscription.file?.object.readiness {
      case .askHost(let host): requests.append(pollfd(fd: host, events: Int16(subscription.type == .read ? POLLIN : POLLOUT), revents: 0))
      case .always: isReady = true
      case nil: break
      }
    }
    while true {
      var remaining: UInt64?
      for subscription in subscriptions where subscription.type == .clock {
        remaining = min(remaining ?? .max, try subscription.clock.now.distanceClamped(to: subscription.deadline))
      }
      // Rounded up, so that no clock is early; in parts, since the host's milliseconds end at 24 days.
      let milliseconds = isReady ? 0 : remaining.map { Int32(clamping: $0 / 1_000_000 + ($0 % 1_000_000 > 0 ? 1 : 0)) } ?? -1
      let ready = InterruptHandle.poll(&requests, count: requests.count, milliseconds: milliseconds)
      if ready < 0 { throw .ofLastCall }
      let events = try happened(subscriptions, requests)
      if !events.isEmpty { return events }
    }
  }

  private func happened(_ subscriptions: [Subscription], _ requests: [pollfd]) throws(Errno) -> [Event] {
    var events: [Event] = []
    var next = 0
    for subscription in subscriptions {
      var event = Event(userData: subscription.userData, type: subscription.type)
      switch subscription.file?.object.readiness {
      case .askHost:
        let happened = Int32(requests[next].revents)
        next += 1
        if happened == 0 { continue }
        if happened & Int32(POLLNVAL) != 0 { event.error = .badDescriptor }
        event.isHungUp = happened & Int32(POLLHUP) != 0
        if subscription.type == .read { event.available = (subscription.file?.object as? HostFile)?.available ?? 0 }
      case .always(let available):
        if subscription.type == .read { event.available = available }
      case nil: if try subscription.clock.now < subscription.deadline { continue }
      }
      events.append(event)
    }
    return events
  }
}

extension UInt64 {
  fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? .max : sum
  }

  fileprivate func distanceClamped(to other: UInt64) -> UInt64 { other > self ? other - self : 0 }
}
