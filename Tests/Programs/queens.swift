// Embedded Swift: the queens' problem with generics, closures, arrays, classes and enumerations; how many solutions, and the first boards.

@_extern(c, "putchar") @discardableResult func putchar(_ character: Int32) -> Int32

func write(_ text: StaticString) { for index in 0..<text.utf8CodeUnitCount { putchar(Int32(text.utf8Start[index])) } }

func write<Number: FixedWidthInteger>(_ number: Number) {
  if number < 0 { putchar(45) }
  var rest = number.magnitude
  var digits: [Int32] = []
  repeat {
    digits.append(48 + Int32(rest % 10))
    rest /= 10
  } while rest > 0
  for digit in digits.reversed() { putchar(digit) }
}

enum Square { case free, queen, attacked }

final class Board {
  let size: Int
  var queens: [Int] = []
  init(_ size: Int) { self.size = size }

  func square(_ row: Int, _ column: Int) -> Square {
    if row < queens.count && queens[row] == column { return .queen }
    for (other, place) in queens.enumerated() where place == column || abs(place - column) == abs(other - row) { return .attacked }
    return .free
  }

  func solve(_ found: (Board) -> Void) {
    if queens.count == size { return found(self) }
    for column in 0..<size where square(queens.count, column) == .free {
      queens.append(column)
      solve(found)
      queens.removeLast()
    }
  }

  func show() {
    for row in 0..<size {
      for column in 0..<size {
        switch square(row, column) {
        case .queen: write("Q")
        case .free: write("o")
        case .attacked: write(".")
        }
      }
      write("\n")
    }
    write("\n")
  }
}

protocol Shape { var area: Int64 { get } }
struct Box: Shape { let width, height: Int64; var area: Int64 { width * height } }
struct Line: Shape { var area: Int64 { 0 } }

func total<S: Shape>(_ shapes: [S]) -> Int64 { shapes.reduce(0) { $0 &+ $1.area } }

@_cdecl("swift_main") public func swiftMain(_ size: Int32) -> Int32 {
  let board = Board(Int(size))
  var count = 0
  board.solve { solution in
    count += 1
    if count <= 2 { solution.show() }
  }
  write(count)
  write(" solutions\n")
  write(total((1...20).map { Box(width: Int64($0) << 30, height: -Int64($0)) }))
  write(" ")
  write(total([Line(), Line()]))
  write(" ")
  write(UInt64.max)
  write(" ")
  write(Int64.min)
  write("\n")
  var sorted = (0..<1000).map { ($0 &* 7919) % 1009 }
  sorted.sort { $0 > $1 }
  write(sorted[0] &* 1_000_000 &+ sorted[500] &* 1000 &+ sorted[999])
  write("\n")
  return Int32(count % 256)
}
