// Machine code as text: what the system's objdump says, or hexadecimal bytes where there is none.

enum Disassembler {
  #if arch(arm64)
    private static let machine = ["-m", "aarch64"]
  #else
    private static let machine = ["-m", "i386:x86-64", "-M", "intel"]
  #endif

  static func text(of code: [UInt8], at address: UInt) -> String {
    let arguments =
      ["objdump", "-D", "-b", "binary"] + machine + ["--no-show-raw-insn", "--adjust-vma=0x" + String(address, radix: 16)]
    if let output = System.output(of: arguments, onFile: code) {
      // The lines of instructions; what precedes them describes the file.
      let lines = output.split(separator: "\n").filter { $0.first == " " && $0.contains(":\t") }
      if !lines.isEmpty { return lines.joined(separator: "\n") + "\n" }
    }
    return hexadecimal(code, address)
  }

  private static func hexadecimal(_ code: [UInt8], _ address: UInt) -> String {
    var text = ""
    for start in stride(from: 0, to: code.count, by: 16) {
      text += "  " + String(address + UInt(start), radix: 16) + ":"
      for byte in code[start..<min(start + 16, code.count)] { text += (byte < 16 ? " 0" : " ") + String(byte, radix: 16) }
      text += "\n"
    }
    return text
  }
}
