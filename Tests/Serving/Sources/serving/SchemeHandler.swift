// What a request becomes: a Scheme session that begins where the program's has ended, runs one call, and is gone. Nothing that a request does is seen by another one;
// one that never ends, or takes all memory, ends alone.

import NIOHTTP1
import SchemeHost

struct Response: Sendable {
  var status: HTTPResponseStatus
  var body: [UInt8]

  init(_ status: HTTPResponseStatus, _ text: String) {
    self.status = status
    body = Array(text.utf8)
  }
}

final class SchemeHandler: Sendable {
  private let template: SchemeTemplate
  private let timeLimit: Duration
  private let heapMegabytes: Int

  /// - Parameter program: defines `(handle method path)`, which writes the response.
  init(program: String, name: String, timeLimit: Duration, heapMegabytes: Int) throws {
    template = try SchemeTemplate(program: program, name: name)
    self.timeLimit = timeLimit
    self.heapMegabytes = heapMegabytes
  }

  /// Blocks while the program runs.
  func respond(_ method: String, _ path: String) -> Response {
    let output = Output()
    var options = SchemeOptions()
    options.heapLimit = heapMegabytes
    options.input = .empty
    options.output = OutputSink { _, bytes throws(OutputError) in output.bytes.append(contentsOf: bytes) }
    do {
      let session = try template.makeSession(options)
      let result = try session.withTimeLimit(timeLimit) {
        try session.evaluate("(handle \(literal(method)) \(literal(path)))", name: "request")
      }
      switch result {
      case .value:
        try session.flush()
        var response = Response(.ok, "")
        response.body = output.bytes
        return response
      case .error(let message): return Response(.internalServerError, message + "\n")
      case .interrupted, .stopped: return Response(.gatewayTimeout, "the handler took longer than \(timeLimit)\n")
      case .incomplete: return Response(.internalServerError, "the request is no datum\n")
      }
    } catch let lost as SessionLost where lost.wasInterrupted {
      return Response(.gatewayTimeout, "the handler took longer than \(timeLimit)\n")
    } catch {
      return Response(.internalServerError, "\(error)\n")
    }
  }

  private final class Output { var bytes: [UInt8] = [] }

  /// The text as a Scheme string.
  private func literal(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case " "..."~": result.unicodeScalars.append(scalar)
      default: result += "\\x\(String(scalar.value, radix: 16));"
      }
    }
    return result + "\""
  }
}
