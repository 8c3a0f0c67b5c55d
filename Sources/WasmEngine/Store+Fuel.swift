// Fuel: a bound on what a program does that depends on the program alone, not on the machine, its load or the compilers. Two runs of the same calls with the
// same fuel end at the same place.

extension Store {
  /// How much fuel is left, with an engine whose configuration has `countsFuel`; 0 at first.
  ///
  /// Wasm code takes one unit at each call of a function that a module defines (tail calls too), and one at the start of each iteration of a loop, the first one included.
  /// When there is none left it traps with the reason `outOfFuel`. Operators on many bytes or elements, such as `memory.fill`, cost no more than others, and host
  /// functions cost nothing; a host function may take fuel, or add some, by setting this. What is taken is the same in both tiers, for every
  /// processor and memory strategy.
  ///
  /// A trap takes all that is left, whatever its reason: how much was in a register then is not known. An exception takes none.
  ///
  /// ```swift
  /// var configuration = EngineConfiguration()
  /// configuration.countsFuel = true
  /// let store = Store(Engine(configuration))
  /// store.fuel = 1_000_000
  /// try instance.function("run")!()
  /// print("took", 1_000_000 - store.fuel)
  /// ```
  ///
  /// Without `countsFuel`, code takes none.
  public var fuel: UInt64 {
    get { fuelCell.pointee }
    set { fuelCell.pointee = newValue }
  }
}
