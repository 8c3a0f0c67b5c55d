// A client for the server's test of itself: one connection, requests one after the other.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

struct ClientError: Error, CustomStringConvertible {
  let description: String
}

struct Client: ~Copyable {
  private let descriptor: Int32
  private var buffer: [UInt8] = []

  init(port: Int) throws {
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var one: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard result == 0 else { throw ClientError(description: "cannot connect to port \(port)") }
  }

  deinit { close(descriptor) }

  /// The status and the body.
  mutating func get(_ path: String) throws -> (status: Int, body: String) {
    let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
    guard send(descriptor, request, request.count, 0) == request.count else { throw ClientError(description: "cannot write") }
    var end: Int?
    while end == nil {
      end = buffer.indices.dropLast(3).first { buffer[$0] == 13 && buffer[$0 + 1] == 10 && buffer[$0 + 2] == 13 && buffer[$0 + 3] == 10 }
      if end == nil { try read() }
    }
    let head = String(decoding: buffer[..<end!], as: UTF8.self).lowercased()
    let lines = head.split(separator: "\r\n")
    let length = lines.first { $0.hasPrefix("content-length:") }.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
    let start = end! + 4
    while buffer.count < start + length { try read() }
    let body = String(decoding: buffer[start..<start + length], as: UTF8.self)
    buffer.removeFirst(start + length)
    return (Int(lines[0].split(separator: " ")[1]) ?? 0, body)
  }

  private mutating func read() throws {
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { throw ClientError(description: "the server closed the connection") }
    buffer += chunk[..<count]
  }
}
