// Programs' files: reading them, and what to say of those that are no WebAssembly modules and should be, or the reverse.

import WasmEngine

enum ProgramFile {
  /// What a file turns out to be.
  enum Kind: Equatable {
    case module, saved, component, empty, text, nativeProgram, script, other
  }

  /// The bytes of a program's file, whatever it is; "-" is the standard input.
  static func bytes(_ file: String, atMost largest: Int = System.largestFile) throws(FileError) -> [UInt8] {
    file == "-" ? try System.readAll(System.standardInput, name: name(file), atMost: largest) : try System.readFile(file, atMost: largest)
  }

  /// The bytes of a Scheme text for a session with these settings.
  static func text(_ file: String, for settings: SessionSettings) throws(FileError) -> [UInt8] {
    do throws(FileError) {
      return try bytes(file, atMost: settings.largestText)
    } catch {
      var error = error
      error.remedy = SessionSettings.textRemedy
      throw error
    }
  }

  /// The bytes of a Scheme program. A word that is no file may have been meant as a command.
  static func scheme(_ file: String, for settings: SessionSettings) throws -> [UInt8] {
    do throws(FileError) {
      return try text(file, for: settings)
    } catch {
      guard error.isMissing && !file.contains(where: { $0 == "." || $0 == "/" }) else { throw error }
      throw ProgramError(description: "there is no file and no command \(file); latch --help says what there is")
    }
  }

  /// The bytes of a file that has to be a module. Throws what to do with something else.
  static func read(_ file: String) throws -> [UInt8] {
    let bytes = try bytes(file)
    if let remedy = remedy(bytes, file) { throw ProgramError(description: "\(name(file)) \(remedy)") }
    return bytes
  }

  /// The module in a file that has to be a saved one. An ordinary file is mapped.
  static func loadSaved(_ file: String, _ engine: Engine) throws -> Module {
    let descriptor = file == "-" ? System.standardInput : try System.openFile(file)
    defer { if file != "-" { System.closeFile(descriptor) } }
    guard file != "-", let size = System.size(of: descriptor), size <= System.largestFile else {
      let bytes = try System.readAll(descriptor, name: name(file))
      try requireSaved(bytes, file)
      return try Module(engine, serialized: bytes)
    }
    try requireSaved(System.beginning(of: descriptor, min(size, 64), name: file), file)
    return try Module(engine, serializedFile: descriptor)
  }

  /// Throws what to do with a file that begins with these bytes, if that is no saved module.
  private static func requireSaved(_ bytes: [UInt8], _ file: String) throws {
    if kind(bytes) == .saved { return }
    let remedy =
      kind(bytes) == .module ? "is a module that is not compiled; run it without --precompiled, or: latch compile \(file) --output FILE" : nil
    throw ProgramError(description: "\(name(file)) \(remedy ?? "was not made by latch compile --output")")
  }

  /// Throws if a Scheme program is none, but a module or its text.
  static func refuseWebAssembly(_ bytes: [UInt8], _ file: String) throws {
    switch kind(bytes) {
    case .module: throw ProgramError(description: "\(name(file)) is a WebAssembly module; run it with: latch run \(file)")
    case .saved: throw ProgramError(description: "\(name(file)) is a compiled WebAssembly module; run it with: latch run --precompiled \(file)")
    case .component: throw ProgramError(description: "\(name(file)) is a WebAssembly component; latch runs Scheme programs, latch run modules")
    case .nativeProgram: throw ProgramError(description: "\(name(file)) is a native program, not a Scheme program")
    default: break
    }
  }

  /// How messages call the file.
  static func name(_ file: String) -> String { file == "-" ? "the standard input" : file }

  static func kind(_ bytes: [UInt8]) -> Kind {
    if bytes.isEmpty { return .empty }
    if bytes.starts(with: [0, 0x61, 0x73, 0x6D]) {
      // The second half of the version says which of the two formats it is.
      return bytes.count >= 8 && bytes[6] == 1 ? .component : .module
    }
    if Module.isSaved(bytes) { return .saved }
    // ELF; Mach-O of 32 and 64 bits and of several architectures; Windows.
    let natives: [[UInt8]] = [
      [0x7F, 0x45, 0x4C, 0x46], [0xCE, 0xFA, 0xED, 0xFE], [0xCF, 0xFA, 0xED, 0xFE], [0xCA, 0xFE, 0xBA, 0xBE], [0x4D, 0x5A],
    ]
    if natives.contains(where: { bytes.starts(with: $0) }) { return .nativeProgram }
    if bytes.starts(with: "#!".utf8) { return .script }
    let start = bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.prefix(8)
    if ["(module", "(compone", "(;", ";;"].contains(where: { start.starts(with: $0.utf8) }) { return .text }
    return .other
  }

  /// What to do with what cannot be run; nil for modules.
  private static func remedy(_ bytes: [UInt8], _ file: String) -> String? {
    switch kind(bytes) {
    case .module: nil
    case .saved: "is a compiled module; if you trust it like a program: latch run --precompiled"
    case .component: "is a component; only modules can be run"
    case .empty: "is empty"
    case .text: "is WebAssembly text; make a module of it: wat2wasm \(file == "-" ? "FILE.wat" : file) -o FILE.wasm"
    case .nativeProgram: "is a native program, not a WebAssembly module"
    case .script: "is a script, not a WebAssembly module"
    case .other: "is no WebAssembly module: it does not start with \\0asm"
    }
  }
}
