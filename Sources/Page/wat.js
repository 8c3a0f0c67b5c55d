// A module that the Scheme generated, as a tree of lines for reading: WAT with names, folded by blocks. It knows what the code generator writes (numbers, control,
// memory, tables), and shows what it does not know as bytes.

const numeric = (
  "i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u " +
  "i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u " +
  "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge " +
  "i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u " +
  "i32.rotl i32.rotr i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u i64.and i64.or i64.xor i64.shl " +
  "i64.shr_s i64.shr_u i64.rotl i64.rotr f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt f32.add f32.sub f32.mul f32.div f32.min " +
  "f32.max f32.copysign f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign " +
  "i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u " +
  "i64.trunc_f64_s i64.trunc_f64_u f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64 f64.convert_i32_s " +
  "f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 " +
  "f64.reinterpret_i64 i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s"
).split(" ");
const accesses = (
  "i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u i64.load8_s i64.load8_u i64.load16_s i64.load16_u " +
  "i64.load32_s i64.load32_u i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32"
).split(" ");
/// Operators after the prefix 0xfc, and how many numbers follow each.
const extended = {
  0: ["i32.trunc_sat_f32_s", 0], 1: ["i32.trunc_sat_f32_u", 0], 2: ["i32.trunc_sat_f64_s", 0], 3: ["i32.trunc_sat_f64_u", 0],
  4: ["i64.trunc_sat_f32_s", 0], 5: ["i64.trunc_sat_f32_u", 0], 6: ["i64.trunc_sat_f64_s", 0], 7: ["i64.trunc_sat_f64_u", 0],
  8: ["memory.init", 2], 9: ["data.drop", 1], 10: ["memory.copy", 2], 11: ["memory.fill", 1], 12: ["table.init", 2], 13: ["elem.drop", 1],
  14: ["table.copy", 2], 15: ["table.grow", 1], 16: ["table.size", 1], 17: ["table.fill", 1], 19: ["i64.add128", 0], 20: ["i64.sub128", 0],
  21: ["i64.mul_wide_s", 0], 22: ["i64.mul_wide_u", 0],
};
const valueTypes = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64", 0x70: "funcref", 0x6f: "externref" };

class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    Object.assign(this, { bytes, at, end });
  }

  byte() {
    return this.bytes[this.at++];
  }

  unsigned() {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  signed() {
    let value = 0n;
    for (let shift = 0n; ; ) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      shift += 7n;
      if (byte < 128) return byte & 64 ? value - (1n << shift) : value;
    }
  }

  float(size) {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, size);
    this.at += size;
    return size === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
  }

  name() {
    const length = this.unsigned();
    this.at += length;
    return new TextDecoder().decode(this.bytes.slice(this.at - length, this.at));
  }

  list(item) {
    return Array.from({ length: this.unsigned() }, item);
  }
}

/// What a module consists of: types, functions with names and bodies, imports, the start function, functions in segments.
function parse(bytes) {
  const module = { bytes, types: [], imports: [], functions: [], start: -1, elements: [], names: new Map() };
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.unsigned();
    const end = reader.at + size;
    const types = () => reader.list(() => valueTypes[reader.byte()] ?? "?");
    if (id === 1) {
      module.types = reader.list(() => {
        reader.byte();
        return { parameters: types(), results: types() };
      });
    } else if (id === 2) {
      module.imports = reader.list(() => {
        const [space, name, kind] = [reader.name(), reader.name(), reader.byte()];
        if (kind === 1) reader.byte();
        const flags = kind === 0 ? 0 : reader.byte();
        const limit = reader.unsigned();
        if (flags & 1) reader.unsigned();
        return { space, name, kind: ["func", "table", "memory"][kind] ?? "?", limit };
      });
    } else if (id === 3) {
      module.functions = reader.list(() => ({ type: reader.unsigned() }));
    } else if (id === 8) {
      module.start = reader.unsigned();
    } else if (id === 9) {
      module.elements = reader.list(() => {
        reader.unsigned();
        reader.byte();
        return reader.list(() => reader.unsigned());
      });
    } else if (id === 10) {
      reader.list((_, index) => {
        const length = reader.unsigned();
        Object.assign(module.functions[index], { at: reader.at, end: reader.at + length });
        reader.at += length;
      });
    } else if (id === 0 && reader.name() === "name") {
      while (reader.at < end) {
        const kind = reader.byte();
        const next = reader.unsigned() + reader.at;
        if (kind === 1) reader.list(() => module.names.set(reader.unsigned(), reader.name()));
        reader.at = next;
      }
    }
    reader.at = end;
  }
  return module;
}

/// The sizes of a module's functions: `[{name, bytes}]`, without the start function.
export function functionSizes(bytes) {
  const module = parse(bytes);
  return module.functions.flatMap((each, index) => (index === module.start ? [] : [{ name: module.names.get(index) ?? String(index), bytes: each.end - each.at }]));
}

