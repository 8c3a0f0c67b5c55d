// What the server does to test itself, and to measure itself.

import Dispatch
import Foundation
import SchemeHost

/// Threads of clients that have ended.
private let finished = DispatchSemaphore(value: 0)

func expect(_ isTrue: Bool, _ message: String) {
  if isTrue { return }
  print("failed: \(message)")
  exit(1)
}

func test(_ scheme: SchemeHandler) throws {
  let server = try Server(port: 0, threads: 4) { scheme.respond($0, $1) }
  let port = server.port
  var client = try Client(port: port)
  func check(_ path: String, _ status: Int, _ body: String) throws {
    let response = try client.get(path)
    expect(response.status == status && response.body.hasPrefix(body), "\(path): \(response)")
  }
  try check("/", 200, "hello\n")
  for _ in 0..<3 { try check("/visits", 200, "1") }
  try check("/fibonacci", 200, "17711")
  try check("/prices", 200, "45")
  try check("/%22)(exit)", 200, "no such thing: \"/%22)(exit)\"")
  try check("/error", 500, "error: car: ")
  try check("/bomb", 500, "error: out of memory")
  try check("/endless", 504, "the handler took longer than")
  // While some of them loop and others take all memory, the rest go on.
  let threads = (0..<12).map { number in
    let thread = Thread {
      do {
        var client = try Client(port: port)
        for _ in 0..<(number < 4 ? 2 : 50) {
          let response = try client.get(number < 2 ? "/endless" : number < 4 ? "/bomb" : "/fibonacci")
          let isRight = number < 2 ? response.status == 504 : number < 4 ? response.status >= 500 : response.status == 200 && response.body == "17711"
          expect(isRight, "beside others: \(response)")
        }
      } catch { expect(false, "\(error)") }
      finished.signal()
    }
    thread.start()
    return thread
  }
  for _ in threads { finished.wait() }
  try server.stop()
  print("ok")
}

func resident() -> Int {
  let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
  return (statm.flatMap { Int($0[1]) } ?? 0) * 4
}

func bench(_ program: String, _ file: String, _ scheme: SchemeHandler, requests: Int, connections: Int) throws {
  for (name, handler) in [
    ("Swift", { (_: String, _: String) in Response(.ok, "hello\n") } as Server.Handler), ("Scheme", { scheme.respond($0, $1) } as Server.Handler),
  ] {
    let server = try Server(port: 0, threads: 1, handler)
    let port = server.port
    func run(_ count: Int) -> Double {
      let start = ContinuousClock.now
      for _ in 0..<connections {
        Thread.detachNewThread {
          do {
            var client = try Client(port: port)
            for _ in 0..<count / connections { expect(try client.get("/").body == "hello\n", "wrong response") }
          } catch { expect(false, "\(error)") }
          finished.signal()
        }
      }
      for _ in 0..<connections { finished.wait() }
      let time = ContinuousClock.now - start
      return Double(count) / (Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18)
    }
    _ = run(requests / 10)
    let before = resident()
    let rate = run(requests)
    print("\(name): \(Int(rate)) requests/s; resident \(before) KiB before, \(resident()) KiB after \(requests) requests")
    try server.stop()
  }
  // Sessions alone.
  let template = try SchemeTemplate(program: program, name: file)
  var times: [Duration] = []
  for _ in 0..<2000 {
    let start = ContinuousClock.now
    let session = try template.makeSession()
    times.append(ContinuousClock.now - start)
    withExtendedLifetime(session) {}
  }
  times.sort()
  print("a new session: median \(times[1000]), 99 % \(times[1980])")
}
