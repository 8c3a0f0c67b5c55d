// The text format as the printer writes it.

import Testing
import WasmFormat

@Suite struct WatPrinterTests {
  @Test func functionsArePrintedFlatAndIndented() throws {
    let bytes = makeRichModule().finish().bytes
    try bytes.withUnsafeBytes { buffer in
      let module = try ModuleReader.read(buffer)
      #expect(
        WatPrinter.print(function: 1, of: module, buffer) == """
          (func $add (;1;) (param i64 i64) (result i64)
            (local (;2;) i64)
            local.get 0
            local.get 1
            i64.add
            local.tee 2
            f64.const 0x1.8000000000000p+0
            drop
          )

          """)
      #expect(
        WatPrinter.print(function: 2, of: module, buffer) == """
          (func 2 (;2;)
            block  ;; @1
              loop (result i32)  ;; @2
                i32.const 1
                br_if 1 (;@1;)
                i32.const 8
                i32.load16_s offset=300
              end
              drop
            end
          )

          """)
      #expect(WatPrinter.print(function: 0, of: module, buffer) == nil)
      let text = WatPrinter.print(module, buffer)
      #expect(text.contains("(import \"env\" \"memory\" (memory 1))"))
      #expect(text.contains("(data (i32.const 16) \"\\01\\02\\03\")"))
    }
  }

  @Test func typesOfReferencesArePrintedAndReadBack() throws {
    var writer = ModuleWriter()
    let itself = ValueType(to: .type(0), isNullable: true)
    #expect(writer.addType(FuncType([itself], [.funcref.nonNull])) == 0)
    // Another type, though it looks alike.
    #expect(writer.addType(FuncType([itself], [.funcref.nonNull])) == 1)
    let reference = ValueType(to: .type(1), isNullable: false)
    let function = writer.addFunction(type: 1)
    _ = writer.addTable(TableType(reference, Limits(2, 3)), initial: .function(function))
    _ = writer.addGlobal(GlobalType(itself, mutable: true), .null(itself))
    writer.addActiveElements(table: 0, offset: .i32(1), reference, [.function(function)])
    var body = FunctionBodyWriter(parameterCount: 1)
    _ = body.addLocal(reference)
    body.block(.value(reference))
    body.refNull(reference.nullable)
    body.brOnNonNull(0)
    body.localGet(0)
    body.brOnNull(1)
    body.localGet(0)
    body.callRef(type: 0)
    body.drop()
    body.refFunc(0)
    body.end()
    body.refAsNonNull()
    body.returnCallRef(type: 1)
    body.end()
    writer.addBody(body)
    let bytes = writer.finish().bytes
    try bytes.withUnsafeBytes { buffer in
      let module = try ModuleReader.read(buffer)
      #expect(module.types[0] == module.types[1] && module.canonicalTypeIDs[0] != module.canonicalTypeIDs[1])
      #expect(module.tables == [TableType(reference, Limits(2, 3))] && module.tableInitials.map { $0?.function } == [0])
      #expect(module.globals == [GlobalType(itself, mutable: true)])
      #expect(module.elements[0].type == reference)
      #expect(
        WatPrinter.print(module, buffer) == """
          (module
            (type (;0;) (func (param (ref null 0)) (result (ref func))))
            (type (;1;) (func (param (ref null 0)) (result (ref func))))
            (table 2 3 (ref 1) (ref.func 0))
            (global (mut (ref null 0)) (ref.null 0))
            (elem (i32.const 1) (ref 1) (ref.func 0))
            (func 0 (;0;) (param (ref null 0)) (result (ref func))
              (local (;1;) (ref 1))
              block (result (ref 1))  ;; @1
                ref.null 1
                br_on_non_null 0 (;@1;)
                local.get 0
                br_on_null 1 (;@0;)
                local.get 0
                call_ref 0
                drop
                ref.func 0
              end
              ref.as_non_null
              return_call_ref 1
            )
          )

          """)
    }
  }
}
