// Machine code that `latch run` keeps from one run of a program to the next: saved modules (SavedModules), in a directory of the user's.
//
// Machine code is trusted, so nobody else may have put it there: the directory and its files belong to the user, others may not write to them, and no symbolic
// link is followed. A file gets its name when it is complete, so that several processes can use the cache at once, and none sees a part of a file.
// Whatever goes wrong, a full disk or a damaged file, the program runs as it does without the cache.

import WasmEngine

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

struct CodeCache: ~Copyable {
  private let directory: Int32
  private let name: String

  /// What all files together may take, in bytes. Those that have not been used for longest go.
  static let capacity = 256 << 20
  private static let suffix = ".latch"

  /// The cache for a module; nil if there is no directory that can be trusted.
  init?(for module: [UInt8], _ configuration: EngineConfiguration) {
    guard let directory = Self.openDirectory() else { return nil }
    self.directory = directory
    name = Self.name(module, configuration) + Self.suffix
  }

  deinit { close(directory) }

  // MARK: The directory

  /// `latch` in XDG_CACHE_HOME, or in .cache of the home directory; made if it is not there.
  private static func openDirectory() -> Int32? {
    // With another user's rights, neither user's files are the right ones.
    guard getuid() == geteuid(), let parent = parentDirectory() else { return nil }
    mkdir(parent, 0o700)
    let path = parent + "/latch"
    mkdir(path, 0o700)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_uid == geteuid(), information.st_mode & 0o077 == 0 else {
      close(descriptor)
      return nil
    }
    return descriptor
  }

  private static func parentDirectory() -> String? {
    if let cache = System.environment("XDG_CACHE_HOME"), cache.hasPrefix("/") { return cache }
    guard let home = System.environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.cache"
  }

  // MARK: Names

  /// Of what the code depends on. That another module has the same name by chance is seen when it is loaded.
  private static func name(_ module: [UInt8], _ configuration: EngineConfiguration) -> String {
    var hash = Hash()
    module.withUnsafeBytes { hash.add($0) }
    let settings: [UInt64] = [
      UInt64(configuration.features.rawValue), configuration.memoryStrategy == .guarded ? 1 : 0, configuration.relaxedIsDeterministic ? 1 : 0,
      configuration.countsFuel ? 1 : 0, UInt64(configuration.debug.disabledProcessorFeatures.rawValue),
    ]
    settings.withUnsafeBytes { hash.add($0) }
    return digits(hash.high) + digits(hash.low)
  }

  private static func digits(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// 128 bits of which each depends on all bytes; nobody's security depends on them.
  private struct Hash {
    private(set) var low: UInt64 = 0x9E37_79B9_7F4A_7C15
    private(set) var high: UInt64 = 0xC2B2_AE3D_27D4_EB4F

    private mutating func add(_ word: UInt64) {
      let (upper, lower) = (low ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
      low = upper ^ lower &+ high
      high = (high ^ word &* 0x9FB2_1C65_1E98_DF25) &* 0xA076_1D64_78BD_642F
      high ^= high >> 32
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
      add(UInt64(bytes.count))
      var offset = 0
      while offset + 8 <= bytes.count {
        add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      var rest: UInt64 = 0
      for byte in bytes[offset...] { rest = rest << 8 | UInt64(byte) }
      add(rest)
    }
  }

  // MARK: Files

  /// The module with the code that is kept of it; nil if there is none.
  func load(_ engine: Engine, _ module: [UInt8]) -> Module? {
    let descriptor = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG, information.st_uid == geteuid(),
      information.st_mode & 0o022 == 0, information.st_size <= Self.capacity
    else { return nil }
    let kept = try? Module(engine, serializedFile: descriptor)
    guard let loaded = kept else { return nil }
    guard loaded.withBytes({ kept in module.withUnsafeBytes { kept.count == $0.count && memcmp(kept.baseAddress!, $0.baseAddress!, $0.count) == 0 } })
    else { return nil }
    // It has been used now.
    futimens(descriptor, nil)
    return loaded
  }

  /// Keeps a saved module, in place of what was kept before.
  func store(_ saved: [UInt8]) {
    guard saved.count <= Self.capacity / 4 else { return }
    let temporary = ".\(getpid())-\(Self.digits(.random(in: .min ... .max)))"
    let descriptor = openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    let isWritten = (try? System.write(saved, descriptor, temporary)) != nil
    // Some file systems say only now that the disk is full.
    guard close(descriptor) == 0, isWritten, renameat(directory, temporary, directory, name) == 0 else {
      unlinkat(directory, temporary, 0)
      return
    }
    trim()
  }

  /// Removes files until the rest fits, and what processes that were killed have left.
  private func trim() {
    let copy = dup(directory)
    guard copy >= 0 else { return }
    guard let stream = fdopendir(copy) else {
      close(copy)
      return
    }
    defer { closedir(stream) }
    rewinddir(stream)
    var files: [(name: String, size: Int, time: Int)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var information = stat()
      guard fstatat(directory, name, &information, AT_SYMLINK_NOFOLLOW) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
      if name.hasSuffix(Self.suffix) {
        files.append((name, Int(information.st_size), information.st_mtim.tv_sec))
      } else if name.hasPrefix("."), information.st_mtim.tv_sec < time(nil) - 3600 {
        unlinkat(directory, name, 0)
      }
    }
    var total = files.reduce(0) { $0 + $1.size }
    for file in files.sorted(by: { $0.time < $1.time }) where total > Self.capacity {
      unlinkat(directory, file.name, 0)
      total -= file.size
    }
  }
}
