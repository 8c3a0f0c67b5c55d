// What to say when a program wants imports that `latch run` does not have: all of them, and what the program seems to have been made for.

import WASI
import WasmEngine

enum MissingImports {
  /// Nil if nothing is missing.
  static func message(_ module: Module, _ imports: Imports) -> String? {
    let missing = module.imports.filter { imports[$0.module, $0.name] == nil }
    guard !missing.isEmpty else { return nil }
    let names = missing.map { "\($0.module).\($0.name)" }
    let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    return "wants what latch run does not have: \(shown)" + (hint(missing.map { ($0.module.string, $0.name.string) }).map { "; \($0)" } ?? "")
  }

  private static func hint(_ missing: [(module: String, name: String)]) -> String? {
    func wants(_ isWanted: (String, String) -> Bool) -> Bool { missing.contains { isWanted($0.module, $0.name) } }
    if wants({ module, _ in module == "latch_jit" }) { return "it generates code: run it with --late-link" }
    if wants({ module, _ in module.hasPrefix("__wbindgen") || module == "wbg" }) {
      return "it was made for JavaScript by wasm-bindgen: build it for the target wasm32-wasip1"
    }
    if wants({ module, _ in module == "go" || module == "gojs" }) { return "it was made for JavaScript by Go: build it with GOOS=wasip1" }
    if wants({ module, name in module == "env" && (name.hasPrefix("emscripten_") || name.hasPrefix("invoke_") || name.hasPrefix("__syscall")) }) {
      return "it was made for JavaScript by Emscripten: link it with -sSTANDALONE_WASM"
    }
    if wants({ module, _ in module.hasPrefix("wasi:") }) {
      return "it was made for WASI 0.2; latch run serves \(Snapshot.allCases.map { "\($0.moduleName)" }.joined(separator: " and "))"
    }
    if wants({ module, _ in Snapshot.allCases.contains { "\($0.moduleName)" == module } }) { return "no such function is in this version of WASI" }
    if wants({ module, name in module == "env" && name != "memory" }) {
      return "a program for WASI imports from \(Snapshot.allCases.map { "\($0.moduleName)" }.joined(separator: " or ")): "
        + "are there functions that no object file or library of the program defines?"
    }
    return nil
  }
}
