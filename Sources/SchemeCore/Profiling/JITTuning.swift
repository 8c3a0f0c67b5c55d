// The numbers by which the runtime decides what is compiled, when, and when code that presumed something wrong is made anew. All of them are here.

public enum JITTuning {
  // MARK: When

  /// Interpreted calls before a procedure is compiled, in auto mode.
  public static let hotCalls: UInt32 = 100
  /// Calls from which on a procedure comes along when another one is compiled.
  public static let warmCalls: UInt32 = hotCalls / 16
  /// Interpreted iterations of a loop before the rest of it is compiled.
  public static let hotIterations: UInt32 = 500
  /// Frame records with which the interpreter goes on after a call before that is compiled, and so many other calls of the procedure that come along.
  public static let hotResumptions: UInt16 = 100
  public static let maximumResumptions = 16
  /// Procedures of more nodes have their frames resumed in the interpreter: each call would have the rest of the body compiled.
  public static let resumedNodes = 400
  /// Steps of the schoolbook methods of long arithmetic, about a millisecond of them, before their loops are generated.
  public static let hotLimbSteps = 250_000

  // MARK: What

  /// How many procedures one module takes at most in auto mode.
  public static let maximumBatch = 256
  /// The same where everything is compiled, to be written to a file: calls within a module are direct.
  public static let maximumFrozenBatch = 4096
  /// Frames of more variables do not pay and would strain engines' limits on locals.
  public static let maximumVariables = 1000
  /// Bodies of more IR nodes take longer to compile than they gain.
  public static let maximumNodes = 20_000

  /// Procedures of so many IR nodes are inlined where they are called, as long as no more than so many nodes come together in one function.
  public static let inlinedNodes = 40
  public static let maximumInlinedNodes = 600
  /// Procedures of so many nodes that call themselves have that inlined once, with a frame. (Larger ones take longer to compile than programs of 50 ms gain.)
  public static let framedNodes = 16
  /// Short paths of a procedure that end with a value stand before its call, up to so many nodes, where one in so many calls takes one of them; a path is among them
  /// that one in so many calls takes.
  public static let earlyExitNodes = 24
  public static let earlyExitShare: UInt32 = 4
  public static let earlyExitPathShare: UInt32 = 16
  /// Procedures inlined into each other.
  public static let inliningDepth = 4
  /// Times that an inlined procedure, at one call, met what it was not made for, before it is called there.
  public static let inliningFailures: UInt8 = 6
  /// Nodes that are looked at to find out whether a continuation is used after its call.
  public static let followedNodes = 3000
  /// Elements of a list that are searched in place.
  public static let searchedElements: Int32 = 100_000
  /// Places of a hash table's index that are looked at in place.
  public static let tableProbes: Int32 = 8
  /// Lists and vectors of so many given elements are made in place.
  public static let maximumInlineElements = 16
  /// Lists of so many elements are taken apart in place for `apply`.
  public static let appliedElements = 3
  /// Procedures with a rest parameter have entries of their own for lists of so many elements.
  public static let maximumDirectRest = 3

  // MARK: How long

  /// Wrong presumptions of a procedure's code before it is generated anew, and how often that happens: then it presumes nothing.
  public static let failuresUntilRegeneration: UInt8 = 3
  public static let maximumRegenerations: UInt8 = 4
  /// New functions in the table that make a sweep of linked modules due, at least.
  public static let functionsUntilSweep = 256
  /// Batches that are not compiled after one for which the host had no room: at first, and at most.
  public static let leastPatience = 64
  public static let mostPatience = 1024
}
