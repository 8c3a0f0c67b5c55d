// The processor that this runs on. Asked once, by whoever makes an engine; compilers get what the engine makes of it.

import HostInstructions
import RuntimeLayout

public enum HostProcessor {
  /// None on machines for which there is no code yet.
  public static let features = ProcessorFeatures(rawValue: latch_processor_features())
}
