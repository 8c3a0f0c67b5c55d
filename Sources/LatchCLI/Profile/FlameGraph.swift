// A call tree as a picture: a bar for each procedure under what called it, as wide as its share, callees above callers. One SVG file that needs nothing else; a bar's
// title says what it is.

struct FlameGraph {
  private let tree: CallTree
  private let title: String
  private let unit: String
  private static let width = 1200.0
  private static let rowHeight = 18
  /// Narrower bars are left out.
  private static let narrowest = 0.3

  /// `unit`: what the tree's weights count.
  init(_ tree: CallTree, title: String, unit: String) {
    self.tree = tree
    self.title = title
    self.unit = unit
  }

  var svg: String {
    var depth = 0
    for node in tree.nodes { depth = max(depth, node.row.depth) }
    let top = 60
    let height = top + (depth + 1) * Self.rowHeight + 10
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(height)" width="\(Int(Self.width))" height="\(height)" \
      font-family="sans-serif" font-size="12">
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="10" y="22" font-size="16">\(Markup.escaped(title))</text>
      <text x="10" y="42" fill="#555555">each bar a procedure, below it its caller; orange: compiled, blue: interpreted, green: of the library</text>

      """
    let total = tree.total
    guard total > 0 else { return text + "</svg>\n" }
    let scale = Self.width / Double(total)
    bar(x: 0, level: 0, weight: total, name: "all", detail: "", fill: "#dddddd", total, height, &text)
    var x = 0.0
    for root in ordered(tree.roots) {
      draw(root, x, 1, scale, total, height, &text)
      x += Double(tree.nodes[root].total) * scale
    }
    return text + "</svg>\n"
  }

  private func ordered(_ children: [Int]) -> [Int] { children.sorted { (tree.nodes[$0].row.name, $0) < (tree.nodes[$1].row.name, $1) } }

  private func draw(_ index: Int, _ start: Double, _ level: Int, _ scale: Double, _ total: UInt64, _ height: Int, _ text: inout String) {
    let node = tree.nodes[index]
    if Double(node.total) * scale < Self.narrowest { return }
    let fill = node.row.place.isEmpty ? "#9bd19b" : node.row.isCompiled ? "#f5a962" : "#8fb8e8"
    bar(x: start, level: level, weight: node.total, name: node.row.name, detail: node.row.place, fill: fill, total, height, &text)
    var x = start
    for child in ordered(node.children) {
      draw(child, x, level + 1, scale, total, height, &text)
      x += Double(tree.nodes[child].total) * scale
    }
  }

  private func bar(
    x: Double, level: Int, weight: UInt64, name: String, detail: String, fill: String, _ total: UInt64, _ height: Int, _ text: inout String
  ) {
    let width = Self.width * Double(weight) / Double(total)
    let y = height - 10 - (level + 1) * Self.rowHeight
    let share = Format.fixed(100 * Double(weight) / Double(total), 1)
    let place = detail.isEmpty ? "" : " at \(detail)"
    text += "<g><title>\(Markup.escaped(name + place)): \(weight) \(unit), \(share) %</title>"
    text +=
      "<rect x=\"\(Format.fixed(x, 1))\" y=\"\(y)\" width=\"\(Format.fixed(width, 1))\" height=\"\(Self.rowHeight - 1)\" fill=\"\(fill)\" rx=\"2\"/>"
    let letters = Int(width / 7) - 1
    if letters >= 3 {
      let label = Format.cut(name, to: letters)
      text += "<text x=\"\(Format.fixed(x + 3, 1))\" y=\"\(y + 13)\">\(Markup.escaped(label))</text>"
    }
    text += "</g>\n"
  }
}
