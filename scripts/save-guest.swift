// Makes a saved module of the guest, for the baseline of this machine's instruction set and the settings of an engine that is told nothing else.
//
// usage: save-guest GUEST.wasm OUTPUT
import RuntimeLayout
import SavedModules
import WasmFormat

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

@main
enum SaveGuest {
  static func main() {
    guard CommandLine.arguments.count == 3 else { fail("usage: save-guest GUEST.wasm OUTPUT") }
    let settings = SavedModuleSettings(processor: [], features: .standard, strategy: .guarded, isDeterministic: false)
    let guest = read(CommandLine.arguments[1])
    do {
      let output = try guest.withUnsafeBytes { try compileForSaving($0, settings) }
      write(output.bytes, to: CommandLine.arguments[2])
    } catch {
      fail("\(error)")
    }
  }

  private static func fail(_ message: String) -> Never {
    print("error: \(message)")
    exit(1)
  }

  private static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { fail("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes.append(contentsOf: buffer[..<count])
    }
    if ferror(file) != 0 { fail("cannot read \(path)") }
    return bytes
  }

  private static func write(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "wb") else { fail("cannot write \(path)") }
    let count = fwrite(bytes, 1, bytes.count, file)
    if fclose(file) != 0 || count != bytes.count { fail("cannot write \(path)") }
  }
}
