// Nothing outside a directory can be reached through it, whether the host resolves paths or the walk does.

import Foundation
import Testing

@testable import WASI

@Suite struct EscapeTests {
  /// A guest with files inside and outside and links of all kinds.
  private func guest(_ system: FileSystem) throws -> TestGuest {
    let guest = try TestGuest(system)
    try guest.hostWrite("secret", "outside/file")
    try guest.hostWrite("data", "inside/file")
    for name in ["inside/sub", "inside/sub/deep", "outside/sub"] { try guest.hostMakeDirectory(name) }
    try guest.hostWrite("deep", "inside/sub/deep/file")
    try guest.hostLink("../outside", "inside/out")
    try guest.hostLink("../outside/file", "inside/out-file")
    try guest.hostLink("../../outside", "inside/sub/out")
    try guest.hostLink("../outside/new", "inside/out-new")
    try guest.hostLink(guest.outside.path, "inside/absolute")
    try guest.hostLink(guest.inside.path + "/file", "inside/absolute-inside")
    try guest.hostLink("out/file", "inside/chain")
    try guest.hostLink("sub/deep/..", "inside/good")
    try guest.hostLink("../file", "inside/sub/good-file")
    try guest.hostLink("loop", "inside/loop")
    try guest.hostLink("new", "inside/dangling")
    return guest
  }

  static let escapes = [
    "..", "../outside/file", "../inside/file", "/", "/etc/passwd", "out/file", "out/", "out-file", "sub/../../outside/file", "sub/out/file",
    "sub/deep/../../../outside/file", "absolute/file", "absolute-inside", "chain", "./out/./file", "good/../../outside/file",
    "sub//..//../outside/file",
  ]

  @Test(arguments: escapes, FileSystem.allCases)
  func pathsThatLeadOutCannotBeOpened(_ path: String, _ system: FileSystem) throws {
    let guest = try guest(system)
    #expect(failure { try guest.open(path) } == .notPermitted)
    #expect(failure { try guest.information(path) } == .notPermitted)
    // A new file whose path ends in a slash is refused before the path is looked at.
    let refusals: [Errno?] = path.hasSuffix("/") ? [.notPermitted, .isDirectory] : [.notPermitted]
    #expect(refusals.contains(failure { try guest.open(path, [.create], rights: [.fdWrite]) }))
    #expect(failure { try guest.open(path, [.truncate], rights: [.fdWrite]) } == .notPermitted)
    #expect(failure { try guest.link(path, "new", following: true) } == .notPermitted)
    #expect(try guest.hostRead("outside/file") == "secret")
  }

  @Test(arguments: FileSystem.allCases)
  func linksThatLeadOutAreNotFollowedByChanges(_ system: FileSystem) throws {
    let guest = try guest(system)
    for path in ["out/new", "sub/out/new", "../new", "/tmp/latch-new", "absolute/new", "good/../../new"] {
      #expect(failure { try guest.makeDirectory(path) } == .notPermitted)
      #expect(failure { try guest.symlink("file", path) } == .notPermitted)
      #expect(failure { try guest.rename("file", path) } == .notPermitted)
      #expect(failure { try guest.link("file", path) } == .notPermitted)
      #expect(failure { try guest.open(path, [.create], rights: [.fdWrite]) } == .notPermitted)
    }
    for path in ["out/file", "../outside/file"] {
      #expect(failure { try guest.unlink(path) } == .notPermitted)
      #expect(failure { try guest.rename(path, "stolen") } == .notPermitted)
      #expect(failure { try guest.link(path, "stolen") } == .notPermitted)
      #expect(failure { try guest.readlink(path) } == .notPermitted)
      #expect(failure { try guest.onPath(path) { try guest.calls.pathFilestatSetTimes(3, 1, $0, $1, 0, 0, 5) } } == .notPermitted)
    }
    #expect(failure { try guest.removeDirectory("out/sub") } == .notPermitted)
    // A new file through a link that leads to where there is none.
    #expect(failure { try guest.open("out-new", [.create], rights: [.fdWrite]) } == .notPermitted)
    #expect(!guest.hostExists("outside/new") && !guest.hostExists("new"))
    // The text of a link is the guest's own affair, unless it is absolute.
    try guest.symlink("../outside/file", "own")
    #expect(failure { try guest.contents("own") } == .notPermitted)
    #expect(try guest.readlink("own") == "../outside/file")
    #expect(failure { try guest.symlink("/etc/passwd", "own2") } == .notPermitted)
    // Moved to another depth, a link leads elsewhere.
    try guest.symlink("../file", "sub/up")
    #expect(try guest.contents("sub/up") == "data")
    try guest.rename("sub/up", "up")
    #expect(failure { try guest.contents("up") } == .notPermitted)
  }

