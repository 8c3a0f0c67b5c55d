// Ports: of memory natively; of files and the standard streams on a host in memory, which gives its bytes in small pieces.
import GuestABI
import XCTest

@testable import SchemeCore

/// A host with files that are arrays of bytes.
enum MemoryHost {
  nonisolated(unsafe) static var files: [String: [UInt8]] = [:]
  nonisolated(unsafe) static var input: [UInt8] = []
  nonisolated(unsafe) static var output: [Int32: String] = [:]
  nonisolated(unsafe) static var open: [Int32: (name: String, at: Int)] = [:]
  /// How many bytes `read` gives at most.
  nonisolated(unsafe) static var pieceSize = 7
  /// What writing to a file returns.
  nonisolated(unsafe) static var writeFailure: Int32 = 0

  static func text(_ address: Address, _ count: Int32) -> String {
    String(decoding: UnsafeRawBufferPointer(start: pointer(address), count: Int(count)), as: UTF8.self)
  }

  static func install() {
    (files, input, output, open, pieceSize, writeFailure) = ([:], [], [:], [:], 7, 0)
    hostWrite = { address, count, stream in
      guard let file = MemoryHost.open[stream] else {
        MemoryHost.output[stream, default: ""] += MemoryHost.text(address, count)
        return 0
      }
      if MemoryHost.writeFailure != 0 { return MemoryHost.writeFailure }
      MemoryHost.files[file.name]! += UnsafeRawBufferPointer(start: pointer(address), count: Int(count))
      return 0
    }
    hostOpen = { address, count, mode in
      let name = MemoryHost.text(address, count)
      if mode == OpenMode.read && MemoryHost.files[name] == nil { return -HostError.noSuchFile.rawValue }
      if mode == OpenMode.write || MemoryHost.files[name] == nil {
        MemoryHost.files[name] = MemoryHost.files[name].map { mode == OpenMode.write ? [] : $0 } ?? []
      }
      let stream = (MemoryHost.open.keys.max() ?? 2) + 1
      MemoryHost.open[stream] = (name, 0)
      return stream
    }
    hostRead = { stream, address, capacity in
      let bytes: ArraySlice<UInt8>
      if stream == 0 {
        bytes = MemoryHost.input.prefix(min(Int(capacity), MemoryHost.pieceSize))
        MemoryHost.input.removeFirst(bytes.count)
      } else {
        guard let file = MemoryHost.open[stream] else { return -HostError.other.rawValue }
        bytes = MemoryHost.files[file.name]![file.at...].prefix(min(Int(capacity), MemoryHost.pieceSize))
        MemoryHost.open[stream]!.at += bytes.count
      }
      for (index, byte) in bytes.enumerated() { store8(address &+ UInt32(index), byte) }
      return Int32(bytes.count)
    }
    hostClose = { stream in MemoryHost.open.removeValue(forKey: stream) == nil ? HostError.other.rawValue : 0 }
    hostExists = { address, count in MemoryHost.files[MemoryHost.text(address, count)] == nil ? 0 : 1 }
    hostDelete = { address, count in
      MemoryHost.files.removeValue(forKey: MemoryHost.text(address, count)) == nil ? HostError.noSuchFile.rawValue : 0
    }
    hostEnvironment = { name, count, room, capacity in
      let name = MemoryHost.text(name, count)
      let all = ["HOME": "/home/λ", "EMPTY": ""]
      guard let value = name.isEmpty ? "HOME=/home/λ\0EMPTY=\0" : all[name] else { return -1 }
      if value.utf8.count <= Int(capacity) {
        for (index, byte) in value.utf8.enumerated() { store8(room &+ UInt32(index), byte) }
      }
      return Int32(value.utf8.count)
    }
  }

  static func remove() {
    hostWrite = { _, _, _ in 0 }
    hostOpen = { _, _, _ in -HostError.notPermitted.rawValue }
    hostRead = { _, _, _ in 0 }
    hostClose = { _ in 0 }
    hostExists = { _, _ in 0 }
    hostDelete = { _, _ in HostError.notPermitted.rawValue }
    hostEnvironment = { _, _, _, _ in -1 }
  }
}

final class PortTests: XCTestCase {
  private func check(_ cases: [(String, String)], file: StaticString = #filePath, line: UInt = #line) {
    for (text, expected) in cases {
      XCTAssertEqual(NativeSession.evaluate(text), expected, text, file: file, line: line)
    }
  }

  private func withHost(_ body: () -> Void) {
    MemoryHost.install()
    body()
    _ = NativeSession.exclusively { PortOutput.flush() }
    MemoryHost.remove()
  }

