// How `latch run` links modules that the program generates: when the program asks for it (push), or by asking the program between calls (pull).

import ArgumentParser
import WasmEngine

enum LateLinkMode: Equatable, ExpressibleByArgument {
  /// The program calls the functions of `latch_jit`.
  case push
  /// This export gives the modules.
  case pull(String)

  init?(argument: String) {
    if argument == "push" {
      self = .push
    } else if argument.hasPrefix("pull:"), argument.utf8.count > 5 {
      self = .pull(String(argument.dropFirst(5)))
    } else {
      return nil
    }
  }

  var defaultValueDescription: String {
    switch self {
    case .push: "push"
    case .pull(let export): "pull:\(export)"
    }
  }

  /// The linker for a program that is yet to be instantiated.
  func linker(_ store: Store) -> LateLinker {
    var options = LateLinkOptions()
    if case .pull = self { options.isPullOnly = true }
    return LateLinker(store, options)
  }

  /// Links all that the program has to offer; whether there was anything.
  func pull(_ linker: LateLinker) throws -> Bool {
    guard case .pull(let export) = self else { return false }
    var isAny = false
    while try linker.pull(WasmName(export)) { isAny = true }
    return isAny
  }
}
