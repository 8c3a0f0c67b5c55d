// A plot of each call's time, which falls when the code is linked. The scale of times is logarithmic: a step by a factor is as high wherever it is.

struct FibPlot {
  private let measurement: FibMeasurement
  /// The scale: powers of ten around all times, in nanoseconds.
  private let lowest, highest: Double
  private let calls: Int

  private static let (width, height) = (720.0, 300.0)
  private static let (left, right, top, bottom) = (70.0, 20.0, 20.0, 50.0)

  init(_ measurement: FibMeasurement) {
    self.measurement = measurement
    calls = measurement.interpreted.count + measurement.compiled.count
    let times = measurement.interpreted + measurement.compiled + (measurement.guile.map { [FibMeasurement.mean($0)] } ?? [])
    lowest = Self.power(below: times.min() ?? 1)
    highest = Self.power(below: times.max() ?? 1) * 10
  }

  /// The largest power of ten that is no larger.
  private static func power(below time: Double) -> Double {
    var power = 1.0
    while power * 10 <= time { power *= 10 }
    return power
  }

  private func decades(_ time: Double) -> Double { System.logarithm(time / lowest) }

  private func y(_ time: Double) -> String {
    let span = decades(highest)
    return Format.fixed(Self.top + (Self.height - Self.top - Self.bottom) * (1 - decades(max(time, lowest)) / span), 1)
  }

  /// Of a call, counted from 0.
  private func x(_ call: Double) -> String {
    Format.fixed(Self.left + (Self.width - Self.left - Self.right) * (call + 0.5) / Double(calls), 1)
  }

  var svg: String {
    let first = measurement.interpreted.count
    var text = """
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="Time of each call: it falls \(Format.fixed(measurement.speedup, 1)) \
      times when the code is linked">

      """
    let (left, right, top, bottom) = ("\(Self.left)", "\(Self.width - Self.right)", "\(Self.top)", "\(Self.height - Self.bottom)")
    var tick = lowest
    while tick <= highest {
      text += Self.line((left, y(tick)), (right, y(tick)), "var(--line)")
      text += Self.label("\(Self.left - 8)", y(tick), "end", "var(--faint)", Self.name(tick), below: 4)
      tick *= 10
    }
    let link = x(Double(first) - 0.5)
    text += Self.line((link, top), (link, bottom), "var(--faint)", "stroke-dasharray=\"4 4\"")
    text += Self.label(link, "14", "middle", "var(--faint)", "linked")
    if let guile = measurement.guile {
      let height = y(FibMeasurement.mean(guile))
      text += Self.line((left, height), (right, height), "var(--c2)", "stroke-width=\"2\" stroke-dasharray=\"8 4\"")
      text += Self.label("\(Self.left + 6)", height, "start", "var(--c2)", "Guile, mean", below: -5)
    }
    text += series(measurement.interpreted, from: 0, "var(--c0)") + series(measurement.compiled, from: first, "var(--c1)")
    text += Self.label(x(Double(first) / 2 - 0.5), "\(Self.height - 28)", "middle", "var(--c0)", "interpreted")
    text += Self.label(x(Double(first) * 1.5 - 0.5), "\(Self.height - 28)", "middle", "var(--c1)", "compiled")
    text += Self.label("\(Self.width / 2)", "\(Self.height - 8)", "middle", "var(--faint)", "calls, one after the other")
    return text + "</svg>"
  }

  private static func line(_ from: (x: String, y: String), _ to: (x: String, y: String), _ color: String, _ style: String = "") -> String {
    "<line x1=\"\(from.x)\" y1=\"\(from.y)\" x2=\"\(to.x)\" y2=\"\(to.y)\" stroke=\"\(color)\" \(style)/>\n"
  }

  private static func label(_ x: String, _ y: String, _ anchor: String, _ color: String, _ text: String, below: Int = 0) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" dy=\"\(below)\" text-anchor=\"\(anchor)\" fill=\"\(color)\">\(text)</text>\n"
  }

  /// A power of ten.
  private static func name(_ nanoseconds: Double) -> String {
    switch nanoseconds {
    case ..<1e3: "\(Int(nanoseconds)) ns"
    case ..<1e6: "\(Int(nanoseconds / 1e3)) µs"
    case ..<1e9: "\(Int(nanoseconds / 1e6)) ms"
    default: "\(Int(nanoseconds / 1e9)) s"
    }
  }

  private func series(_ times: [Double], from first: Int, _ color: String) -> String {
    let points = times.enumerated().map { "\(x(Double(first + $0))),\(y($1))" }
    var text = "<polyline fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" points=\"\(points.joined(separator: " "))\"/>"
    // So many dots would be a band.
    guard times.count <= 100 else { return text + "\n" }
    for (number, time) in times.enumerated() {
      text += "<circle cx=\"\(x(Double(first + number)))\" cy=\"\(y(time))\" r=\"4\" fill=\"\(color)\">"
      text += "<title>\(Format.duration(nanoseconds: time))</title></circle>"
    }
    return text + "\n"
  }
}