  func testStringPortsReadAndWriteText() {
    check([
      (
        "(define p (open-input-string \"aλ😀\")) (list (peek-char p) (read-char p) (read-char p) (read-char p) (eof-object? (read-char p)))",
        "(#\\a #\\a #\\λ #\\😀 #t)"
      ),
      (
        "(define p (open-input-string \"one\\ntwo\\r\\nthree\\rfour\")) (list (read-line p) (read-line p) (read-line p) (read-line p) (read-line p))",
        "(\"one\" \"two\" \"three\" \"four\" #<eof>)"
      ),
      (
        "(define p (open-input-string \"héllo\")) (list (read-string 0 p) (read-string 2 p) (read-string 9 p) (eof-object? (read-string 1 p)))",
        "(\"\" \"hé\" \"llo\" #t)"
      ),
      (
        "(define p (open-output-string)) (write 'a p) (write-char #\\λ p) (write-string \"xyz\" p 1 2) (newline p) (display \"q\" p) (write \"q\" p) (get-output-string p)",
        "\"aλy\\nq\\\"q\\\"\""
      ),
      (
        "(define p (open-output-string)) (let loop ((i 0)) (if (< i 100000) (begin (write-char #\\x p) (loop (+ i 1))))) (string-length (get-output-string p))",
        "100000"
      ),
      (
        "(define p (open-input-string \"(1 . 2) #;x foo|bar| \\\"s\\\" 12\")) (list (read p) (read p) (read p) (read p) (read p))",
        "((1 . 2) foobar \"s\" 12 #<eof>)"
      ),
      ("(define p (open-input-string \"#!fold-case ABC\")) (read p)", "abc"),
      ("(define p (open-input-string \"ABC #!fold-case DEF\")) (list (read p) (read p))", "(ABC def)"),
      (
        "(let ((p (open-input-string \"x\"))) (list (input-port? p) (output-port? p) (textual-port? p) (binary-port? p) (port? p) (input-port-open? p) (char-ready? p)))",
        "(#t #f #t #f #t #t #t)"
      ),
      ("(let ((p (open-input-string \"x\"))) (close-port p) (close-port p) (input-port-open? p))", "#f"),
    ])
    XCTAssert(
      NativeSession.evaluate("(let ((p (open-input-string \"x\"))) (close-input-port p) (read-char p))").hasPrefix(
        "error: read-char: the port is closed"))
    XCTAssert(
      NativeSession.evaluate("(read-u8 (open-input-string \"x\"))").hasPrefix("error: read-u8: argument 1 must be a binary input port, but is #<"))
    XCTAssert(NativeSession.evaluate("(read (open-input-string \"  (a\\n  b))\\n )\"))").hasPrefix("(a b)"))
    XCTAssert(
      NativeSession.evaluate("(define p (open-input-string \"1\\n  (a \\\"b\")) (read p) (read p)").hasPrefix(
        "error: read: this string is not closed, at line 2, column 6"))
  }

  func testBytevectorPortsReadAndWriteBytes() {
    check([
      (
        "(define p (open-input-bytevector (bytevector 1 2 3 4 5))) (list (peek-u8 p) (read-u8 p) (u8-ready? p) (read-bytevector 2 p) (read-bytevector 9 p) (read-u8 p))",
        "(1 1 #t #u8(2 3) #u8(4 5) #<eof>)"
      ),
      (
        "(define p (open-input-bytevector (bytevector 1 2 3))) (define b (make-bytevector 5 0)) (list (read-bytevector! b p 1 3) b (read-bytevector! b p) b (read-bytevector! b p))",
        "(2 #u8(3 1 2 0 0) 1 #u8(3 1 2 0 0) #<eof>)"
      ),
      ("(define p (open-output-bytevector)) (write-u8 7 p) (write-bytevector (bytevector 1 2 3) p 1) (get-output-bytevector p)", "#u8(7 2 3)"),
      ("(eof-object? (read-bytevector 3 (open-input-bytevector (bytevector))))", "#t"),
      ("(read-bytevector 0 (open-input-bytevector (bytevector)))", "#u8()"),
    ])
    XCTAssert(
      NativeSession.evaluate("(write-char #\\a (open-output-bytevector))").hasPrefix("error: write-char: argument 2 must be a textual output port"))
    XCTAssert(
      NativeSession.evaluate("(get-output-string (open-output-bytevector))").hasPrefix(
        "error: get-output-string: argument 1 must be an output string port"))
  }

