// The same calls in Guile, whose compiler makes machine code, too: for comparison, where it is installed.

enum Guile {
  /// Nanoseconds of each of some calls of an expression, after a definition that is compiled as at Guile's top level; nil if Guile cannot be run.
  static func times(of definition: String, _ expression: String, calls: Int) -> [Double]? {
    let program = """
      (use-modules (system base compile))
      (define (compiled form) (compile form #:env (current-module)))
      (compiled '\(definition))
      (define call (compiled '(lambda () \(expression))))
      (do ((left \(calls) (- left 1)))
          ((= left 0))
        (let ((start (get-internal-real-time)))
          (call)
          (display (quotient (* 1000000000 (- (get-internal-real-time) start)) internal-time-units-per-second))
          (newline)))
      """
    guard let output = System.output(of: ["guile", "--no-auto-compile", "-s"], onFile: Array(program.utf8)) else { return nil }
    let times = output.split(separator: "\n").compactMap { Double($0) }
    return times.count == calls ? times : nil
  }
}
