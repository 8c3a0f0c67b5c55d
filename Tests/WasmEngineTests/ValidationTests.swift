// Operands that are missing, or of another type, are refused, whatever takes them: each way for control to go on with values, and each type of value. So they are
// where a walk only validates, and where it compiles, too.

import SampleBodies
import Testing
import WasmEngine
import WasmFormat

/// The number of everything that the modules have one of: for a type T, a function type T -> nothing, a function and a tag of that type, a global and a parameter of type T.
private let only: UInt32 = 0

@Suite struct ValidationTests {
  static let types: [ValueType] = [.i32, .i64, .f32, .f64, .v128, .funcref, .externref, .exnref]

  /// Something that takes one value of a type: code before the value, and code after it.
  private struct Place {
    typealias Code = (inout FunctionBodyWriter, ValueType) -> Void
    let name: String
    let before: Code
    let after: Code

    init(_ name: String, before: @escaping Code, after: @escaping Code) {
      self.name = name
      self.before = before
      self.after = after
    }

    init(_ name: String, _ after: @escaping Code) { self.init(name, before: { _, _ in }, after: after) }

    /// In a block with a result, which is dropped after it.
    static func inBlock(_ name: String, before: @escaping Code, after: @escaping Code) -> Place {
      Place(name) { body, type in
        body.block(.value(type))
        before(&body, type)
      } after: { body, type in
        after(&body, type)
        body.end()
        body.drop()
      }
    }

    static func inBlock(_ name: String, _ after: @escaping Code) -> Place { inBlock(name, before: { _, _ in }, after: after) }

    /// In a loop with a parameter.
    static func inLoop(_ name: String, _ after: @escaping Code) -> Place {
      Place(name) { body, type in
        body.constant(type)
        body.loop(.type(only))
        body.drop()
      } after: { body, type in
        after(&body, type)
        body.end()
      }
    }
  }

  private static var places: [Place] {
    [
      .inBlock("br") { body, _ in body.br(0) },
      .inBlock("br_if") { body, _ in
        body.i32Const(0)
        body.brIf(0)
      },
      .inBlock("br_table of one label") { body, _ in
        body.i32Const(0)
        body.brTable([], default: 0)
      },
      .inBlock("br_table") { body, type in
        body.block(.value(type))
      } after: { body, _ in
        body.i32Const(0)
        body.brTable([0, 1, 0], default: 1)
        body.end()
      },
      .inBlock("br_table after unreachable") { body, _ in
        body.unreachable()
      } after: { body, _ in
        body.i32Const(0)
        body.brTable([0], default: 0)
      },
      .inLoop("br to a loop") { body, _ in body.br(0) },
      .inLoop("br_table to a loop") { body, _ in
        body.i32Const(0)
        body.brTable([0, 0], default: 0)
      },
      .inBlock("the end of a block") { _, _ in },
      Place("then") { body, type in
        body.i32Const(1)
        body.if(.value(type))
      } after: { body, type in
        body.else()
        body.constant(type)
        body.end()
        body.drop()
      },
      Place("else") { body, type in
        body.i32Const(1)
        body.if(.value(type))
        body.constant(type)
        body.else()
      } after: { body, _ in
        body.end()
        body.drop()
      },
      Place("a block's parameter") { body, type in
        body.block(.type(only))
        body.drop()
        body.end()
      },
      Place("a loop's parameter") { body, type in
        body.loop(.type(only))
        body.drop()
        body.end()
      },
      Place("throw") { body, _ in body.throw(only) },
      Place("local.set") { body, _ in body.localSet(0) },
      Place("local.tee") { body, _ in
        body.localTee(0)
        body.drop()
      },
      Place("global.set") { body, _ in body.globalSet(only) },
      Place("select") { body, type in
        body.constant(type)
        body.i32Const(0)
        body.select(type)
        body.drop()
      },
    ] + [false, true].flatMap(calls)
  }

  private static func calls(isTail: Bool) -> [Place] {
    [
      Place(isTail ? "return_call" : "call") { body, type in
        if isTail { body.returnCall(only) } else { body.call(only) }
      },
      Place(isTail ? "return_call_indirect" : "call_indirect") { body, type in
        body.i32Const(0)
        if isTail { body.returnCallIndirect(type: only) } else { body.callIndirect(type: only) }
      },
      Place(isTail ? "return_call_ref" : "call_ref") { body, type in
        body.refFunc(only)
        if isTail { body.returnCallRef(type: only) } else { body.callRef(type: only) }
      },
    ]
  }

  private static func expression(_ type: ValueType) -> ConstExpression {
    switch type {
    case .i32: .i32(0)
    case .i64: .i64(0)
    case .f32: .f32(0)
    case .f64: .f64(0)
    case .v128: .v128(V128(low: 0, high: 0))
    default: .null(type)
    }
  }

  /// A module in which something takes a value of a type, and is given one of another type, or none.
  private static func module(_ place: Place, _ type: ValueType, given: ValueType?) -> [UInt8] {
    var writer = ModuleWriter()
    let taker = writer.addType(FuncType([type]))
    _ = writer.addTable(TableType(.funcref, Limits(1)))
    let function = writer.addFunction(nil, [type]) { _ in }
    _ = writer.addDeclarativeElements(functions: [function])
    _ = writer.addTag(type: taker)
    _ = writer.addGlobal(GlobalType(type, mutable: true), expression(type))
    writer.addFunction(nil, [type]) { body in
      place.before(&body, type)
      if let given { body.constant(given) }
      place.after(&body, type)
    }
    return writer.finish().bytes
  }

  @Test(arguments: types) func whatTakesAValueTakesThatOfItsTypeOnly(_ type: ValueType) throws {
    let engine = Engine()
    for place in Self.places {
      for given in [nil] + Self.types.map({ Optional($0) }) {
        let bytes = Self.module(place, type, given: given)
        let isRight = given == type || given == nil && place.name.contains("unreachable")
        let what = "\(place.name), \(type.name), given \(given?.name ?? "nothing")"
        #expect(Module.validate(engine, bytes) == isRight, "\(what)")
        // One walk validates and compiles.
        let module = bytes.withUnsafeBytes { try? Module(engine, copying: $0, eagerly: true) }
        #expect((module != nil) == isRight, "\(what), compiled at once")
      }
    }
  }

  @Test func tablesOfFunctionsNeedNoProposal() throws {
    var writer = ModuleWriter()
    _ = writer.importTable("env", "imported", TableType(.funcref, Limits(1)))
    let bytes = writer.finish().bytes
    var own = ModuleWriter()
    _ = own.addTable(TableType(.funcref, Limits(1)))
    let type = own.addType(FuncType([]))
    let function = own.addFunction(type: type)
    var body = FunctionBodyWriter(parameterCount: 0)
    body.i32Const(0)
    body.callIndirect(type: type)
    body.end()
    own.addBody(body)
    _ = own.addActiveElements(offset: .i32(0), functions: [function])
    var configuration = EngineConfiguration()
    configuration.features = .mvp
    let engine = Engine(configuration)
    #expect(Module.validate(engine, bytes))
    #expect(Module.validate(engine, own.finish().bytes))
    var other = ModuleWriter()
    _ = other.addTable(TableType(.externref, Limits(1)))
    #expect(!Module.validate(engine, other.finish().bytes))
  }
}
