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
  let object: any DirectoryObject

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    file = try OpenFile(from: &decoder).file
    guard let object = file.object.directory else { throw .notDirectory }
    self.object = object
  }
}

/// An open socket. Only the host has those.
struct OpenSocket: GuestArgument {
  static var parts: [ArgumentPart] { [.number32] }
  let file: Descriptor
  let object: HostFile

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    file = try OpenFile(from: &decoder).file
    guard file.type == .streamSocket || file.type == .datagramSocket, let object = file.object as? HostFile else { throw .notSocket }
    self.object = object
  }
}
