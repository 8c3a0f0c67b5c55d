// serving HANDLER.scm [--port PORT]                    serves until it is told to stop (SIGTERM, SIGINT)
// serving HANDLER.scm --test                           makes requests of itself, of every kind; the last line is "ok"
// serving HANDLER.scm --bench REQUESTS [CONNECTIONS]   requests a second with the Scheme handler, and with one in Swift

import Foundation
import SchemeHost

var arguments = Array(CommandLine.arguments.dropFirst())
guard let file = arguments.first, let program = try? String(contentsOfFile: file, encoding: .utf8) else {
  print("usage: serving HANDLER.scm [--port PORT | --test | --bench REQUESTS [CONNECTIONS]]")
  exit(2)
}
arguments.removeFirst()

blockSignals()
let start = ContinuousClock.now
let scheme = try SchemeHandler(program: program, name: file, timeLimit: .milliseconds(500), heapMegabytes: 64)
print("the program is loaded: \(ContinuousClock.now - start)")

switch arguments.first {
case "--test": try test(scheme)
case "--bench":
  try bench(
    program, file, scheme, requests: arguments.dropFirst().first.flatMap { Int($0) } ?? 20_000,
    connections: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 8)
default:
  let port = arguments.first == "--port" ? arguments.dropFirst().first.flatMap { Int($0) } ?? 8080 : 8080
  let server = try Server(port: port, threads: ProcessInfo.processInfo.activeProcessorCount) { scheme.respond($0, $1) }
  print("http://127.0.0.1:\(server.port)/")
  // Whoever started it may wait for that line.
  fflush(nil)
  waitForSignal()
  try server.stop()
  print("stopped")
}
