import ArgumentParser

@main
struct Latch: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "latch", abstract: "A Scheme that compiles itself from inside WebAssembly.")
}
