// Operands that are missing, or of another type, are refused, whatever takes them: each way for control to go on with values, and each type of value. So they are
// where a walk only validates, and where it compiles, too.

import Testing
import WasmEngine
import WasmFormat

@Suite struct ValidationTests {
  static let types: [ValueType] = [.i32, .i64, .f32, .f64, .v128, .funcref, .externref, .exnref]

  /// Everything that takes one value of a type; the value itself is written by `operand`.
  private struct Place {
    let name: String
    let write: (inout FunctionBodyWriter, Things, (inout FunctionBodyWriter) -> Void) -> Void
  }

  /// What the module has for the type.
  private struct Things {
    let type: ValueType
    /// T -> nothing: a function type, a function, a tag.
    let taker: UInt32
    let function: UInt32
    let tag: UInt32
    let global: UInt32
    let local: UInt32
  }

  private static var places: [Place] {
    [
      Place(name: "br") { body, things, operand in
        body.block(.value(things.type))
        operand(&body)
        body.br(0)
        body.end()
        body.drop()
      },
      Place(name: "br_if") { body, things, operand in
        body.block(.value(things.type))
        operand(&body)
        body.i32Const(0)
        body.brIf(0)
        body.end()
        body.drop()
      },
      Place(name: "br_table of one label") { body, things, operand in
        body.block(.value(things.type))
        operand(&body)
        body.i32Const(0)
        body.brTable([], default: 0)
        body.end()
        body.drop()
      },
      Place(name: "br_table") { body, things, operand in
        body.block(.value(things.type))
        body.block(.value(things.type))
        operand(&body)
        body.i32Const(0)
        body.brTable([0, 1, 0], default: 1)
        body.end()
        body.end()
        body.drop()
      },
      Place(name: "br_table after unreachable") { body, things, operand in
        body.block(.value(things.type))
        body.unreachable()
        operand(&body)
        body.i32Const(0)
        body.brTable([0], default: 0)
        body.end()
        body.drop()
      },
      Place(name: "br to a loop") { body, things, operand in
        Self.value(things.type, &body)
        body.loop(.type(things.taker))
        body.drop()
        operand(&body)
        body.br(0)
        body.end()
      },
      Place(name: "br_table to a loop") { body, things, operand in
        Self.value(things.type, &body)
        body.loop(.type(things.taker))
        body.drop()
        operand(&body)
        body.i32Const(0)
        body.brTable([0, 0], default: 0)
        body.end()
      },
      Place(name: "the end of a block") { body, things, operand in
        body.block(.value(things.type))
        operand(&body)
        body.end()
        body.drop()
      },
      Place(name: "then") { body, things, operand in
        body.i32Const(1)
        body.if(.value(things.type))
        operand(&body)
        body.else()
        Self.value(things.type, &body)
        body.end()
        body.drop()
      },
      Place(name: "else") { body, things, operand in
        body.i32Const(1)
        body.if(.value(things.type))
        Self.value(things.type, &body)
        body.else()
        operand(&body)
        body.end()
        body.drop()
      },
      Place(name: "a block's parameter") { body, things, operand in
        operand(&body)
        body.block(.type(things.taker))
        body.drop()
        body.end()
      },
      Place(name: "a loop's parameter") { body, things, operand in
        operand(&body)
        body.loop(.type(things.taker))
        body.drop()
        body.end()
      },
      Place(name: "call") { body, things, operand in
        operand(&body)
        body.call(things.function)
      },
      Place(name: "call_indirect") { body, things, operand in
        operand(&body)
        body.i32Const(0)
        body.callIndirect(type: things.taker)
      },
      Place(name: "call_ref") { body, things, operand in
        operand(&body)
        body.refFunc(things.function)
        body.callRef(type: things.taker)
      },
      Place(name: "return_call") { body, things, operand in
        operand(&body)
        body.returnCall(things.function)
      },
      Place(name: "return_call_indirect") { body, things, operand in
        operand(&body)
        body.i32Const(0)
        body.returnCallIndirect(type: things.taker)
      },
      Place(name: "return_call_ref") { body, things, operand in
        operand(&body)
        body.refFunc(things.function)
        body.returnCallRef(type: things.taker)
      },
      Place(name: "throw") { body, things, operand in
        operand(&body)
        body.throw(things.tag)
      },
      Place(name: "local.set") { body, things, operand in
        operand(&body)
        body.localSet(things.local)
      },
      Place(name: "local.tee") { body, things, operand in
        operand(&body)
        body.localTee(things.local)
        body.drop()
      },
      Place(name: "global.set") { body, things, operand in
        operand(&body)
        body.globalSet(things.global)
      },
      Place(name: "select") { body, things, operand in
        operand(&body)
        Self.value(things.type, &body)
        body.i32Const(0)
        body.select(things.type)
        body.drop()
      },
    ]
  }

  /// A constant of a type.
  private static func value(_ type: ValueType, _ body: inout FunctionBodyWriter) {
    switch type {
    case .i32: body.i32Const(1)
    case .i64: body.i64Const(1)
    case .f32: body.f32Const(1)
    case .f64: body.f64Const(1)
    case .v128: body.v128Const(V128(low: 1, high: 2))
    default: body.refNull(type)
    }
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
    let function = writer.addFunction(type: taker)
    var empty = FunctionBodyWriter(parameterCount: 1)
    empty.end()
    writer.addBody(empty)
    _ = writer.addDeclarativeElements(functions: [function])
    let things = Things(
      type: type, taker: taker, function: function, tag: writer.addTag(type: taker),
      global: writer.addGlobal(GlobalType(type, mutable: true), expression(type)), local: 0)
    _ = writer.addFunction(type: taker)
    var body = FunctionBodyWriter(parameterCount: 1)
    place.write(&body, things) { body in if let given { value(given, &body) } }
    body.end()
    writer.addBody(body)
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
