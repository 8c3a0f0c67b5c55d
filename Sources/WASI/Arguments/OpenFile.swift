// Arguments that name open files. What does not fit a call is an error before anything else is looked at.

/// A descriptor that is open.
struct OpenFile: GuestArgument {
  static var parts: [ArgumentPart] { [.number32] }
  let number: GuestDescriptor
  let file: Descriptor

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    number = decoder.number32()
    guard let file = decoder.call.process.descriptors[number] else { throw .badDescriptor }
    self.file = file
  }
}

/// An open directory, where a path begins.
struct OpenDirectory: GuestArgument {
  static var parts: [ArgumentPart] { [.number32] }
  let file: Descriptor

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    file = try OpenFile(from: &decoder).file
    guard file.type == .directory else { throw .notDirectory }
  }
}

/// An open socket.
struct OpenSocket: GuestArgument {
  static var parts: [ArgumentPart] { [.number32] }
  let file: Descriptor

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    file = try OpenFile(from: &decoder).file
    guard file.type == .streamSocket || file.type == .datagramSocket else { throw .notSocket }
  }
}
