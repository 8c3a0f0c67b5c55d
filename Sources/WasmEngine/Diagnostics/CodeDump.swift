// Machine code as hexadecimal lines on standard error, for DebugOptions.dumpCode. A disassembler takes them from there.

import WasmFormat

enum CodeDump {
  static func write(function index: Int, name: WasmName?, address: UInt, code: UnsafeRawBufferPointer) {
    var text = "function \(index)"
    if let name { text += " <\(name)>" }
    text += ": \(code.count) bytes at 0x\(String(address, radix: 16))\n"
    for (position, byte) in code.enumerated() {
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
      text += position % 32 == 31 || position == code.count - 1 ? "\n" : " "
    }
    StandardError.print(text)
  }
}
