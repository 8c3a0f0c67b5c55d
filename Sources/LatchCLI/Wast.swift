// `latch wast FILE.json...`: runs the specification's test vectors.

import ArgumentParser
import SpecVectors
import WasmEngine

/// How out-of-bounds accesses are found, by its name on the command line.
enum MemoryMode: String, ExpressibleByArgument, CaseIterable {
  case guarded
  case checked

  var strategy: MemoryStrategy { self == .guarded ? .guarded : .checked }
}

struct Wast: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch wast",
    abstract: "Run test vectors of the WebAssembly specification.",
    discussion: """
      A file holds the commands of one test script as JSON, with the modules in base64. Writes each failure with file and line, \
      and how many commands passed, failed and were skipped, for each file, for each group of files (if there are several) and for all. \
      Commands whose modules need features that the engine lacks, or that are switched off, are skipped.

      For example, all files of a folder with checked memory and without tail calls:

        latch wast --memory checked --features -tail-call vectors/*.json

      Exit codes: 0 when nothing failed; 1 when something did, or a file cannot be read; 2 for wrong usage.
      """)

  @OptionGroup var tiers: TierArguments

  @Option(help: "How out-of-bounds accesses are found: guarded or checked.")
  var memory = MemoryMode.guarded

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The proposals that modules may use, separated by commas: these and no others, or, if each begins with -, all but these. \
      all and none may come first. Their names: \(Features.names.map(\.name).joined(separator: ", ")).
      """, valueName: "features"))
  var features = "all"

  @Argument(help: "The files.")
  var files: [String]

  func validate() throws { _ = try featureSet() }

  /// Only names without - mean: these and no others.
  private func featureSet() throws -> Features {
    let words = features.split(separator: ",")
    var result = words.allSatisfy { $0.hasPrefix("-") } ? Features.standard : Features.mvp
    for word in words {
      switch word {
      case "all": result = .standard
      case "none": result = .mvp
      default:
        let name = String(word.hasPrefix("-") ? word.dropFirst() : word)
        guard let feature = Features(named: name) else { throw ValidationError("there is no feature called \(name)") }
        if word.hasPrefix("-") { result.remove(feature) } else { result.insert(feature) }
      }
    }
    return result
  }

  func run() throws {
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = memory.strategy
    tiers.apply(to: &configuration)
    configuration.features = try featureSet()
    let engine = Engine(configuration)
    var total = VectorTally()
    var groups: [(name: String, files: Int, tally: VectorTally)] = []
    for path in files {
      let bytes = try System.readFile(path)
      let file: VectorFile
      do {
        file = try VectorFile(bytes)
      } catch {
        throw FileContentError(path: path, problem: error.description)
      }
      let tally = try VectorRunner.run(file, on: engine, label: path)
      for failure in tally.failures { try Terminal.write(failure + "\n") }
      try Terminal.write("\(path): \(tally.summary)\n")
      total.add(tally)
      let group = groups.firstIndex { $0.name == file.group } ?? groups.count
      if group == groups.count { groups.append((file.group, 0, VectorTally())) }
      groups[group].files += 1
      groups[group].tally.add(tally)
    }
    if groups.count > 1 {
      for group in groups { try Terminal.write("\(group.name), \(group.files) \(group.files == 1 ? "file" : "files"): \(group.tally.summary)\n") }
    }
    if files.count != 1 { try Terminal.write("\(files.count) files: \(total.summary)\n") }
    if !total.failures.isEmpty { throw ExitCode(1) }
  }
}

/// A file is not what the command needs.
struct FileContentError: Error, CustomStringConvertible {
  let path: String
  let problem: String

  var description: String { "\(path): \(problem)" }
}
