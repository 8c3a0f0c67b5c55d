// The registers of an instruction set as the allocator and the calling convention know them: which ones may be allocated, and which one has which
// role (RuntimeLayout/CallingConvention.swift lists the roles).

protocol RegisterFile {
  /// All registers that may be allocated, and those among them that calls leave alone.
  static var allocatable: RegisterSet { get }
  static var preserved: RegisterSet { get }
  /// The preserved ones in the order of the convention; the last one is the result area's.
  static func preserved(_ ordinal: Int) -> PhysicalRegister
  static var preservedCount: Int { get }

  static func integerArgument(_ number: Int) -> PhysicalRegister
  static func floatArgument(_ number: Int) -> PhysicalRegister
  /// Where the first result is.
  static var integerResult: PhysicalRegister { get }
  static var floatResult: PhysicalRegister { get }

  /// Writes down for the allocator what it may use, and in which order of preference.
  static func describe(_ function: UnsafeMutablePointer<MachineFunction>)
}

extension RegisterFile {
  /// The address of the area for further results, at the function's start and at calls.
  @inline(__always) static var resultArea: PhysicalRegister { preserved(preservedCount - 1) }
  @inline(__always) static func result(_ registerClass: RegisterClass) -> PhysicalRegister {
    registerClass == .float ? floatResult : integerResult
  }
}
