// What a procedure becomes, in columns beside each other: its source, the function that the guest has generated, the engine's instructions.

struct CodeColumns {
  private let columns: [(title: String, lines: [Substring])]
  private let widths: [Int]

  /// Columns would say too little on less.
  static var narrowest: Int { 120 }
  /// More rows would leave the screen.
  private static var mostRows: Int { 40 }
  private static let gap = "  "

  /// For a terminal so wide.
  init(_ measurement: FibMeasurement, width: Int) {
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    columns = [
      ("source", lines(FibProgram.text)), ("WebAssembly", lines(measurement.text)), ("machine code", lines(measurement.machineCode)),
    ]
    let source = columns[0].lines.map(\.count).max() ?? 0
    let rest = width - source - 2 * Self.gap.count - 1
    widths = [source, rest / 2, rest - rest / 2]
  }

  var text: String {
    let isCut = columns.contains { $0.lines.count > Self.mostRows }
    let rows = isCut ? Self.mostRows : columns.map(\.lines.count).max() ?? 0
    var text = row(columns.map(\.title)) + row(widths.map { String(repeating: "─", count: $0) })
    for number in 0..<rows { text += row(columns.map { number < $0.lines.count ? String($0.lines[number]) : "" }) }
    if isCut { text += "… " + rest(after: rows) + "; --html FILE writes all of it\n" }
    return text
  }

  private func rest(after rows: Int) -> String {
    columns.filter { $0.lines.count > rows }.map { "\(Format.plural($0.lines.count - rows, "line")) more of \($0.title)" }.joined(separator: ", ")
  }

  private func row(_ cells: [String]) -> String {
    var text = ""
    for (cell, width) in zip(cells, widths) {
      let cell = cell.replacing("\t", with: " ")
      if !text.isEmpty { text += Self.gap }
      text += Format.left(Format.cut(cell, to: width), width)
    }
    while text.last == " " { text.removeLast() }
    return text + "\n"
  }
}
