// What a user of the engine needs of the layers below, under one import.

@_exported import WasmFormat
import RuntimeLayout

/// Why code trapped.
public typealias TrapReason = RuntimeLayout.TrapReason
/// How out-of-bounds accesses are found.
public typealias MemoryStrategy = RuntimeLayout.MemoryStrategy
/// Switches for debugging the engine itself.
public typealias DebugOptions = RuntimeLayout.DebugOptions
/// What processors have beyond their baseline.
public typealias ProcessorFeatures = RuntimeLayout.ProcessorFeatures
/// Which compilers an engine uses.
public typealias Tier = RuntimeLayout.Tier
