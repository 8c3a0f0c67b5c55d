// What a program may reach: the current directory and what is beneath it, other directories by option, nothing in the sandbox.

import Foundation
import Testing

@Suite struct FileAccessTests {
  /// A folder with `inside/`, where the command runs, and `outside/`, which links lead to.
  private func inFolder(_ command: String, input: String = "") throws -> Outcome {
    let folder = try Place.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    return try shell(
      """
      cd '\(folder.path)'; mkdir -p inside/sub outside; echo '(secret)' > outside/data; echo '(data 1)' > inside/data; cp inside/data inside/sub/data
      ln -s ../outside inside/link; ln -s ../outside/data inside/file-link; ln -s sub/data inside/good-link; ln -s "$PWD/inside/data" inside/absolute-link
      cd inside; \(command)
      """, input: input)
  }

  private func read(_ path: String) -> String { "(write (call-with-input-file \"\(path)\" read))" }

  @Test(arguments: ["data", "./sub/../data", "sub/data", "good-link", "absolute-link", "sub/../../inside/data"])
  func filesBeneathTheCurrentDirectoryCanBeRead(_ path: String) throws {
    let outcome = try inFolder("latch -e '\(read(path))'")
    #expect(outcome.output == "(data 1)")
    #expect(outcome.errors == "")
  }

  @Test(arguments: ["../outside/data", "/etc/passwd", "link/data", "file-link", "sub/../../outside/data"])
  func nothingElseCanBeRead(_ path: String) throws {
    let outcome = try inFolder("latch -e '\(read(path))'")
    #expect(outcome.code == 1)
    #expect(outcome.errors.hasPrefix("error: open-input-file: the program may not reach this file: \"\(path)\"\n"))
    #expect(try inFolder("latch -e '(file-exists? \"\(path)\")'").output == "#f\n")
  }

  @Test func nothingElseCanBeWrittenOrDeleted() throws {
    let outcome = try inFolder(
      """
      latch -e '(open-output-file "../outside/new")'; latch -e '(open-output-file "link/new")'; latch -e '(delete-file "../outside/data")'; ls ../outside
      """)
    #expect(outcome.output == "data\n")
  }

  /// What the system does, too. Links that lead out are in the program's folder, and what they lead to is not touched.
  @Test func ofALinkTheLinkIsDeleted() throws {
    let outcome = try inFolder(
      "for each in good-link file-link link absolute-link; do latch -e \"(delete-file \\\"$each\\\")\"; done; ls . sub; ls ../outside")
    #expect(outcome.output == ".:\ndata\nsub\n\nsub:\ndata\ndata\n", "\(outcome.errors)")
  }

  @Test(arguments: ["(open-input-file \"data/\")", "(open-output-file \"new/\")", "(delete-file \"data/\")", "(open-input-file \"data/.\")"])
  func aPathWithASlashAtItsEndLeadsToNoFile(_ form: String) throws {
    let outcome = try inFolder("latch -e '\(form)'; ls")
    #expect(outcome.output == "absolute-link\ndata\nfile-link\ngood-link\nlink\nsub\n")
    #expect(outcome.errors.contains(form.contains("new") ? "no such file" : "not a directory"), "\(outcome.errors)")
    #expect(try inFolder("latch -e '(map file-exists? (list \"sub/\" \"data/\"))'").output == "(#t #f)\n")
  }

  @Test func writingIsWrittenOut() throws {
    let outcome = try inFolder(
      """
      latch -e '(define p (open-output-file "new"))' -e '(write (quote (1 2)) p)'; cat new
      latch -e '(call-with-output-file "sub/new" (lambda (p) (display "λ" p)))'; cat sub/new; latch -e '(delete-file "new")' -e '(file-exists? "new")'
      latch -e '(define p (open-output-file "exit"))' -e '(display "left" p)' -e '(exit 3)'; cat exit
      """)
    #expect(outcome.output == "(1 2)λ#f\nleft")
  }

  @Test func anOptionAddsDirectories() throws {
    #expect(try inFolder("latch --dir ../outside -e '\(read("../outside/data"))'").output == "(secret)")
    #expect(try inFolder("latch --dir ../outside -e '\(read("link/data"))'").output == "")
    #expect(try inFolder("latch --sandbox --dir sub -e '\(read("sub/data"))'").output == "(data 1)")
  }

  @Test func theSandboxHasNeitherFilesNorVariables() throws {
    let outcome = try inFolder("HOME=x latch --sandbox -e '(get-environment-variable \"HOME\")' -e '\(read("data"))'")
    #expect(outcome.output == "#f\n")
    #expect(outcome.errors.hasPrefix("error: open-input-file: the program may not reach this file: \"data\"\n"))
    #expect(try inFolder("HOME=x latch -e '(get-environment-variable \"HOME\")'").output == "\"x\"\n")
  }

  @Test func filesBesideTheProgramCanBeRead() throws {
    let outcome = try inFolder(
      """
      echo '\(read("../outside/data"))' > ../outside/p.scm; latch ../outside/p.scm
      echo '(open-output-file "../outside/data")' > ../outside/p.scm; latch ../outside/p.scm
      """)
    #expect(outcome.output == "(secret)")
    #expect(outcome.errors.contains("the program may not reach this file: \"../outside/data\""))
  }

  @Test func aProgramReadsTheStandardInput() throws {
    let outcome = try inFolder(
      "echo '(display (read)) (write (read-line)) (write (read-line)) (write (eof-object? (read-char)))' > p.scm; latch p.scm",
      input: "(a\n b) rest\nlast")
    #expect(outcome.output == "(a b)\" rest\"\"last\"#t")
  }

  @Test func aProgramInTheREPLReadsTheLinesAfterItsOwn() throws {
    let outcome = try inFolder("latch", input: "(define x (read-line))\nthe text\nx\n(list (read) (read-char))\n(a\n b)\n(eof-object? (read))\n")
    #expect(outcome.output == "\"the text\"\n((a b) #\\newline)\n#t\n")
  }

  @Test func theTimeLimitEndsWaitingForInput() throws {
    // A pipe that is open for writing, and into which nobody writes.
    let outcome = try inFolder("mkfifo pipe; exec 3<>pipe; latch --time-limit 0.3 -e '(read-line)' <&3; echo $?")
    #expect(outcome.output == "124\n")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "there is no /dev/full"))
  func aFullDiskIsAnError() throws {
    let outcome = try inFolder("latch --dir /dev -e '(define p (open-output-file \"/dev/full\"))' -e '(display \"x\" p)'")
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("no space left on the device: \"/dev/full\""))
    let output = try inFolder("latch -e '(display \"x\")' > /dev/full")
    #expect(output.code == 1)
    #expect(output.errors.contains("No space left on device"))
  }
}
