// Makes a saved module of the guest, for the baseline of this machine's instruction set and the settings of an engine that is told nothing else; the same code linked, to run where
// it lies (SavedModules' LinkedCode); and a list of where the guest has
// pointers to functions, which are indices in its table and look like any other number: what differs in the same guest, linked with its table's entries so much further up.
//
// The list is for SchemeHost's FunctionPointers: words of 32 bits, the number of addresses, the addresses in memory of pointers in the data; the number of the rest,
// pairs of a function that has a pointer in its
// code, by its index, and the pointer.
//
// usage: save-guest GUEST.wasm MOVED-GUEST.wasm DISTANCE SAVED-GUEST LINKED-CODE POINTERS
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
    let arguments = CommandLine.arguments
    guard arguments.count == 7, let distance = UInt32(arguments[3]) else {
      fail("usage: save-guest GUEST.wasm MOVED-GUEST.wasm DISTANCE SAVED-GUEST LINKED-CODE POINTERS")
    }
    let settings = SavedModuleSettings(processor: [], features: .standard, strategy: .guarded, isDeterministic: false)
    let guest = read(arguments[1])
    let moved = read(arguments[2])
    do {
      let output = try guest.withUnsafeBytes { try compileForSaving($0, settings) }
      write(output.bytes, to: arguments[4])
      let linked = try output.bytes.withUnsafeBytes { try linkSavedModule(SavedModule($0, isTrusted: true)) }
      if linked.isEmpty { print("note: \(output.refusedFunctions) functions of the guest have no code; its code is copied when it is called") }
      write(linked, to: arguments[5])
      try guest.withUnsafeBytes { guest in
        try moved.withUnsafeBytes { moved in
          var pointers = PointerFinder(guest, try ModuleReader.read(guest), moved, try ModuleReader.read(moved), distance)
          write(pointers.list(), to: arguments[6])
        }
      }
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

/// Compares two modules that differ in the places of their table's entries.
private struct PointerFinder {
  let guest: UnsafeRawBufferPointer
  let declarations: ModuleDeclarations
  let moved: UnsafeRawBufferPointer
  let movedDeclarations: ModuleDeclarations
  let distance: UInt32

  init(
    _ guest: UnsafeRawBufferPointer, _ declarations: ModuleDeclarations, _ moved: UnsafeRawBufferPointer, _ movedDeclarations: ModuleDeclarations,
    _ distance: UInt32
  ) {
    self.guest = guest
    self.declarations = declarations
    self.moved = moved
    self.movedDeclarations = movedDeclarations
    self.distance = distance
    precondition(
      declarations.bodies.count == movedDeclarations.bodies.count && declarations.data.count == movedDeclarations.data.count, "the guests differ")
  }

  mutating func list() -> [UInt8] {
    let addresses = addresses()
    let pairs = pairs()
    var bytes: [UInt8] = []
    for word in [UInt32(addresses.count)] + addresses + [UInt32(pairs.count / 2)] + pairs {
      for shift in 0..<4 as Range<UInt32> { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
    }
    return bytes
  }

  /// Where pointers are in memory.
  private func addresses() -> [UInt32] {
    var addresses: [UInt32] = []
    for (segment, other) in zip(declarations.data, movedDeclarations.data) {
      guard case .active(_, let offset) = segment.mode, let start = offset.integerConstant, segment.bytes.count == other.bytes.count else {
        preconditionFailure("the guest has other data than is known")
      }
      for at in stride(from: Int(-start & 3), to: segment.bytes.count - 3, by: 4) {
        let here = guest.loadUnaligned(fromByteOffset: segment.bytes.lowerBound + at, as: UInt32.self)
        let there = moved.loadUnaligned(fromByteOffset: other.bytes.lowerBound + at, as: UInt32.self)
        if here == there { continue }
        precondition(there == here + distance, "the guests differ in their data")
        addresses.append(UInt32(start) + UInt32(at))
      }
    }
    return addresses
  }

  /// Functions with pointers in their code, each followed by the pointer.
  private func pairs() -> [UInt32] {
    var pairs: [UInt32] = []
    for (number, (body, other)) in zip(declarations.bodies, movedDeclarations.bodies).enumerated() {
      var a = TrustedCursor(guest.baseAddress!.assumingMemoryBound(to: UInt8.self) + body.lowerBound)
      var b = TrustedCursor(moved.baseAddress!.assumingMemoryBound(to: UInt8.self) + other.lowerBound)
      let end = guest.baseAddress!.assumingMemoryBound(to: UInt8.self) + body.upperBound
      a.skipLocals()
      b.skipLocals()
      while a.pc < end {
        let row = a.row(OpcodeTable.rows)
        precondition(row.pointee.opcode == b.row(OpcodeTable.rows).pointee.opcode, "the guests differ in their code")
        if row.pointee.opcode == .i32Const {
          let here = UInt32(truncatingIfNeeded: a.signed(bits: 32))
          let there = UInt32(truncatingIfNeeded: b.signed(bits: 32))
          if here == there { continue }
          precondition(there == here &+ distance, "the guests differ in their constants")
          pairs += [UInt32(declarations.importedFunctionCount + number), here]
        } else {
          a.skip(row.pointee.immediates)
          b.skip(row.pointee.immediates)
        }
      }
    }
    return pairs
  }
}
