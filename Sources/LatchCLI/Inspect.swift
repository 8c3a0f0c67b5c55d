// `latch inspect FILE.wasm`: what a module consists of, what it needs and what it offers, without running it.

import ArgumentParser
import SpecVectors
import WasmEngine

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch inspect",
    abstract: "Show what a WebAssembly module consists of, needs and offers.",
    discussion: """
      Writes the sections with their sizes, the imports and exports with their types, and the proposals beyond WebAssembly 1.0 without which the module is not \
      valid.

      Exit codes: 0; 1 for a file that cannot be read or is no valid module; 2 for wrong usage.
      """)

  @Argument(help: "The module; \"-\" is the standard input.")
  var file: String

  func run() throws {
    let bytes = try ProgramFile.read(file)
    let module: Module
    do {
      module = try Module(Engine(), bytes)
    } catch {
      throw ProgramError(description: "\(ProgramFile.name(file)): \(error)")
    }
    let declarations = module.declarations
    try Terminal.write("\(ProgramFile.name(file)): \(bytes.count) bytes\n\nsections\n")
    try write(ModuleSection.all(of: bytes).map { [$0.name, "\($0.size)", contents($0, declarations)] }, numbers: [1])
    try write(imports: declarations)
    try write(exports: declarations)
    if let start = declarations.start { try Terminal.write("\nstart function: \(start)\n") }
    let needed = Self.features(of: bytes)
    try Terminal.write("\nproposals: \(needed.isEmpty ? "none" : needed.joined(separator: ", "))\n")
  }

  /// Rows of cells in columns, indented.
  private func write(_ rows: [[String]], numbers: Set<Int> = []) throws {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    for row in rows {
      let cells = row.indices.map { numbers.contains($0) ? Format.right(row[$0], widths[$0]) : Format.left(row[$0], widths[$0]) }
      var line = "  " + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      try Terminal.write(line + "\n")
    }
  }

  private func contents(_ section: ModuleSection, _ declarations: ModuleDeclarations) -> String {
    switch section.code {
    case 1: Format.plural(declarations.types.count, "type")
    case 2: Format.plural(declarations.imports.count, "import")
    case 3: Format.plural(declarations.bodies.count, "function")
    case 4: Format.plural(declarations.tables.count - declarations.importedTableCount, "table")
    case 5: Format.plural(declarations.memories.count - declarations.importedMemoryCount, "memory", "memories")
    case 6: Format.plural(declarations.definedGlobals.count, "global")
    case 7: Format.plural(declarations.exports.count, "export")
    case 9: Format.plural(declarations.elements.count, "segment")
    case 10: "the largest body has \(Format.plural(declarations.bodies.map(\.count).max() ?? 0, "byte"))"
    case 11: Format.plural(declarations.data.count, "segment")
    case 13: Format.plural(declarations.tags.count - declarations.importedTagCount, "tag")
    default: ""
    }
  }

  private func write(imports declarations: ModuleDeclarations) throws {
    if declarations.imports.isEmpty { return }
    try Terminal.write("\nimports\n")
    try write(
      declarations.imports.map { each in
        let type =
          switch each.descriptor {
          case .function(let type), .tag(let type): TypeText.function(declarations.types[Int(type)])
          case .table(let type): TypeText.table(type)
          case .memory(let type): TypeText.memory(type)
          case .global(let type): TypeText.global(type)
          }
        return ["\(each.descriptor.kind.name)", "\(each.module).\(each.name)", type]
      })
  }

  private func write(exports declarations: ModuleDeclarations) throws {
    if declarations.exports.isEmpty { return }
    try Terminal.write("\nexports\n")
    try write(
      declarations.exports.map { each in
        let index = Int(each.index)
        let type =
          switch each.kind {
          case .function: TypeText.function(declarations.type(ofFunction: index))
          case .tag: TypeText.function(declarations.types[Int(declarations.tags[index])])
          case .table: TypeText.table(declarations.tables[index])
          case .memory: TypeText.memory(declarations.memories[index])
          case .global: TypeText.global(declarations.globals[index])
          }
        return ["\(each.kind.name)", "\(each.name)", type]
      })
  }

  /// The proposals without which the module is not valid.
  private static func features(of bytes: [UInt8]) -> [String] {
    Features.names.filter { Features.standard.contains($0.feature) }.filter { each in
      var configuration = EngineConfiguration()
      configuration.features.remove(each.feature)
      return !Module.validate(Engine(configuration), bytes)
    }.map(\.name)
  }
}

/// A section of a module that has been read.
private struct ModuleSection {
  let code: UInt8
  let name: String
  /// Bytes, without the section's head.
  let size: Int

  private static let names = [
    "custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag",
  ]

  static func all(of bytes: [UInt8]) -> [ModuleSection] {
    var sections: [ModuleSection] = []
    var at = 8
    /// The module is valid, so there are no bytes that are missing or too many.
    func number(_ at: inout Int) -> Int {
      var result = 0
      var shift = 0
      while true {
        let byte = bytes[at]
        at += 1
        result |= Int(byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 { return result }
      }
    }
    while at < bytes.count {
      let code = bytes[at]
      at += 1
      let size = number(&at)
      var name = names[Int(code)]
      if code == 0 {
        var start = at
        let length = number(&start)
        name += " \"\(WasmName(String(decoding: bytes[start..<start + length], as: UTF8.self)))\""
      }
      sections.append(ModuleSection(code: code, name: name, size: size))
      at += size
    }
    return sections
  }
}

/// Types as the text format has them.
private enum TypeText {
  static func function(_ type: FuncType) -> String {
    func list(_ keyword: String, _ types: [ValueType]) -> String {
      types.isEmpty ? "" : " (\(keyword) \(types.map(\.name).joined(separator: " ")))"
    }
    return "(func\(list("param", type.parameters))\(list("result", type.results)))"
  }

  static func table(_ type: TableType) -> String { "\(type.is64 ? "i64 " : "")\(limits(type.limits)) \(type.element.name)" }

  static func memory(_ type: MemoryType) -> String {
    "\(type.is64 ? "i64 " : "")\(type.isShared ? "shared " : "")\(limits(type.limits)) \(type.pageSize == 1 ? "bytes" : "pages")"
  }

  static func global(_ type: GlobalType) -> String { type.isMutable ? "(mut \(type.value.name))" : type.value.name }

  private static func limits(_ limits: Limits) -> String { "\(limits.minimum)" + (limits.maximum.map { " to \($0)" } ?? " or more") }
}
