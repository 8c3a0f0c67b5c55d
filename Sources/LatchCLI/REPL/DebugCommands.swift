// The REPL's commands for debug levels: what an error, an interruption or a break point has left (SchemeSession+Debugging.swift).

import SchemeHost

extension REPLCommand {
  /// How many calls are shown unless all are asked for.
  private static let shownFirst = 20
  private static let shownLast = 3

  static func backtrace(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard try hasLevel(state) else { return .failed }
    let isWhole = argument == "all"
    if !isWhole && !argument.isEmpty { return complain(":bt takes all, or nothing") }
    let (first, total) = try state.session.debugFrames(from: 0, count: isWhole ? Int(Int32.max) : shownFirst)
    var text = ""
    for frame in first { text += summary(of: frame, state) }
    if !isWhole && total > shownFirst {
      let left = total - shownFirst - shownLast
      if left > 0 { text += "  ... \(Format.plural(left, "more call")) ...\n" }
      for frame in try state.session.debugFrames(from: max(shownFirst, total - shownLast), count: shownLast).frames {
        text += summary(of: frame, state)
      }
    }
    if total == 0 { text = "no calls of your own are left\n" }
    try Terminal.write(text)
    return .done
  }

  static func frame(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard try hasLevel(state) else { return .failed }
    let number = argument.isEmpty ? state.selectedFrame : Int(argument)
    guard let number, number >= 0, try state.session.selectFrame(number) else {
      let total = try state.session.debugFrames(from: 0, count: 0).total
      return complain(total == 0 ? "no calls of your own are left" : ":frame takes a number from 0 to \(total - 1)")
    }
    state.selectedFrame = number
    guard let frame = try state.session.debugFrames(from: number, count: 1).frames.first else { return .failed }
    let width = System.width(of: System.standardOutput)
    let (source, caret) = ErrorReport.cut(
      "    " + frame.sourceLine, String(repeating: " ", count: 3 + frame.column) + "^", width: width)
    var text = head(of: frame) + "\n\(source)\n\(Style.green(caret, on: System.standardOutput))\n"
    for variable in frame.variables { text += line(of: variable, indentation: 2, width) }
    try Terminal.write(text)
    return .done
  }

  static func goOn(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard try hasLevel(state) else { return .failed }
    let evaluation = try Interrupts.within(state.timeLimit) {
      try state.session.continueProgram(with: argument.isEmpty ? nil : argument) { try Results.write($0, named: true) }
    }
    let isWell = try Results.show(evaluation, of: state.session, named: true)
    let level = try state.session.debugLevels
    if level < state.debugLevel { state.noteLeftLevel() }
    if !isWell && level == state.debugLevel {
      // The program has come to another stop, or could not go on.
      _ = try state.session.selectFrame(0)
      state.selectedFrame = 0
    }
    return isWell ? .done : .failed
  }

  static func abort(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard try hasLevel(state) else { return .failed }
    if argument != "all" && !argument.isEmpty { return complain(":abort takes all, or nothing") }
    var outcome = Outcome.done
    for _ in 0..<(argument.isEmpty ? 1 : state.debugLevel) {
      let evaluation = try Interrupts.within(state.timeLimit) { try state.session.abortDebugLevel() }
      if try !Results.show(evaluation, of: state.session) { outcome = .failed }
    }
    return outcome
  }

  static func breakAt(_ argument: String, _ state: REPLState) throws -> Outcome {
    guard state.isInteractive else { return complain("break points need a dialogue on a terminal") }
    let names = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    if names.isEmpty {
      try Terminal.write(state.breakPoints.isEmpty ? "there are no break points\n" : state.breakPoints.joined(separator: " ") + "\n")
    }
    var outcome = Outcome.done
    for name in names {
      do {
        try state.session.setBreakPoint(name)
        if !state.breakPoints.contains(name) { state.breakPoints.append(name) }
      } catch let error as GuestError {
        outcome = complain("\(error)")
      }
    }
    return outcome
  }

  static func unbreak(_ argument: String, _ state: REPLState) throws -> Outcome {
    let names = argument.split(whereSeparator: \.isWhitespace).map(String.init)
    for name in names where !state.breakPoints.contains(name) { return complain("\(name) has no break point") }
    for name in names.isEmpty ? state.breakPoints : names {
      // What has been defined anew has none.
      do { try state.session.setBreakPoint(name, isOn: false) } catch is GuestError {}
      state.breakPoints.removeAll { $0 == name }
    }
    return .done
  }

  // MARK: Layout

  private static func hasLevel(_ state: REPLState) throws -> Bool {
    if state.isInteractive, try state.session.debugLevels > 0 { return true }
    Terminal.complain(
      state.isInteractive ? "there is no debug level: nothing stands still\n" : "there are debug levels in a dialogue on a terminal only\n")
    return false
  }

  private static func complain(_ text: String) -> Outcome {
    Terminal.complain(text + "\n")
    return .failed
  }

  private static func head(of frame: DebugFrame) -> String {
    Style.bold("\(frame.number)", on: System.standardOutput) + "  \(frame.procedure) at \(frame.place)"
  }

  /// A call's line of `:bt`, marked if it is selected, and its variables.
  private static func summary(of frame: DebugFrame, _ state: REPLState) -> String {
    var text = (frame.number == state.selectedFrame ? "* " : "  ") + head(of: frame) + "\n"
    let width = System.width(of: System.standardOutput)
    for variable in frame.variables { text += line(of: variable, indentation: 7, width) }
    return text
  }

  /// `name = value`, in one line.
  private static func line(of variable: DebugFrame.Variable, indentation: Int, _ width: Int?) -> String {
    let text = String(repeating: " ", count: indentation) + "\(variable.name) = \(variable.value ?? "(not kept)")"
    guard let width, text.count >= max(width, 20) else { return text + "\n" }
    return text.prefix(max(width, 20) - 4) + "...\n"
  }
}
