// Runs scripts/build-guest.sh inside `swift build`, so that a clone needs nothing but the Swift toolchain.
//
// Inputs are found by walking the disk (as a dependency, this package's pruned targets are not in `context.package.targets`);
// the output is one C file with the guest's bytes, compiled into the target GuestImage.
import Foundation
import PackagePlugin

@main
struct GuestBuild: BuildToolPlugin {
  private static let inputFolders = [
    "Sources/WasmFormat", "Sources/GuestABI", "Sources/SchemeCore", "Sources/SchemeJIT", "Sources/SchemeGuest",
    "Sources/GuestImage/runtime", "Sources/GuestImage/wasi", "Sources/SchemeLibrary",
    // The compilers, which make machine code of it.
    "Sources/RawCollections", "Sources/RuntimeLayout", "Sources/MachineCode", "Sources/CompilerInterface", "Sources/BBQ", "Sources/OMG",
    "Sources/HostInstructions", "Sources/SavedModules",
  ]

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let root = context.package.directoryURL
    let script = root.appending(path: "scripts/build-guest.sh")
    var inputs = [script, root.appending(path: "scripts/pack-library.sh"), root.appending(path: "scripts/save-guest.swift")]
    for folder in Self.inputFolders {
      let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard ["swift", "c", "S", "h", "scm"].contains(file.pathExtension) else { continue }
        inputs.append(file)
      }
    }
    let toolchain = try context.tool(named: "swiftc").url.deletingLastPathComponent()
    let output = context.pluginWorkDirectoryURL.appending(path: "GuestImage.c")
    return [
      .buildCommand(
        displayName: "Building the guest",
        executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: [
          script.path, root.path, toolchain.path, output.path, context.pluginWorkDirectoryURL.appending(path: "work").path,
        ],
        inputFiles: inputs,
        outputFiles: [output])
    ]
  }
}