  @Test(arguments: FileSystem.allCases)
  func pathsThatStayInsideWork(_ system: FileSystem) throws {
    let guest = try guest(system)
    for (path, text) in [
      ("file", "data"), ("./sub/../file", "data"), ("good/deep/file", "deep"), ("sub/good-file", "data"), ("good/../file", "data"),
      ("sub/deep/../../file", "data"), ("sub//deep///file", "deep"), ("good/good-file", "data"),
    ] {
      #expect(try guest.contents(path) == text, "\(path)")
    }
    #expect(failure { try guest.contents("loop") } == .tooManyLinks)
    #expect(failure { try guest.contents("loop/file") } == .tooManyLinks)
    #expect(failure { try guest.contents("good", following: false) } == .tooManyLinks)
    #expect(failure { try guest.contents("good/deep/none") } == .noEntry)
    #expect(failure { try guest.contents("none/file") } == .noEntry)
    #expect(failure { try guest.contents("file/file") } == .notDirectory)
    #expect(failure { try guest.contents("file/") } == .notDirectory)
    #expect(failure { try guest.contents("") } == .noEntry)
    #expect(failure { try guest.contents(String(repeating: "a/", count: 3000)) } == .nameTooLong)
    #expect(failure { try guest.contents(String(repeating: "a", count: 300)) } == .nameTooLong)
    #expect(failure { try guest.contents("fi\0le") } == .illegalSequence)
    // Its length is looked at before its bytes.
    #expect(failure { try guest.contents(String(repeating: "\0", count: 5000)) } == .nameTooLong)
    #expect(try guest.information("good").type == FileType.directory.rawValue)
    #expect(try guest.information("good", following: false).type == FileType.symbolicLink.rawValue)
    #expect(try guest.information("good/", following: false).type == FileType.directory.rawValue)
    #expect(try guest.information(".").type == FileType.directory.rawValue)
    #expect(try guest.information("sub/..").type == FileType.directory.rawValue)
    // A link to what does not exist yet.
    let file = try guest.open("dangling", [.create], rights: [.fdWrite])
    #expect(try guest.write("new", to: file) == 3)
    #expect(try guest.hostRead("inside/new") == "new")
    #expect(failure { try guest.open("dangling", [.create, .exclusive], rights: [.fdWrite]) } == .exists)
    // From a directory that was opened, "..", too, stays beneath that directory.
    let sub = try guest.open("sub", [.directory], rights: .applicable(to: .directory), inheriting: .all)
    #expect(failure { try guest.open("../file", from: sub) } == .notPermitted)
    #expect(failure { try guest.open("good-file", from: sub) } == .notPermitted)
    #expect(try guest.read(from: guest.open("deep/file", from: sub)) == "deep")
  }

  /// While another thread keeps swapping a directory for a link that leads out, everything the guest does stays inside.
  @Test(arguments: [FileSystem.host, .walk])
  func swappingADirectoryForALinkNeverLeadsOutside(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    for name in ["inside/real", "inside/box"] {
      try FileManager.default.createDirectory(at: guest.folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    try guest.hostWrite("data", "inside/real/file")
    try guest.hostWrite("secret", "outside/file")
    try guest.hostLink("../outside", "inside/link")
    let inside = guest.inside.path
    let swapper = Swapper(inside + "/door", [inside + "/real", inside + "/link"])
    swapper.start()
    defer { swapper.stop() }
    var opened = 0
    var refused = 0
    let end = Date(timeIntervalSinceNow: 0.3)
    while Date() < end || opened == 0 || refused == 0 {
      if Date() > end.addingTimeInterval(10) { break }
      do {
        let text = try guest.contents("door/file")
        #expect(text == "data")
        opened += 1
      } catch {
        refused += 1
      }
      if let size = try? guest.information("door/file").size { #expect(size == 4) }
      if let file = try? guest.open("door/new", [.create], rights: [.fdWrite]) { try guest.calls.fdClose(file) }
      try? guest.makeDirectory("door/folder")
      try? guest.rename("door/new", "door/moved")
      try? guest.unlink("door/moved")
      try? guest.link("door/file", "box/stolen")
      if let text = try? guest.contents("box/stolen") { #expect(text == "data") }
      try? guest.unlink("box/stolen")
      try? guest.removeDirectory("door/folder")
    }
    #expect(opened > 0 && refused > 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: guest.outside.path) == ["file"])
    #expect(try guest.hostRead("outside/file") == "secret")
  }
}

/// A thread that keeps putting one of two things under a name, moved there from where it was.
private final class Swapper: @unchecked Sendable {
  private let name: String
  private let places: [String]
  private let lock = NSLock()
  private var isRunning = true
  private let finished = DispatchSemaphore(value: 0)

  init(_ name: String, _ places: [String]) {
    self.name = name
    self.places = places
  }

  func start() {
    Thread.detachNewThread { [self] in
      while lock.withLock({ isRunning }) {
        for place in places {
          Foundation.rename(place, name)
          sched_yield()
          Foundation.rename(name, place)
        }
      }
      finished.signal()
    }
  }

  func stop() {
    lock.withLock { isRunning = false }
    finished.wait()
  }
}
