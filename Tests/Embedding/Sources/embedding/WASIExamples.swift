// The examples on the pages of WASI's types: programs whose input, output and files are this program's.

import WASI
import WasmEngine

/// `WASIProcess`: a directory of the host.
func runWithDirectory(_ bytes: [UInt8], _ folder: String) throws -> UInt32 {
  let engine = Engine()
  let module = try Module(engine, bytes)
  let process = try WASIProcess(
    arguments: ["wc", "/data/text"], environment: ["LANG=C"], directories: [PreopenedDirectory(host: folder, guest: "/data")])
  let store = Store(engine)
  var imports = Imports()
  process.define(in: &imports, for: store)
  let code = try process.start(Instance(module, imports: imports, in: store))
  return code
}

/// `PreopenedDirectory`: one to read, one to write.
func makeProcess(_ folder: String) throws -> WASIProcess {
  let directories = [
    PreopenedDirectory(host: folder, guest: "/texts", isReadOnly: true),
    PreopenedDirectory(memory: InMemoryDirectory(), guest: "/tmp"),
  ]
  let process = try WASIProcess(arguments: ["sort", "/texts/words", "/tmp/sorted"], directories: directories)
  return process
}

/// `StandardInput`: a closure that is asked for bytes.
func runOnText(_ engine: Engine, _ module: Module) throws -> UInt32 {
  var text = Array("first\nsecond\n".utf8)[...]
  let input = StandardInput.reading { buffer in
    let part = text.prefix(buffer.count)
    buffer.copyBytes(from: part)
    text = text.dropFirst(part.count)
    return part.count
  }
  let process = try WASIProcess(arguments: ["copy"], standardInput: input)
  let store = Store(engine)
  var imports = Imports()
  process.define(in: &imports, for: store)
  let code = try process.start(Instance(module, imports: imports, in: store))
  return code
}

/// `StandardOutput`: a closure that is given bytes.
func runForParts(_ engine: Engine, _ module: Module) throws -> (UInt32, [String]) {
  var parts: [String] = []
  let output = StandardOutput.writing { bytes in parts.append(String(decoding: bytes, as: UTF8.self)) }
  let process = try WASIProcess(
    arguments: ["copy"], standardInput: .text("one two"), standardOutput: output, standardError: .discarded)
  let store = Store(engine)
  var imports = Imports()
  process.define(in: &imports, for: store)
  let code = try process.start(Instance(module, imports: imports, in: store))
  return (code, parts)
}

/// `CollectedOutput`: what a program has written.
func runForOutput(_ engine: Engine, _ module: Module) throws -> (UInt32, String) {
  let output = CollectedOutput(limit: 1 << 20)
  let process = try WASIProcess(arguments: ["copy"], standardInput: .text("hello"), standardOutput: .collected(output))
  let store = Store(engine)
  var imports = Imports()
  process.define(in: &imports, for: store)
  let code = try process.start(Instance(module, imports: imports, in: store))
  return (code, output.text)
}

/// `InMemoryDirectory`: files that are nowhere in the host's file system.
func runInMemory(_ engine: Engine, _ module: Module) throws -> InMemoryDirectory {
  let files = InMemoryDirectory(limits: InMemoryDirectory.Limits(bytes: 1 << 20, entries: 100))
  try files.write("one two\n", to: "texts/first")
  let process = try WASIProcess(
    arguments: ["copy"], directories: [PreopenedDirectory(memory: files, guest: "/data")])
  let store = Store(engine)
  var imports = Imports()
  process.define(in: &imports, for: store)
  _ = try process.start(Instance(module, imports: imports, in: store))
  for name in try files.names(in: "texts") { print(name, try files.read("texts/\(name)").count) }
  return files
}

/// `InMemoryDirectory.Information` and `Failure`.
func lookAtFiles() throws {
  let files = try InMemoryDirectory(["a": [1, 2, 3]])
  if let known = files.information("a"), known.kind == .file { print(known.size, known.modificationTime) }
  do {
    print(try files.read("none").count)
  } catch {
    print(error, error.reason == .noEntry)
  }
}

// MARK: Programs

/// A program that copies what it reads from one descriptor to another, 16 bytes at a time, after opening both if they have paths in descriptor 3.
func copyModule(from source: String? = nil, to target: String? = nil) -> [UInt8] {
  var writer = ModuleWriter()
  let transfer = writer.addType(FuncType([.i32, .i32, .i32, .i32], [.i32]))
  let read = writer.importFunction(WASIProcess.moduleName, "fd_read", type: transfer)
  let write = writer.importFunction(WASIProcess.moduleName, "fd_write", type: transfer)
  let open = writer.importFunction(
    WASIProcess.moduleName, "path_open", type: writer.addType(FuncType([.i32, .i32, .i32, .i32, .i32, .i64, .i64, .i32, .i32], [.i32])))
  writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
  // Two buffers: for reading one of 16 bytes, for writing the same with as many as were read.
  _ = writer.addActiveData(offset: .i32(0), bytes: [64, 0, 0, 0, 16, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0])
  // Where the numbers of the descriptors are; nothing is open under 99.
  _ = writer.addActiveData(offset: .i32(32), bytes: [source == nil ? 0 : 99, 0, 0, 0, target == nil ? 1 : 99, 0, 0, 0])
  writer.addExport("_start", .function, writer.addFunction(type: writer.addType(FuncType([], []))))
  var body = FunctionBodyWriter(parameterCount: 0)
  // Rights 2 and 64 are reading and writing; the flag 1 creates.
  for (path, place, flags, rights) in [(source, 32, 0, 2), (target, 36, 1, 64)] as [(String?, Int32, Int32, Int64)] {
    guard let path else { continue }
    let bytes = Array(path.utf8)
    _ = writer.addActiveData(offset: .i32(place * 16), bytes: bytes)
    for argument in [3, 0, place * 16, Int32(bytes.count), flags] as [Int32] { body.i32Const(argument) }
    body.i64Const(rights)
    body.i64Const(0)
    body.i32Const(0)
    body.i32Const(place)
    body.call(open)
    body.drop()
  }
  body.loop()
  for (function, descriptor, buffer, count) in [(read, 32, 0, 12), (write, 36, 8, 40)] as [(UInt32, Int32, Int32, Int32)] {
    body.i32Const(descriptor)
    body.load(.i32Load)
    for argument in [buffer, 1, count] { body.i32Const(argument) }
    body.call(function)
    body.drop()
  }
  body.i32Const(12)
  body.load(.i32Load)
  body.brIf(0)
  body.end()
  body.end()
  writer.addBody(body)
  return writer.finish().bytes
}

func testWASI() throws {
  let engine = Engine()
  let module = try Module(engine, copyModule())
  expect(try runOnText(engine, module) == 0, "input by a closure")
  expect(try runForParts(engine, module) == (0, ["one two"]), "output by a closure")
  expect(try runForOutput(engine, module) == (0, "hello"), "collected output")
  let files = try runInMemory(engine, Module(engine, copyModule(from: "texts/first", to: "texts/second")))
  expect(try files.read("texts/second") == Array("one two\n".utf8), "files in memory")
  expect(try runWithDirectory(copyModule(from: "none"), ".") == 0, "a directory")
  _ = try makeProcess(".")
  try lookAtFiles()
}
