// Where a program spends its time, by sampling: the host asks again and again at even intervals, and the next poll notes which procedure is
// running. So a sample belongs to the procedure that is entered, or whose loop begins an iteration, right after the moment that was asked for.
import GuestABI

public enum Profile {
  private struct Row {
    let function: Func
    var samples: Int
  }

  nonisolated(unsafe) private static var rows: [Row] = []

  public static func clear() { rows = [] }

  @inline(never)
  static func note(_ function: Func) {
    // Between top-level forms nothing runs.
    if function.address == 0 { return }
    var index = 0
    while index < rows.count && rows[index].function.address != function.address { index += 1 }
    if index == rows.count { rows.append(Row(function: function, samples: 0)) }
    rows[index].samples += 1
    // The hottest are found first.
    if index > 0 && rows[index].samples > rows[index - 1].samples { rows.swapAt(index, index - 1) }
  }

  /// The procedures that were met, most often met first, with their samples; `visit` gets an unnamed function for code that is gone by now.
  public static func forEach(_ visit: (Func?, Int) -> Void) {
    rows.sort { $0.samples > $1.samples }
    for row in rows { visit(exists(row.function) ? row.function : nil, row.samples) }
  }

  static func exists(_ function: Func) -> Bool {
    var other = Func.newest
    while other.address != 0 {
      if other.address == function.address { return true }
      other = other.previous
    }
    return false
  }
}
