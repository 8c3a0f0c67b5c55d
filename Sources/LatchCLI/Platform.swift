// The C library under one name, and the little that the command line needs of the system. The only file here that knows which one it is.

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file could not be read, or could not be written.
struct FileError: Error, CustomStringConvertible {
  let path: String
  let number: Int32
  var isWriting = false
  /// It is larger than so many bytes; then `number` says nothing.
  var largest: Int?
  /// What would allow more.
  var remedy = ""

  /// Whether it was not read because the program is to be stopped.
  var isInterruption: Bool { number == EINTR }
  var isMissing: Bool { number == ENOENT && !isWriting }
  var description: String {
    let reason = largest.map { "it is larger than \($0 >> 20) MiB\(remedy)" } ?? String(cString: strerror(number))
    return "cannot \(isWriting ? "write" : "read") \(path): \(reason)"
  }
}

/// `write` of the system, whatever the C library.
private func writeSome(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int { write(descriptor, bytes, count) }

enum System {
  static let standardInput: Int32 = 0
  static let standardOutput: Int32 = 1
  static let standardError: Int32 = 2

  static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// The columns of the terminal that a descriptor is; nil if it is none, or does not say.
  static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  static var lastError: Int32 { errno }

  /// To the base of ten.
  static func logarithm(_ number: Double) -> Double { log10(number) }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Writing to a pipe that nobody reads, or more than a file may have, is an error like any other, not a signal.
  static func ignoreSignalsOfWriting() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  /// SIGQUIT ends the process as it does any other. (Swift's runtime takes it for a crash that is to be reported.)
  static func leaveQuitToTheSystem() { signal(SIGQUIT, SIG_DFL) }

  /// Throws unless a path leads to a directory.
  static func checkDirectory(_ path: String) throws(FileError) {
    var information = stat()
    if stat(path, &information) != 0 { throw FileError(path: path, number: errno) }
    if information.st_mode & S_IFMT != S_IFDIR { throw FileError(path: path, number: ENOTDIR) }
  }

  /// Ends the process. What is written is written: there are no buffers of our own to lose.
  static func exit(_ code: Int32) -> Never {
    #if canImport(Darwin)
      Darwin.exit(code)
    #elseif canImport(Musl)
      Musl.exit(code)
    #else
      Glibc.exit(code)
    #endif
  }

  /// Opens something in place of each standard descriptor that is closed, so that no other file gets its number. Returns which were open.
  static func occupyStandardDescriptors() -> [Bool] {
    (0...2 as ClosedRange<Int32>).map { descriptor in
      if fcntl(descriptor, F_GETFD) >= 0 { return true }
      // The lowest number that is free: this one.
      _ = open("/dev/null", O_RDWR | O_CLOEXEC)
      return false
    }
  }

  /// Makes an empty file; nil, or why not.
  static func beginFile(_ path: String) -> String? {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    close(descriptor)
    return nil
  }

  /// Whether files that can be mapped executable can be made in a directory; nil, or why not.
  static func checkExecutableFiles(in directory: String) -> String? {
    let path = "\(directory)/jit-\(getpid()).dump"
    if let error = beginFile(path) { return error }
    defer { unlink(path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    guard let page = mmap(nil, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, descriptor, 0), page != MAP_FAILED else {
      return String(cString: strerror(errno))
    }
    munmap(page, 4096)
    return nil
  }

  /// The most bytes of a file that are read: engines take modules of no more (the limits of the WebAssembly JavaScript interface).
  static let largestFile = 1 << 30

  /// All bytes of a file.
  static func readFile(_ path: String, atMost largest: Int = largestFile) throws(FileError) -> [UInt8] {
    let descriptor = try openFile(path)
    defer { close(descriptor) }
    return try readAll(descriptor, name: path, atMost: largest)
  }

  /// A descriptor of a file that is to be read, to be closed.
  static func openFile(_ path: String) throws(FileError) -> Int32 {
    var descriptor: Int32
    // Opening a pipe waits for its other end.
    repeat { descriptor = open(path, O_RDONLY | O_CLOEXEC) } while descriptor < 0 && errno == EINTR && !Interrupts.isStopWanted
    guard descriptor >= 0 else { throw FileError(path: path, number: errno) }
    return descriptor
  }

  static func closeFile(_ descriptor: Int32) { close(descriptor) }

  /// How many bytes an ordinary file has; nil for others, which do not know it before they are read.
  static func size(of descriptor: Int32) -> Int? {
    var information = stat()
    return fstat(descriptor, &information) == 0 && information.st_mode & S_IFMT == S_IFREG ? Int(information.st_size) : nil
  }

  /// The first bytes of a file, so many unless it is shorter.
  static func beginning(of descriptor: Int32, _ count: Int, name: String) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let found = bytes.withUnsafeMutableBytes { room in room.baseAddress.map { retryingRead(descriptor, $0, room.count) } ?? 0 }
    if found < 0 { throw FileError(path: name, number: errno) }
    return Array(bytes.prefix(found))
  }

  /// Writes a file. It gets its name when it is complete: what had the name before stays until then, and if this fails. What is no ordinary file (a
  /// device, a pipe) is written to as it is.
  static func writeFile(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o666) throws(FileError) {
    var information = stat()
    if stat(path, &information) == 0, information.st_mode & S_IFMT != S_IFREG {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(path: path, number: errno, isWriting: true) }
      defer { close(descriptor) }
      return try write(bytes, descriptor, path)
    }
    var template = Array((path + ".XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw FileError(path: path, number: errno, isWriting: true) }
    do throws(FileError) {
      defer { close(descriptor) }
      let mask = umask(0)
      umask(mask)
      fchmod(descriptor, mode & ~mask)
      try write(bytes, descriptor, path)
    } catch {
      unlink(template)
      throw error
    }
    guard rename(template, path) == 0 else {
      let number = errno
      unlink(template)
      throw FileError(path: path, number: number, isWriting: true)
    }
  }

  /// Adds to a file, which is made for its owner alone if it is not there. Does nothing where that is not possible.
  static func append(_ bytes: [UInt8], toFile path: String) {
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    try? write(bytes, descriptor, path)
  }

  /// Writes all bytes to a descriptor; `path` is for the error.
  static func write(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws(FileError) {
    let number = bytes.withUnsafeBytes { buffer -> Int32 in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = UnsafeRawBufferPointer(rebasing: rest).withMemoryRebound(to: UInt8.self) { writeSome(descriptor, $0.baseAddress, $0.count) }
        if count < 0 && errno != EINTR { return errno }
        if count > 0 { rest = rest.dropFirst(count) }
      }
      return 0
    }
    if number != 0 { throw FileError(path: path, number: number, isWriting: true) }
  }

  /// All bytes up to the end of what a descriptor gives.
  static func readAll(_ descriptor: Int32, name: String, atMost largest: Int = largestFile) throws(FileError) -> [UInt8] {
    var information = stat()
    let known = fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
    var bytes: [UInt8] = []
    var chunk = max(known + 1, 65536)
    while true {
      if max(known, bytes.count) > largest { throw FileError(path: name, number: 0, largest: largest) }
      var failure: Int32 = 0
      let old = bytes.count
      var count = 0
      bytes.append(
        contentsOf: [UInt8](unsafeUninitializedCapacity: chunk) { buffer, initialized in
          count = retryingRead(descriptor, buffer.baseAddress!, chunk)
          if count < 0 { failure = errno }
          initialized = max(count, 0)
        })
      if failure != 0 { throw FileError(path: name, number: failure) }
      if count == 0 { return bytes }
      chunk = min(max(65536, old), largest + 1)
    }
  }

  /// Some bytes, 0 at the end, -1 with `errno` set: to EINTR only when the program is to be stopped.
  static func retryingRead(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    while true {
      let result = read(descriptor, target, count)
      if result >= 0 || errno != EINTR || Interrupts.isStopWanted { return result }
    }
  }

  /// The standard output of a command that is given a temporary file of these bytes as its last argument; nil if it cannot be run or fails.
  static func output(of command: [String], onFile bytes: [UInt8]) -> String? {
    var template = Array("/tmp/latch-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return nil }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    let isWritten = (try? write(bytes, descriptor, path)) != nil
    close(descriptor)
    var ends: [Int32] = [0, 0]
    guard isWritten, pipe(&ends) == 0 else { return nil }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_adddup2(&actions, ends[1], standardOutput)
    posix_spawn_file_actions_addopen(&actions, standardError, "/dev/null", O_WRONLY, 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = (command + [path]).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, command[0], &actions, nil, &arguments, environ)
    close(ends[1])
    defer { close(ends[0]) }
    guard failure == 0 else { return nil }
    let output = try? readAll(ends[0], name: command[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status == 0 ? output.map { String(decoding: $0, as: UTF8.self) } : nil
  }

  /// Makes a folder and those above it, readable by the user alone.
  static func makeFolder(_ path: String) {
    var position = path.startIndex
    while let slash = path[position...].dropFirst().firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      position = slash
    }
    mkdir(path, 0o700)
  }

  /// The physical memory of the machine, in MiB.
  static var memoryMiB: Int {
    sysconf(Int32(_SC_PHYS_PAGES)) / ((1 << 20) / sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The most memory that was in use (resident), in bytes; nil where the system does not say.
  static func peakResidentBytes() -> Int? {
    guard let bytes = try? readFile("/proc/self/status") else { return nil }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return Int(line.filter(\.isNumber)).map { $0 << 10 }
    }
    return nil
  }

  /// The memory in use (resident), in bytes; nil where the system does not say.
  static func residentBytes() -> Int? {
    guard let bytes = try? readFile("/proc/self/statm") else { return nil }
    let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
