// The experiment's report: one HTML file that needs nothing else, for light and dark screens, narrow and wide ones.

struct FibReport {
  private let measurement: FibMeasurement

  init(_ measurement: FibMeasurement) { self.measurement = measurement }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>(fib \(measurement.n)): interpreted, then compiled</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>(fib \(measurement.n)) = \(Markup.escaped(measurement.result))</h1>
    <p>The same call, interpreted; then the interpreter has generated a module for the procedure, which was linked into the running instance;
    then again: <strong>\(Format.fixed(measurement.speedup, 1)) times</strong> as fast.</p>
    <h2>One call</h2>
    \(bars)
    <h2>Each call</h2>
    \(FibPlot(measurement).svg)
    <h2>Each step</h2>
    \(table)
    <h2>The code</h2>
    <div class="code">
    \(code("Source", FibProgram.text))
    \(code("WebAssembly", measurement.text))
    \(code("Machine code", measurement.machineCode))
    </div>
    </body>
    </html>

    """
  }

  private var bars: String {
    let longest = measurement.bars.map(\.time).max() ?? 1
    let rows = measurement.bars.enumerated().map { number, bar in
      """
      <div class="name">\(bar.name)</div><div class="track"><div class="bar c\(number)" \
      style="width: \(Format.fixed(max(0.2, 100 * bar.time / longest), 2))%"></div></div>\
      <div class="time">\(Format.duration(nanoseconds: bar.time))</div>
      """
    }
    return "<div class=\"bars\">\n" + rows.joined(separator: "\n") + "\n</div>"
  }

  private var table: String {
    let rows = measurement.steps.map { step in
      "<tr><th scope=\"row\">\(step.name)</th><td class=\"time\">\(Format.duration(nanoseconds: step.time))</td><td>\(step.note)</td></tr>"
    }
    return "<table>\n" + rows.joined(separator: "\n") + "\n</table>"
  }

  private func code(_ title: String, _ text: String) -> String {
    "<section><h3>\(title)</h3><pre tabindex=\"0\">\(Markup.escaped(text))</pre></section>"
  }

  private static let style = """
    :root { color-scheme: light dark; --back: #ffffff; --text: #1b1b1b; --faint: #6a6a6a; --line: #d4d4d4; --c0: #4a7fc1; --c1: #d9822b; --c2: #5b9a5b; }
    @media (prefers-color-scheme: dark) {
      :root { --back: #16181c; --text: #e6e6e6; --faint: #9a9a9a; --line: #3a3d44; --c0: #7aa9e6; --c1: #f0a860; --c2: #8cc98c; }
    }
    body { background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
    h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 0 0 .3rem; }
    .bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: .4rem .8rem; align-items: center; }
    .bar { height: 1.4rem; border-radius: 3px; } .c0 { background: var(--c0); } .c1 { background: var(--c1); } .c2 { background: var(--c2); }
    .time { text-align: right; font-variant-numeric: tabular-nums; }
    table { border-collapse: collapse; } th, td { text-align: left; font-weight: normal; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line); }
    svg { width: 100%; height: auto; max-width: 60rem; font: 13px system-ui, sans-serif; }
    .code { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
    .code section { min-width: 0; }
    pre { border: 1px solid var(--line); border-radius: 3px; font-size: .8rem; line-height: 1.35; margin: 0; max-height: 40rem; overflow: auto;
      padding: .6rem; }
    """
}
