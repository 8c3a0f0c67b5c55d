// Options that may be given several times.

import ArgumentParser

extension Option {
  /// An option whose every use gives one more value, whatever that looks like; its name is the property's if there is no other.
  init<Element: ExpressibleByArgument>(wrappedValue: [Element], repeated valueName: String, name: String? = nil, _ help: String)
  where Value == [Element] {
    self.init(
      wrappedValue: wrappedValue, name: name.map { .customLong($0) } ?? .long, parsing: .unconditionalSingleValue,
      help: ArgumentHelp(help, valueName: valueName))
  }
}
