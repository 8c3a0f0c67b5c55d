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
}
