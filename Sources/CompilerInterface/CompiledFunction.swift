// What a compiler hands to the linker: position-independent code and the places that depend on where things are.

import RuntimeLayout

/// A direct call of, or jump to, a function of the same module.
public struct CallSite: Sendable {
  /// Where in the code: what the instruction set's `CodeLinkage` takes.
  public var offset: UInt32
  /// The callee's index in the function index space; never an imported function.
  public var callee: UInt32
  /// A jump (tail call) rather than a call.
  public var isTail: Bool

  @inline(__always)
  public init(offset: UInt32, callee: UInt32, isTail: Bool) {
    self.offset = offset
    self.callee = callee
    self.isTail = isTail
  }
}

/// Four bytes of the code that have a type's canonical number, which is another one in each process.
public struct TypeSite {
  public var offset: UInt32
  /// The type's index in the module.
  public var type: UInt32

  @inline(__always)
  public init(offset: UInt32, type: UInt32) {
    self.offset = offset
    self.type = type
  }
}

/// A part of the code that is no instructions: a table of jumps, constants.
public struct CodeData {
  public var start: UInt32
  public var end: UInt32
  /// Bytes of an element.
  public var width: UInt32

  @inline(__always)
  public init(start: UInt32, end: UInt32, width: UInt32) {
    self.start = start
    self.end = end
    self.width = width
  }
}

/// Trap sites in few bytes (SitePacking), and how many there are.
public typealias PackedSites = (bytes: UnsafeRawBufferPointer, count: Int)

/// One function's code, in the memory of its compiler.
public struct CompiledFunction {
  public let code: UnsafeRawBufferPointer
  public let callSites: UnsafeBufferPointer<CallSite>
  /// Sorted by code offset.
  public let trapSites: UnsafeBufferPointer<TrapSite>
  /// In place of `trapSites`, of code that has been saved; they stay while the module does.
  public let packedSites: PackedSites?
  /// See RuntimeLayout.HandlerTable; empty if nothing is caught.
  public let handlers: UnsafeBufferPointer<UInt32>
  /// In the order of the code; for whoever shows it.
  public let data: UnsafeBufferPointer<CodeData>
  /// Only of code that is going to be saved (ModuleInformation.isSaved).
  public let typeSites: UnsafeBufferPointer<TypeSite>
  public let frameSize: Int
  /// What a call of it may change, for calls that are known to reach this code (KnownClobbers).
  public let clobbers: UInt64

  public init(
    code: UnsafeRawBufferPointer, callSites: UnsafeBufferPointer<CallSite>, trapSites: UnsafeBufferPointer<TrapSite>,
    packedSites: PackedSites? = nil, handlers: UnsafeBufferPointer<UInt32>, data: UnsafeBufferPointer<CodeData>,
    typeSites: UnsafeBufferPointer<TypeSite> = UnsafeBufferPointer(start: nil, count: 0), frameSize: Int, clobbers: UInt64 = KnownClobbers.unknown
  ) {
    self.code = code
    self.callSites = callSites
    self.trapSites = trapSites
    self.packedSites = packedSites
    self.handlers = handlers
    self.data = data
    self.typeSites = typeSites
    self.frameSize = frameSize
    self.clobbers = clobbers
  }
}