  func testFilesAreWrittenReadAndDeleted() {
    withHost {
      check([
        (
          "(define p (open-output-file \"a.txt\")) (write '(1 \"λ\") p) (newline p) (display \"second line\" p) (close-port p) (file-exists? \"a.txt\")",
          "#t"
        ),
        (
          "(define p (open-input-file \"a.txt\")) (list (read p) (read-char p) (read-line p) (eof-object? (read-line p)))",
          "((1 \"λ\") #\\newline \"second line\" #t)"
        ),
        (
          "(define p (open-append-file \"a.txt\")) (display \"+\" p) (close-output-port p) (define p (open-input-file \"a.txt\")) (read-line p) (read-line p)",
          "\"second line+\""
        ),
        (
          "(define p (open-binary-output-file \"b\")) (write-u8 200 p) (write-bytevector (make-bytevector 20000 7) p) (close-port p) (define p (open-binary-input-file \"b\")) (list (read-u8 p) (bytevector-length (read-bytevector 100000 p)))",
          "(200 20000)"
        ),
        ("(call-with-output-file \"c\" (lambda (p) (write 'x p) 5))", "5"), ("(call-with-input-file \"c\" read)", "x"),
        ("(call-with-output-string (lambda (p) (write \"s\" p)))", "\"\\\"s\\\"\""),
        ("(with-output-to-string (lambda () (display \"in\") (write #\\a)))", "\"in#\\\\a\""),
        ("(with-input-from-string \"(1) x\" (lambda () (read) (read)))", "x"),
        ("(with-output-to-file \"d\" (lambda () (display \"file\")))", "#<unspecified>"), ("(with-input-from-file \"d\" read-line)", "\"file\""),
        (
          "(let ((p (open-output-string))) (call/cc (lambda (k) (parameterize ((current-output-port p)) (display 1) (k 0)))) (display \"\") (get-output-string p))",
          "\"1\""
        ),
        ("(delete-file \"b\") (file-exists? \"b\")", "#f"),
        ("(get-environment-variable \"HOME\")", "\"/home/λ\""), ("(get-environment-variable \"NO\")", "#f"),
        ("(get-environment-variables)", "((\"HOME\" . \"/home/λ\") (\"EMPTY\" . \"\"))"),
      ])
      XCTAssert(NativeSession.evaluate("(open-input-file \"nope\")").hasPrefix("error: open-input-file: no such file: \"nope\""))
      XCTAssert(NativeSession.evaluate("(delete-file \"nope\")").hasPrefix("error: delete-file: no such file: \"nope\""))
      MemoryHost.files["bad.scm"] = [UInt8]("fine\n(1 2\n #\\nonsense )".utf8)
      XCTAssert(
        NativeSession.evaluate("(define p (open-input-file \"bad.scm\")) (read p) (read p)").hasPrefix(
          "error: read: unknown character name, at bad.scm:3:2"))
      MemoryHost.writeFailure = HostError.noSpace.rawValue
      XCTAssert(
        NativeSession.evaluate("(define p (open-output-file \"full\")) (display \"x\" p) (close-port p)").hasPrefix(
          "error: close-port: no space left on the device: \"full\""))
    }
  }

  /// Whatever the pieces in which the bytes come, the data are the same.
  func testDataAreTheSameInPiecesOfAnySize() {
    let text = "#u8(1 2) \"a\\\n  b\\x3bb;λ\" |x y| #\\space #\\x41 'q `(a ,b ,@c) #;(no) 12.5e3 #| c |# -7/3 #t abcdef"
    let expected = "(#u8(1 2) \"abλλ\" |x y| #\\space #\\A 'q `(a ,b ,@c) 12500.0 -7/3 #t abcdef)"
    for size in 1...12 {
      withHost {
        MemoryHost.files["data"] = [UInt8](text.utf8)
        MemoryHost.pieceSize = size
        check([
          (
            "(define p (open-input-file \"data\")) (let loop ((l '())) (let ((x (read p))) (if (eof-object? x) (reverse l) (loop (cons x l)))))",
            expected
          )
        ])
        MemoryHost.files["text"] = [UInt8]("a😀b\u{80}λ\r\nnext".utf8) + [0xF0, 0x9F]
        check([
          (
            "(define p (open-input-file \"text\")) (list (read-char p) (peek-char p) (read-char p) (read-line p) (read-line p))",
            "(#\\a #\\😀 #\\😀 \"b\u{80}λ\" \"next\u{FFFD}\u{FFFD}\")"
          )
        ])
      }
    }
  }

  func testStandardStreamsAreTheHosts() {
    withHost {
      MemoryHost.input = [UInt8]("(a b)\nline λ\nx".utf8)
      check([
        (
          "(display \"prompt> \") (list (read) (read-char) (read-line) (read-char) (eof-object? (peek-char)))",
          "((a b) #\\newline \"line λ\" #\\x #t)"
        )
      ])
      XCTAssertEqual(MemoryHost.output[1], "prompt> ")
      check([
        (
          "(display \"out\") (display \"err\" (current-error-port)) (close-port (current-output-port)) (display \"!\") (flush-output-port)",
          "#<unspecified>"
        )
      ])
      XCTAssertEqual(MemoryHost.output[1], "prompt> out!")
      XCTAssertEqual(MemoryHost.output[2], "err")
    }
  }
}
