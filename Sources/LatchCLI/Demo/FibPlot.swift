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
    var tick = lowest
    while tick <= highest {
      let height = y(tick)
      text += "<line x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"var(--line)\"/>"
      text += label(Self.left - 8, height, "end", Self.name(tick))
      tick *= 10
    }
    let link = x(Double(first) - 0.5)
    text += "<line x1=\"\(link)\" x2=\"\(link)\" y1=\"\(Self.top)\" y2=\"\(Self.height - Self.bottom)\" stroke=\"var(--faint)\" stroke-dasharray=\"4 4\"/>"
    text += "<text x=\"\(link)\" y=\"14\" text-anchor=\"middle\" fill=\"var(--faint)\">linked</text>\n"
    if let guile = measurement.guile {
      let height = y(FibMeasurement.mean(guile))
      text +=
        "<line x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"var(--c2)\" stroke-width=\"2\" stroke-dasharray=\"8 4\"/>"
      text += "<text x=\"\(Self.left + 6)\" y=\"\(height)\" dy=\"-5\" fill=\"var(--c2)\">Guile, mean</text>\n"
    }
    text += series(measurement.interpreted, from: 0, "var(--c0)") + series(measurement.compiled, from: first, "var(--c1)")
    text += "<text x=\"\(x(Double(first) / 2 - 0.5))\" y=\"\(Self.height - 28)\" text-anchor=\"middle\" fill=\"var(--c0)\">interpreted</text>"
    text += "<text x=\"\(x(Double(first) * 1.5 - 0.5))\" y=\"\(Self.height - 28)\" text-anchor=\"middle\" fill=\"var(--c1)\">compiled</text>"
    text += "<text x=\"\(Self.width / 2)\" y=\"\(Self.height - 8)\" text-anchor=\"middle\" fill=\"var(--faint)\">calls, one after the other</text>\n"
    return text + "</svg>"
  }

  private func label(_ x: Double, _ y: String, _ anchor: String, _ text: String) -> String {
    "<text x=\"\(x)\" y=\"\(y)\" dy=\"4\" text-anchor=\"\(anchor)\" fill=\"var(--faint)\">\(text)</text>\n"
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