/// A module as nodes `{text, note?, kind?, children?}`. `kind` is "link" for what makes the code known to the interpreter, "call" for direct calls.
export function describe(bytes) {
  const module = parse(bytes);
  const label = (index) => "$" + (module.names.get(index) ?? index);
  const nodes = module.imports.map(({ space, name, kind, limit }) => ({
    text: `(import "${space}" "${name}" (${kind} ${limit}${kind === "table" ? " funcref" : ""}))`, note: kind === "memory" ? "the interpreter's own memory" : "the interpreter's own table",
  }));
  // What links the code comes first.
  const order = [...module.functions.keys()].sort((a, b) => (b === module.start) - (a === module.start));
  order.forEach((index) => {
    const each = module.functions[index];
    const type = module.types[each.type];
    const isPatch = index === module.start;
    const signature = [...type.parameters.map((name) => `(param ${name})`), ...type.results.map((name) => `(result ${name})`)];
    nodes.push({
      text: ["(func", label(index), ...signature].join(" "), isFunction: true, bytes: each.end - each.at,
      note: isPatch ? "runs once, when the module is instantiated: it makes the functions known" : `${each.end - each.at} bytes`,
      kind: isPatch ? "link" : undefined, children: body(module, each, label, isPatch), close: ")",
    });
  });
  return nodes;
}

function body(module, { at, end }, label, isPatch) {
  const reader = new Reader(module.bytes, at, end);
  const root = [];
  const open = [root];
  const add = (text, extra = {}) => open.at(-1).push({ text, ...extra });
  for (let groups = reader.unsigned(); groups > 0; groups--) {
    const count = reader.unsigned();
    add(`(local ${Array(Math.min(count, 12)).fill(valueTypes[reader.byte()]).join(" ")}${count > 12 ? ` ;; ${count} of them` : ""})`);
  }
  while (reader.at < end) {
    const opcode = reader.byte();
    if (opcode === 0x0b) {
      if (open.length > 1) open.pop();
      if (reader.at < end) add("end");
      continue;
    }
    if (opcode === 0x05) {
      open.pop();
      open.at(-1).push({ text: "else", children: [] });
      open.push(open.at(-1).at(-1).children);
      continue;
    }
    const item = operator(reader, opcode, module, label);
    if (isPatch && item.text.startsWith("i32.store")) Object.assign(item, { kind: "link", note: "a procedure's entry slot: from now on its calls go to this code" });
    if (isPatch && item.text.startsWith("table.init")) Object.assign(item, { kind: "link", note: "the functions are copied into the table" });
    open.at(-1).push(item);
    if (item.children) open.push(item.children);
  }
  return root;
}

function operator(reader, opcode, module, label) {
  if (opcode >= 0x45 && opcode < 0x45 + numeric.length) return { text: numeric[opcode - 0x45] };
  if (opcode >= 0x28 && opcode < 0x28 + accesses.length) {
    reader.unsigned();
    const offset = reader.unsigned();
    return { text: accesses[opcode - 0x28] + (offset ? ` offset=${offset}` : "") };
  }
  switch (opcode) {
    case 0x00: return { text: "unreachable" };
    case 0x01: return { text: "nop" };
    case 0x02: case 0x03: case 0x04: {
      const type = reader.signed();
      const result = type === -64n ? "" : type < 0n ? ` (result ${valueTypes[Number(type & 127n)]})` : ` (type ${type})`;
      return { text: ["block", "loop", "if"][opcode - 2] + result, children: [] };
    }
    case 0x0c: return { text: `br ${reader.unsigned()}` };
    case 0x0d: return { text: `br_if ${reader.unsigned()}` };
    case 0x0e: return { text: `br_table ${[...reader.list(() => reader.unsigned()), reader.unsigned()].join(" ")}` };
    case 0x0f: return { text: "return" };
    case 0x10: return { text: `call ${label(reader.unsigned())}`, kind: "call", note: "code calls code: no interpreter in between" };
    case 0x12: return { text: `return_call ${label(reader.unsigned())}`, kind: "call", note: "a tail call" };
    case 0x11: case 0x13: {
      const type = reader.unsigned();
      reader.unsigned();
      const { parameters } = module.types[type];
      return { text: `${opcode === 0x13 ? "return_call_indirect" : "call_indirect"} (param ${parameters.join(" ")})` };
    }
    case 0x1a: return { text: "drop" };
    case 0x1b: return { text: "select" };
    case 0x20: return { text: `local.get ${reader.unsigned()}` };
    case 0x21: return { text: `local.set ${reader.unsigned()}` };
    case 0x22: return { text: `local.tee ${reader.unsigned()}` };
    case 0x23: return { text: `global.get ${reader.unsigned()}` };
    case 0x24: return { text: `global.set ${reader.unsigned()}` };
    case 0x3f: reader.byte(); return { text: "memory.size" };
    case 0x40: reader.byte(); return { text: "memory.grow" };
    case 0x41: return { text: `i32.const ${reader.signed()}` };
    case 0x42: return { text: `i64.const ${reader.signed()}` };
    case 0x43: return { text: `f32.const ${reader.float(4)}` };
    case 0x44: return { text: `f64.const ${reader.float(8)}` };
    case 0xd0: reader.byte(); return { text: "ref.null func" };
    case 0xd2: return { text: `ref.func ${label(reader.unsigned())}` };
    case 0xfc: {
      const [name, count] = extended[reader.unsigned()] ?? ["?", 0];
      const numbers = Array.from({ length: count }, () => reader.unsigned()).filter((number) => number !== 0);
      return { text: [name, ...numbers].join(" ") };
    }
    default: return { text: `;; 0x${opcode.toString(16)}` };
  }
}
