import RuntimeLayout
extension X64Emitter {
  mutating func catches(_ clauses: UnsafePointer<CatchClause>, count: Int) {}
  mutating func throwTag(_ tag: Int) {}
  mutating func throwReference() {}
}
