// What a module says about which of its functions matter: the section `metadata.code.compilation_priority` of the compilation hints proposal. For each
// function a list of hints, of which there is one: byte offset 0 (the function itself), the size of what follows, the compilation priority and, if the
// size leaves room for it, the optimization priority. A hint changes nothing but time; what is wrong with one is no error of the module.

/// What a module says about a function.
public struct CompilationPriority: Equatable, Sendable {
  public var function: UInt32
  /// The lower, the sooner it should be compiled.
  public var compilation: UInt32
  /// The lower, the hotter; `runsOnce`: not at all; nil: nothing is said about that.
  public var optimization: UInt32?

  public static var runsOnce: UInt32 { 127 }
  static var sectionName: WasmName { "metadata.code.compilation_priority" }

  public init(function: UInt32, compilation: UInt32, optimization: UInt32? = nil) {
    self.function = function
    self.compilation = compilation
    self.optimization = optimization
  }
}

extension ModuleWriter {
  /// Says how much a function matters. Call it in ascending order of indices.
  public mutating func addPriority(_ priority: CompilationPriority) {
    var values = ByteWriter()
    values.unsigned(priority.compilation)
    if let optimization = priority.optimization { values.unsigned(optimization) }
    prioritySection.content.unsigned(priority.function)
    // One hint, for the function itself.
    prioritySection.content.unsigned(1 as UInt32)
    prioritySection.content.unsigned(0 as UInt32)
    prioritySection.content.sized(values)
    prioritySection.count += 1
  }
}
