// The generated modules that the host has linked, and how they go: when a collection finds nothing left of all the code that a module was made from.
//
// A module's functions call each other directly and have addresses of each other's code in them, so the units of code that a module belongs to live and
// die together (`CodeUnit.nextPartner`). While generated code may be running all of them are kept, because its frames do not say whose they are.
// So when there are many new modules the next `eval` unwinds the stack as a deep recursion does, and the trampoline collects (`isSweepDue`); a program that
// evaluates no more makes no more code that could go.
import GuestABI

/// A linked module: its number with the host, one of its units, and its functions' place in the table.
private struct LinkedModule {
  let number: Int32
  let unit: CodeUnit
  let functions: Range<Int>
}

public enum LinkedCode {
  nonisolated(unsafe) private static var modules: [LinkedModule] = []
  nonisolated(unsafe) private static var freePlaces: [Range<Int>] = []
  nonisolated(unsafe) private static var newFunctions = 0
  nonisolated(unsafe) private static var threshold = JITTuning.functionsUntilSweep

  /// The trampoline should collect, generated code included, when it gets the chance.
  nonisolated(unsafe) private(set) static var isSweepDue = false
  /// That is being done.
  nonisolated(unsafe) private(set) static var isSweeping = false

  /// A place in the table that was left; nil if there is none for so many functions.
  public static func takePlace(_ count: Int) -> Range<Int>? {
    guard let index = freePlaces.firstIndex(where: { $0.count >= count }) else { return nil }
    let place = freePlaces[index]
    freePlaces[index] = place.lowerBound + count..<place.upperBound
    if freePlaces[index].isEmpty { freePlaces.remove(at: index) }
    return place.lowerBound..<place.lowerBound + count
  }

  public static func giveBack(_ place: Range<Int>) {
    if let index = freePlaces.firstIndex(where: { $0.upperBound == place.lowerBound }) {
      freePlaces[index] = freePlaces[index].lowerBound..<place.upperBound
    } else {
      freePlaces.append(place)
    }
  }

  /// The host has linked a module for some Funcs; the code of others is inlined in it.
  public static func add(module number: Int32, for functions: [Func], inlined: [Func], at place: Range<Int>) {
    let unit = CodeUnit.of(functions[0].address)
    for function in functions {
      let other = CodeUnit.of(function.address)
      other.hasLinkedCode = true
      other.join(unit)
    }
    // It has addresses of theirs in it, and takes a procedure of one of them for another one that would be made in its place.
    for function in inlined {
      let other = CodeUnit.of(function.address)
      if !other.isPinned { other.join(unit) }
    }
    modules.append(LinkedModule(number: number, unit: unit, functions: place))
    newFunctions += functions.count
    if newFunctions >= threshold || Heap.isStressed { isSweepDue = true }
  }

  /// The modules that there are stay for ever.
  public static func forgetModules() { modules = [] }

  /// There is no room for more modules.
  public static func requestSweep() { isSweepDue = true }

  /// Collects everything, generated code too; nothing of it may be running.
  static func sweep() {
    isSweepDue = false
    isSweeping = true
    Heap.collectAll(sp: runtimeState.stackBase)
    isSweeping = false
    newFunctions = 0
    threshold = max(JITTuning.functionsUntilSweep, modules.reduce(0) { $0 + $1.functions.count })
  }

  /// Everything goes back to the interpreter, and all modules are dropped; nothing of them may be running.
  static func unlinkAll() {
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda {
        function.unlink()
        CodeUnit.of(function.address).hasLinkedCode = false
        if function.body.address != 0 { function.body.resetLoops() }
      }
      function = function.previous
    }
    for module in modules {
      JITHooks.unlink(module.number, module.functions)
      giveBack(module.functions)
    }
    modules = []
    newFunctions = 0
  }

  /// Drops the modules whose code goes.
  static func dropModules(of isGone: (CodeUnit) -> Bool) {
    if !isSweeping { return }
    modules.removeAll { module in
      if !isGone(module.unit) { return false }
      JITHooks.unlink(module.number, module.functions)
      giveBack(module.functions)
      return true
    }
  }
}
