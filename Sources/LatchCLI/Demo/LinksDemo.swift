// `latch demo links [COUNT]`: links the module of fib again and again into one running instance, and shows that neither the time nor the
// memory per link grows.

import ArgumentParser
import SchemeHost

struct LinksDemo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "links",
    abstract: "Link one generated module many times into a running instance.",
    discussion: """
      Each link compiles the module anew, grows the table and patches the entry slots. The table keeps all the code that was ever \
      linked, which is what the memory growth consists of. With --json, writes one object: count; module_bytes; first_link_s and \
      last_link_s, the median seconds of the first and the last tenth; median_link_s; growth_bytes per link.
      """)

  @Argument(help: "How many times.")
  var count = 10_000

  @OptionGroup var arguments: DemoArguments

  func validate() throws {
    if count < 10 || count > 1_000_000 { throw ValidationError("COUNT must be between 10 and 1000000") }
  }

  func run() throws {
    let session = try arguments.makeSession()
    _ = try FibProgram.value(FibProgram.text, session)
    let expected = try FibProgram.value("(fib 15)", session)
    let module = try arguments.generateModule(session)
    var times: [UInt64] = []
    times.reserveCapacity(count)
    let before = System.residentBytes()
    let progress = Progress(count: count)
    for done in 0..<count {
      progress.show(done, "links")
      times.append(try session.link(module))
    }
    progress.clear()
    let after = System.residentBytes()
    guard try FibProgram.value("(fib 15)", session) == expected else {
      Terminal.complain("latch: the linked code gives another result\n")
      throw SchemeFailure()
    }
    let tenth = count / 10
    let first = median(times.prefix(tenth))
    let last = median(times.suffix(tenth))
    let overall = median(times[...])
    let growth = before.flatMap { before in after.map { Double($0 - before) / Double(count) } }
    try Terminal.write(
      arguments.json
        ? """
        {"count": \(count), "module_bytes": \(module.byteCount), "first_link_s": \(Format.fixed(first / 1e9, 9)), \
        "last_link_s": \(Format.fixed(last / 1e9, 9)), "median_link_s": \(Format.fixed(overall / 1e9, 9)), \
        "growth_bytes": \(growth.map { Format.fixed($0, 0) } ?? "null")}

        """
        : """
        \(count) links of a module of \(module.byteCount) bytes: compile, instantiate, patch
          first \(Format.left("\(tenth)", 8)) \(Format.right(Format.duration(nanoseconds: first), 10)) each (median)
          last \(Format.left("\(tenth)", 8))  \(Format.right(Format.duration(nanoseconds: last), 10)) each, \
        \(Format.fixed(last / first, 2)) times the first
          memory growth  \(Format.right(growth.map { Format.bytes(UInt64(max(0, $0))) } ?? "unknown", 10)) per link

        """)
  }

  private func median(_ times: ArraySlice<UInt64>) -> Double {
    let sorted = times.sorted()
    return Double(sorted[sorted.count / 2])
  }
}
