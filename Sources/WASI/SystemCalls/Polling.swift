// poll_oneoff: waits for the first of several clocks and descriptors.

extension SystemCall {
  /// What the program waits for, 48 bytes in memory.
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
    let userData: UInt64
    let type: EventType
    var error = Errno.success
    var available: UInt64 = 0
    var isHungUp = false
  }

  func pollOneoff(_ input: GuestPointer, _ output: GuestPointer, _ count: UInt32, _ result: GuestPointer) throws(Errno) {
    guard count > 0 else { throw .invalid }
    _ = try memory.bytes(at: Int(input), count: 48 * Int(count))
    _ = try memory.bytes(at: Int(output), count: 32 * Int(count))
    _ = try memory.bytes(at: result, count: 4)
    var subscriptions: [Subscription] = []
    for index in 0..<Int(count) { subscriptions.append(try subscription(at: Int(input) + 48 * index)) }
    let events = try wait(for: subscriptions)
    for (index, event) in events.enumerated() { try write(event, at: Int(output) + 32 * index) }
    try memory.store(UInt32(events.count), at: result)
  }

  private func subscription(at record: Int) throws(Errno) -> Subscription {
    let userData: UInt64 = try memory.load(at: record)
    let type = try Errno.check(try memory.load(at: record + 8, as: UInt8.self), as: EventType.self)
    var subscription = Subscription(userData: userData, type: type)
    switch type {
    case .clock:
      guard let clock = Clock(rawValue: try memory.load(at: record + 16)), clock == .realtime || clock == .monotonic else {
        subscription.failure = .invalid
        break
      }
      let timeout: UInt64 = try memory.load(at: record + 24)
      let isAbsolute = try memory.load(at: record + 40, as: UInt16.self) & 1 != 0
      // Relative times are by a clock that nobody sets.
      subscription.clock = isAbsolute ? clock : .monotonic
      subscription.deadline = isAbsolute ? timeout : try subscription.clock.now.addingClamped(timeout)
    case .read, .write:
      do throws(Errno) {
        subscription.file = try descriptor(
          try memory.load(at: record + 16), type == .read ? [.pollFdReadwrite, .fdRead] : [.pollFdReadwrite, .fdWrite])
      } catch {
        subscription.failure = error
      }
    }
    return subscription
  }

  private func wait(for subscriptions: [Subscription]) throws(Errno) -> [Event] {
    let failed = subscriptions.filter { $0.failure != .success }
    if !failed.isEmpty { return failed.map { Event(userData: $0.userData, type: $0.type, error: $0.failure) } }
    var requests: [pollfd] = []
    for subscription in subscriptions {
      guard let file = subscription.file else { continue }
      requests.append(pollfd(fd: file.host, events: Int16(subscription.type == .read ? POLLIN : POLLOUT), revents: 0))
    }
    while true {
      var remaining: UInt64?
      for subscription in subscriptions where subscription.type == .clock {
        remaining = min(remaining ?? .max, try subscription.clock.now.distanceClamped(to: subscription.deadline))
      }
      // Rounded up, so that no clock is early; in parts, since the host's milliseconds end at 24 days.
      let milliseconds = remaining.map { Int32(clamping: $0 / 1_000_000 + ($0 % 1_000_000 > 0 ? 1 : 0)) } ?? -1
      let ready = poll(&requests, nfds_t(requests.count), milliseconds)
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
      if let file = subscription.file {
        let happened = Int32(requests[next].revents)
        next += 1
        if happened == 0 { continue }
        if happened & Int32(POLLNVAL) != 0 { event.error = .badDescriptor }
        event.isHungUp = happened & Int32(POLLHUP) != 0
        if subscription.type == .read { event.available = SystemCall.available(file) }
      } else if try subscription.clock.now < subscription.deadline {
        continue
      }
      events.append(event)
    }
    return events
  }

  /// How many bytes can be read at once.
  private static func available(_ file: Descriptor) -> UInt64 {
    if file.type == .regularFile {
      guard let information = try? file.information else { return 0 }
      return UInt64(max(0, information.st_size - lseek(file.host, 0, SEEK_CUR)))
    }
    var count: Int32 = 0
    return ioctl(file.host, UInt(FIONREAD), &count) == 0 ? UInt64(max(0, count)) : 0
  }

  private func write(_ event: Event, at record: Int) throws(Errno) {
    try memory.bytes(at: record, count: 32).initializeMemory(as: UInt8.self, repeating: 0)
    try memory.store(event.userData, at: record)
    try memory.store(event.error.rawValue, at: record + 8)
    try memory.store(event.type.rawValue, at: record + 10)
    try memory.store(event.available, at: record + 16)
    try memory.store(UInt16(event.isHungUp ? 1 : 0), at: record + 24)
  }
}

extension UInt64 {
  fileprivate func addingClamped(_ other: UInt64) -> UInt64 {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? .max : sum
  }

  fileprivate func distanceClamped(to other: UInt64) -> UInt64 { other > self ? other - self : 0 }
}
