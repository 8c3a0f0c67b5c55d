// The numbers by which the optimizer decides what code it makes more of. All of them are here.

enum OptimizerTuning {
  /// Expressions of a procedure that is copied to where it is called: of one that calls what it is given in a loop, and of any other.
  static let templateSize = 60
  static let smallTemplateSize = 30
  /// Expressions of a lambda expression that is copied for the case that what it is given to is redefined.
  static let argumentSize = 40
  /// Expressions that copies add to a form, and copies within copies.
  static let copiedExpressions = 600
  static let copyDepth = 3
}
