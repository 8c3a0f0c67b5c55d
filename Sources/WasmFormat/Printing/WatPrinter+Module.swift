// Printing what a module has besides functions.

extension WatPrinter {
  mutating func printModule() {
    line("(module")
    depth += 1
    for (index, type) in module.types.enumerated() {
      line("(type (;" + String(index) + ";) (func" + signature(type) + "))")
    }
    var functions: UInt32 = 0
    for item in module.imports {
      var content = ""
      switch item.descriptor {
      case .function(let type):
        content = "func " + functionReference(functions) + " (type " + String(type) + ")"
        functions += 1
      case .table(let type): content = "table " + describe(type)
      case .memory(let type): content = "memory " + describe(type)
      case .global(let type): content = "global " + describe(type)
      case .tag(let type): content = "tag (type " + String(type) + ")"
      }
      line("(import " + quoted(item.module) + " " + quoted(item.name) + " (" + content + "))")
    }
    for (table, initial) in zip(module.tables.dropFirst(module.importedTableCount), module.tableInitials) {
      line("(table " + describe(table) + (initial.map { " " + describe($0) } ?? "") + ")")
    }
    for memory in module.memories.dropFirst(module.importedMemoryCount) {
      line("(memory " + describe(memory) + ")")
    }
    for tag in module.tags.dropFirst(module.importedTagCount) { line("(tag (type " + String(tag) + "))") }
    for global in module.definedGlobals {
      line("(global " + describe(global.type) + " " + describe(global.initial) + ")")
    }
    for export in module.exports {
      line("(export " + quoted(export.name) + " (" + string(export.kind.name) + " " + String(export.index) + "))")
    }
    if let start = module.start { line("(start " + functionReference(start) + ")") }
    for element in module.elements { printElements(element) }
    for index in module.importedFunctionCount..<module.functions.count { printFunction(index) }
    for segment in module.data { printData(segment) }
    depth -= 1
    line(")")
  }

  private func describe(_ limits: Limits) -> String {
    guard let maximum = limits.maximum else { return String(limits.minimum) }
    return String(limits.minimum) + " " + String(maximum)
  }

  private func describe(_ type: TableType) -> String {
    (type.is64 ? "i64 " : "") + describe(type.limits) + " " + type.element.name
  }

  private func describe(_ type: MemoryType) -> String {
    (type.is64 ? "i64 " : "") + describe(type.limits) + (type.isShared ? " shared" : "")
      + (type.pageSizeLog2 == 16 ? "" : " (pagesize " + String(type.pageSize) + ")")
  }

  private func describe(_ type: GlobalType) -> String {
    type.isMutable ? "(mut " + type.value.name + ")" : type.value.name
  }

  private func describe(_ expression: ConstExpression) -> String {
    var result = ""
    for (position, instruction) in expression.instructions.enumerated() {
      if position > 0 { result += " " }
      switch instruction {
      case .i32Const(let value): result += "i32.const " + String(value)
      case .i64Const(let value): result += "i64.const " + String(value)
      case .f32Const(let bits): result += "f32.const " + float32(bits)
      case .f64Const(let bits): result += "f64.const " + float64(bits)
      case .v128Const(let value): result += "v128.const " + vector(value)
      case .globalGet(let index): result += "global.get " + String(index)
      case .refNull(let type): result += "ref.null " + type.heapName
      case .refFunc(let index): result += "ref.func " + functionReference(index)
      case .arithmetic(let opcode): result += string(OpcodeTable.row(opcode).name)
      }
    }
    return expression.instructions.count == 1 ? "(" + result + ")" : "(offset " + result + ")"
  }

  private mutating func printElements(_ segment: ElementSegment) {
    var content = "(elem"
    switch segment.mode {
    case .active(let table, let offset):
      if table != 0 { content += " (table " + String(table) + ")" }
      content += " " + describe(offset)
    case .passive: break
    case .declarative: content += " declare"
    }
    switch segment.items {
    case .functions(let functions):
      content += " func"
      for function in functions { content += " " + functionReference(function) }
    case .expressions(let expressions):
      content += " " + segment.type.name
      for expression in expressions { content += " " + describe(expression) }
    }
    line(content + ")")
  }

  private mutating func printData(_ segment: DataSegment) {
    var content = "(data"
    if case .active(let memory, let offset) = segment.mode {
      if memory != 0 { content += " (memory " + String(memory) + ")" }
      content += " " + describe(offset)
    }
    content += " \""
    for byte in bytes[segment.bytes].prefix(64) { content += escaped(byte) }
    content += "\""
    if segment.bytes.count > 64 { content += " (; and " + String(segment.bytes.count - 64) + " more bytes ;)" }
    line(content + ")")
  }
}
