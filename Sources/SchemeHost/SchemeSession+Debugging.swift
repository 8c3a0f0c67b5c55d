// Debug levels of a session: what errors, interruptions and break points leave, to be looked at and gone on with.

import GuestABI
import WasmEngine

/// A frame of a program that stands still.
///
/// ```swift
/// try session.setDebugging(true)
/// _ = try session.evaluate("(define (half n) (/ n 'two)) (half 6)", name: "example")
/// for frame in try session.debugFrames(from: 0, count: 10).frames {
///   print(frame.procedure, frame.place, frame.variables.map { "\($0.name) = \($0.value ?? "?")" })
/// }
/// ```
public struct DebugFrame: Equatable, Sendable {
  /// A variable that is in scope.
  public struct Variable: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// What it holds, as `write` shows it; nil where compiled code has not kept it.
    public let value: String?
  }

  /// 0 for the innermost frame.
  public let number: Int
  /// The procedure's name, or what stands for one.
  public let procedure: String
  /// `file:line:column`.
  public let place: String
  /// The line of the place.
  public let sourceLine: String
  /// The column of the place in the line, from 1.
  public let column: Int
  /// What is in scope, the outermost first.
  public internal(set) var variables: [Variable]
}

/// The guest's exports for debugging.
private struct DebugFunctions {
  let instance: Instance

  func callAsFunction(_ name: String) throws -> Function {
    guard let function = instance.function(WasmName(name)) else { throw GuestError("the guest has no export \(name)") }
    return function
  }
}

extension SchemeSession {
  private var debugFunctions: DebugFunctions { DebugFunctions(instance: instance) }

  /// From now on an evaluation that ends with an error, an interruption or at a break point leaves a debug level, and code that is made keeps the names of its variables.
  /// Before the first evaluation.
  public func setDebugging(_ isOn: Bool) throws { try debugFunctions(GuestExport.setDebugging)(Int32(isOn ? 1 : 0)) }

  /// How many debug levels there are.
  public var debugLevels: Int {
    get throws {
      let count: Int32 = try debugFunctions(GuestExport.debugLevels)()
      return Int(count)
    }
  }

  /// Some frames of the newest debug level, the innermost first, without those of the library; and how many there are.
  public func debugFrames(from first: Int, count: Int) throws -> (frames: [DebugFrame], total: Int) {
    let function = try debugFunctions(GuestExport.debugFrames)
    let total = try running { try function(Int32(clamping: first), Int32(clamping: count), as: Int32.self) } ?? 0
    var frames: [DebugFrame] = []
    for line in try outputText().split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if fields.count == 6, fields[0] == "F", let number = Int(fields[1]), let column = Int(fields[5]) {
        frames.append(DebugFrame(number: number, procedure: fields[2], place: fields[3], sourceLine: fields[4], column: column, variables: []))
      } else if fields.count >= 3, fields[0] == "V", !frames.isEmpty {
        let value = fields[2...].joined(separator: "\t")
        frames[frames.count - 1].variables.append(DebugFrame.Variable(name: fields[1], value: value.isEmpty ? nil : value))
      }
    }
    return (frames, Int(total))
  }

  /// Has expressions be evaluated in a frame of the newest debug level (`EvaluationOptions.inFrame`); false if there is none of that number.
  public func selectFrame(_ number: Int) throws -> Bool {
    let isThere: Int32 = try debugFunctions(GuestExport.selectFrame)(Int32(clamping: number))
    return isThere != 0
  }

  /// Leaves the newest debug level and lets its program go on, as if the expression that failed had the value of `expression`, which is evaluated in the selected frame.
  /// nil: after a break point or an interruption. `show` gets results as it does in the evaluation that left the level. Throws what `evaluate` and `show` throw.
  public func continueProgram(with expression: String?, show: (String) throws -> Void) throws -> Evaluation {
    let function = try debugFunctions(GuestExport.continueProgram)
    let length = try putInput(expression ?? "")
    return try finishEvaluation(running { try function(length, as: Int32.self) }, show: show)
  }

  /// Leaves the newest debug level and gives its program up, after the `after` procedures of each `dynamic-wind` that it is in.
  public func abortDebugLevel() throws -> Evaluation {
    let function = try debugFunctions(GuestExport.abortLevel)
    return try evaluation(running { try function(as: Int32.self) })
  }

  /// Has calls of a procedure stop before anything else is done in them, or no longer. Throws `GuestError` if that cannot be.
  public func setBreakPoint(_ name: String, isOn: Bool = true) throws {
    let length = try putInput(name)
    let isDone: Int32 = try debugFunctions(GuestExport.setBreakPoint)(length, Int32(isOn ? 1 : 0))
    if isDone == 0 { throw GuestError("\(name) \(try outputText())") }
  }
}
