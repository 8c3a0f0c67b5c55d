// `latch run`: how programs end, what they are given, what is said when they cannot run.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@Suite struct RunTests {
  /// Writes a program with some functions into a folder and runs a command there, in which it is called program.wasm.
  private func with(
    _ command: String, input: String = "", _ write: (inout ModuleWriter) -> Void = RunTests.functions
  ) throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = ModuleWriter()
    write(&writer)
    try Data(writer.finish().bytes).write(to: folder.appendingPathComponent("program.wasm"))
    return try shell("cd '\(folder.path)'; \(command)", input: input)
  }

  /// Functions to be called by name.
  private static func functions(_ writer: inout ModuleWriter) {
    writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
    writer.addFunction("sum", [.i32, .i32], [.i32]) { body in
      body.localGet(0)
      body.localGet(1)
      body.emit(.i32Add)
    }
    writer.addFunction("swap", [.i64, .f64], [.f64, .i64]) { body in
      body.localGet(1)
      body.localGet(0)
    }
    writer.addFunction("half", [.f32], [.f32]) { body in
      body.localGet(0)
      body.f32Const(0.5)
      body.emit(.f32Mul)
    }
    writer.addFunction("grow", [.i32], [.i32]) { body in
      body.localGet(0)
      body.memoryGrow()
    }
    writer.addFunction("inner") { $0.unreachable() }
    writer.addFunction("outer") { $0.call(4) }
    writer.addFunction("forever") { body in
      body.loop()
      body.br(0)
      body.end()
    }
  }

  /// A command that calls one system function with numbers and ends with what that returns.
  private static func command(_ name: WasmName, _ arguments: [Int32]) -> (inout ModuleWriter) -> Void {
    { writer in
      let function = writer.importFunction(
        "wasi_snapshot_preview1", name, type: writer.addType(FuncType(arguments.map { _ in .i32 }, [.i32])))
      let exit = writer.importFunction("wasi_snapshot_preview1", "proc_exit", type: writer.addType(FuncType([.i32], [])))
      writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
      // One buffer: "hello\n".
      _ = writer.addActiveData(offset: .i32(0), bytes: [16, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] + Array("hello\n".utf8))
      writer.addFunction("_start") { body in
        for argument in arguments { body.i32Const(argument) }
        body.call(function)
        body.call(exit)
      }
    }
  }

  private static var hello: (inout ModuleWriter) -> Void { command("fd_write", [1, 0, 1, 8]) }

  @Test func functionsAreCalledByName() throws {
    #expect(try with("latch run --invoke sum program.wasm 40 2").output == "42\n")
    #expect(try with("latch run --invoke sum program.wasm -5 0x10").output == "11\n")
    #expect(try with("latch run --invoke sum program.wasm 4294967295 -2147483648").output == "2147483647\n")
    #expect(try with("latch run --invoke swap program.wasm -9223372036854775808 1e3").output == "1000.0\n-9223372036854775808\n")
    #expect(try with("latch run --memory checked --invoke half program.wasm 3").output == "1.5\n")
    #expect(try with("latch run --invoke half program.wasm inf").output == "inf\n")
  }

  @Test func wrongUsageIsCode2() throws {
    for (command, message) in [
      ("latch run", "the program's file is missing"), ("latch run --memory other program.wasm", "'other' is invalid"),
      ("latch run --invoke sum program.wasm 1", "sum needs 2 arguments, not 1"),
      ("latch run --invoke sum program.wasm 1 x", "x is no number of type i32 (for sum)"),
      ("latch run --invoke sum program.wasm 1 4294967296", "4294967296 is out of range for i32 (for sum)"),
      ("latch run --time-limit -1 program.wasm", "--time-limit"), ("latch run --dir ::x program.wasm", "--dir needs a path before ::"),
    ] {
      let outcome = try with(command)
      #expect(outcome.code == 2, "\(command)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.output == "")
    }
  }

  @Test func whatCannotRunIsCode1() throws {
    for (command, message) in [
      ("latch run program.wasm", "latch: program.wasm exports no _start; name a function with --invoke\n"),
      ("latch run --invoke none program.wasm", "latch: program.wasm exports no function none\n"),
      ("latch run none.wasm", "latch: cannot read none.wasm: No such file or directory\n"),
      ("echo text > text; latch run text", "latch: text is no WebAssembly module: it does not start with \\0asm\n"),
      (": > empty; latch run empty", "latch: empty is empty\n"),
      ("latch run - < /dev/null", "latch: the standard input is empty\n"),
      ("echo ' (module)' > a.wat; latch run a.wat", "latch: a.wat is WebAssembly text; make a module of it: wat2wasm a.wat -o FILE.wasm\n"),
      ("echo ';; a' > a.wat; latch compile a.wat", "latch: a.wat is WebAssembly text; make a module of it: wat2wasm a.wat -o FILE.wasm\n"),
      ("latch program.wasm", "latch: program.wasm is a WebAssembly module; run it with: latch run program.wasm\n"),
      ("latch /bin/sh", "latch: /bin/sh is a native program, not a Scheme program\n"),
      ("latch run /bin/sh", "latch: /bin/sh is a native program, not a WebAssembly module\n"),
      ("echo '#!/bin/sh' > script; latch run script", "latch: script is a script, not a WebAssembly module\n"),
      ("latch run --dir none program.wasm", "latch: cannot open the directory none: No such file or directory\n"),
      (#"printf '\0asm\15\0\1\0' > component; latch run component"#, "latch: component is a component; only modules can be run\n"),
    ] {
      let outcome = try with(command)
      #expect(outcome.code == 1, "\(command)")
      #expect(outcome.errors == message)
    }
  }

  /// All imports that are missing are named, and what the program seems to have been made for.
  @Test func whatIsMissingIsSaidAtOnce() throws {
    for (imports, message) in [
      (["a.one", "a.two"], "a.one, a.two\n"),
      (["env.one"], "env.one; a program for WASI imports from wasi_unstable or wasi_snapshot_preview1: are there functions that no object"),
      (
        ["wbg.__wbg_log", "env.abort"],
        "wbg.__wbg_log, env.abort; it was made for JavaScript by wasm-bindgen: build it for the target wasm32-wasip1\n"
      ),
      (["gojs.runtime.ticks"], "gojs.runtime.ticks; it was made for JavaScript by Go: build it with GOOS=wasip1\n"),
      (["env.emscripten_resize_heap"], "env.emscripten_resize_heap; it was made for JavaScript by Emscripten: link it with -sSTANDALONE_WASM\n"),
      (["wasi:io/streams@0.2.0.read"], "; it was made for WASI 0.2; latch run serves wasi_unstable and wasi_snapshot_preview1\n"),
      (["wasi_snapshot_preview1.thread_spawn"], "wasi_snapshot_preview1.thread_spawn; no such function is in this version of WASI\n"),
      (["a.\u{1B}[31m\u{202E}x\n"], "a.\\u{1b}[31m\\u{202e}x\\u{a}\n"),
    ] {
      let outcome = try with("latch run program.wasm") { writer in
        for name in imports {
          let dot = name.hasPrefix("wasi:") ? name.lastIndex(of: ".")! : name.firstIndex(of: ".")!
          _ = writer.importFunction(
            WasmName(String(name[..<dot])), WasmName(String(name[name.index(after: dot)...])), type: writer.addType(FuncType([], [])))
        }
      }
      #expect(outcome.code == 1)
      #expect(
        outcome.errors.hasPrefix("latch: program.wasm wants what latch run does not have: ") && outcome.errors.contains(message), "\(outcome.errors)")
    }
  }

  @Test func theProgramMayComeFromTheStandardInput() throws {
    #expect(try with("latch run --invoke sum - 40 2 < program.wasm").output == "42\n")
    #expect(try with("cat program.wasm | latch run --invoke half - 3").output == "1.5\n")
  }

  /// What is written for a result can be given as an argument, and gives the same bits.
  @Test(arguments: [
    "0.0", "-0.0", "1.5", "1e-45", "3.4028235e+38", "inf", "-inf", "nan", "-nan", "nan:0x1", "-nan:0x200000", "nan:0x7fffff",
  ])
  func resultsReadBack(_ text: String) throws {
    let outcome = try with("latch run --invoke same program.wasm \(text)") { writer in
      writer.addFunction("same", [.f32], [.f32]) { $0.localGet(0) }
    }
    #expect(outcome.output == text + "\n")
  }

  @Test(arguments: [
    ("0x1.8p3", "12.0"), ("+0x.8", "0.5"), ("-1E2", "-100.0"), ("nan:0x200000", "nan:0x200000"), ("0x1.fffffep127", "3.4028235e+38"),
  ])
  func floatsAreWrittenAsInTheTextFormat(_ text: String, _ result: String) throws {
    let outcome = try with("latch run --invoke same program.wasm \(text)") { writer in
      writer.addFunction("same", [.f32], [.f32]) { $0.localGet(0) }
    }
    #expect(outcome.output == result + "\n")
  }

  @Test(arguments: ["1e39", "0x1p128", "nan:0x0", "nan:0x800000", "infinity", "nan(1)", "1.5f", "", "--1", "0x"])
  func whatIsNoFloatIsWrongUsage(_ text: String) throws {
    let outcome = try with("latch run --invoke same program.wasm '\(text)'") { writer in
      writer.addFunction("same", [.f32], [.f32]) { $0.localGet(0) }
    }
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("f32 (for same)"), "\(outcome.errors)")
  }

  /// Many tables and memories count together, and take nothing beyond the limit.
  @Test func theLimitOfMemoryHoldsForAllTablesAndMemoriesTogether() throws {
    let tables = try with("latch run --max-memory 16 --invoke sum program.wasm 1 2") { writer in
      for _ in 0..<60 { _ = writer.addTable(TableType(.funcref, Limits(1_000_000))) }
    }
    #expect(tables.code == 1)
    #expect(tables.errors.contains("program.wasm: ") && tables.errors.contains("limit"), "\(tables.errors)")
    let memories = try with("latch run --max-memory 16 --invoke sum program.wasm 1 2") { writer in
      for _ in 0..<50 { _ = writer.addMemory(MemoryType(Limits(160))) }
    }
    #expect(memories.code == 1)
    #expect(memories.errors.contains("limit"), "\(memories.errors)")
  }

  @Test func aFullDiskIsAnErrorAlsoForHelp() throws {
    let outcome = try with("latch run --help > /dev/full")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
    let limited = try with("(ulimit -f 0; latch run --help > file) 2>&1 | cat")
    #expect(limited.output.contains("File too large"), "\(limited.output)")
  }

  @Test func trapsAreCode134() throws {
    let outcome = try with("latch run --invoke outer program.wasm")
    #expect(outcome.code == 134)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first == "latch: program.wasm: wasm trap: unreachable")
    #expect(lines.dropFirst().first?.hasPrefix("  in inner (wasm function 4) at offset 0x") == true)
    #expect(lines.last?.hasPrefix("  in outer (wasm function 5) at offset 0x") == true)
  }

  @Test func limitsOfMemoryAndTimeAreKept() throws {
    #expect(try with("latch run --max-memory 1 --invoke grow program.wasm 15").output == "1\n")
    #expect(try with("latch run --max-memory 1 --invoke grow program.wasm 16").output == "-1\n")
    let outcome = try with("latch run --time-limit 0.1 --invoke forever program.wasm")
    #expect(outcome.code == 124)
    #expect(outcome.errors == "latch: stopped: the time limit of 0.1 s is over\n")
  }

  @Test func theProgramSaysHowItEnds() throws {
    let hello = try with("latch run program.wasm --memory", RunTests.hello)
    #expect(hello.output == "hello\n" && hello.code == 0 && hello.errors == "")
    // EBADF and ENOSPC of WASI.
    #expect(try with("latch run program.wasm >&-", RunTests.hello).code == 8)
    #expect(try with("latch run program.wasm >/dev/full", RunTests.hello).code == 51)
    #expect(try with("latch run program.wasm", RunTests.command("sched_yield", [])).code == 0)
    // Arguments that begin like options are the program's: four with its name.
    let count = try with("latch run program.wasm --invoke -- -x") { writer in
      let sizes = writer.importFunction(
        "wasi_snapshot_preview1", "args_sizes_get", type: writer.addType(FuncType([.i32, .i32], [.i32])))
      let exit = writer.importFunction("wasi_snapshot_preview1", "proc_exit", type: writer.addType(FuncType([.i32], [])))
      writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
      writer.addFunction("_start") { body in
        body.i32Const(0)
        body.i32Const(4)
        body.call(sizes)
        body.drop()
        body.i32Const(0)
        body.load(.i32Load)
        body.call(exit)
      }
    }
    #expect(count.code == 4)
  }

  @Test func reactorsAreInitialized() throws {
    let outcome = try with("latch run --invoke get program.wasm; latch run program.wasm") { writer in
      let global = writer.addGlobal(GlobalType(.i32, mutable: true), .i32(1))
      writer.addFunction("_initialize") { body in
        body.i32Const(7)
        body.globalSet(global)
      }
      writer.addFunction("get", [], [.i32]) { $0.globalGet(global) }
    }
    #expect(outcome.output == "7\n")
    #expect(outcome.errors == "" && outcome.code == 0)
  }

  @Test func invokingNeverStartsACommand() throws {
    let outcome = try with("latch run --invoke t program.wasm") { writer in
      writer.addFunction("_initialize") { _ in }
      writer.addFunction("_start") { $0.unreachable() }
      writer.addFunction("t", [], [.i32]) { $0.i32Const(42) }
    }
    #expect(outcome.output == "42\n")
    #expect(outcome.errors == "" && outcome.code == 0)
  }

  @Test func aProgramWithoutAMemoryIsToldToExportIt() throws {
    let outcome = try with("latch run program.wasm") { writer in
      let type = writer.addType(FuncType([.i32, .i32], [.i32]))
      let random = writer.importFunction("wasi_snapshot_preview1", "random_get", type: type)
      writer.addFunction("_start") { body in
        body.i32Const(0)
        body.i32Const(8)
        body.call(random)
        body.drop()
      }
    }
    #expect(outcome.code == 1)
    #expect(outcome.errors.hasPrefix("latch: program.wasm: wasi_snapshot_preview1.random_get needs the program's memory"))
    #expect(outcome.errors.contains("(export \"memory\" (memory 0))"))
  }

  @Test func anExitCodeThatTheSystemCannotExpressIsNoSuccess() throws {
    let outcome = try with("latch run program.wasm") { writer in
      let exit = writer.importFunction("wasi_unstable", "proc_exit", type: writer.addType(FuncType([.i32], [])))
      writer.addFunction("_start") { body in
        body.i32Const(256)
        body.call(exit)
      }
    }
    #expect(outcome.code == 255)
    #expect(outcome.errors.hasPrefix("latch: program.wasm: exit code 256"))
  }

  @Test func theTimeLimitCoversOpeningTheProgram() throws {
    let outcome = try with("mkfifo pipe; latch run --time-limit 0.3 pipe")
    #expect(outcome.code == 124)
    #expect(outcome.errors == "latch: stopped: the time limit of 0.3 s is over\n")
  }
}
