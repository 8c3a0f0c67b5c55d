// The same as the laboratory's `outcomes`, in V8: node outcomes.js FILE...
const fs = require("fs");
const traps = [
  [/unreachable/, "unreachable"], [/memory access out of bounds/, "memory"], [/signature mismatch/, "signature"], [/by zero/, "division"],
  [/unaligned/, "unaligned"], [/Atomics.wait|shared/, "shared"], [/unrepresentable/, "number"], [/null/, "null"], [/table|element segment/, "table"], [/data segment/, "memory"],
];
function outcome(error) {
  if (error instanceof RangeError) return "trap stackOverflow";
  if (error instanceof WebAssembly.Exception) return "exception";
  const message = String(error.message);
  for (const [pattern, name] of traps) if (pattern.test(message)) return "trap " + name;
  return "error";
}
const buffer = new DataView(new ArrayBuffer(8));
function text(value, type) {
  if (value === null) return "null";
  if (typeof value === "function") return "function";
  if (type === 0x7d) { if (Number.isNaN(value)) return "nan"; buffer.setFloat32(0, value); return buffer.getInt32(0) + "f"; }
  if (type === 0x7c) { if (Number.isNaN(value)) return "nan"; buffer.setFloat64(0, value); return buffer.getBigInt64(0) + "d"; }
  return typeof value === "number" || typeof value === "bigint" ? String(value) : "ref";
}
function argument(type, seed) {
  switch (type) {
    case 0x7f: return (Math.imul(seed, 40503) - 7) | 0;
    case 0x7e: return BigInt.asIntN(64, BigInt(seed) * 1000003n - 9n);
    case 0x7d: return Math.fround(seed * 0.5 - 3);
    case 0x7c: return seed * 0.25 - 5;
    default: return null;
  }
}
// Types of functions and globals are not to be had from the JavaScript API: they are read from the binary.
function declarations(bytes) {
  let at = 8;
  const number = () => { let result = 0, shift = 0, byte; do { byte = bytes[at++]; result |= (byte & 127) << shift; shift += 7; } while (byte & 128); return result >>> 0; };
  const name = () => { const length = number(); const text = bytes.toString("utf8", at, at + length); at += length; return text; };
  const limits = () => { const flags = number(); number(); if (flags & 1) number(); };
  const expression = () => { while (bytes[at] !== 0x0b) { const op = bytes[at++]; if (op === 0x43) at += 4; else if (op === 0x44) at += 8; else if (op === 0xd0) at++; else if (op < 0x6a || op > 0x7e) number(); } at++; };
  const found = { types: [], functions: [], globals: [], imports: [] };
  while (at < bytes.length) {
    const id = bytes[at++], size = number(), end = at + size;
    if (id === 1) for (let n = number(); n > 0; n--) { at++; const p = []; for (let k = number(); k > 0; k--) p.push(bytes[at++]); const r = []; for (let k = number(); k > 0; k--) r.push(bytes[at++]); found.types.push([p, r]); }
    if (id === 2) for (let n = number(); n > 0; n--) {
      const module = name(), field = name(), kind = bytes[at++];
      const entry = { module, field, kind };
      if (kind === 0) found.functions.push(number());
      else if (kind === 1) { at++; const flags = bytes[at]; const p = at; limits(); at = p; number(); entry.minimum = number(); if (flags & 1) entry.maximum = number(); }
      else if (kind === 2) { const flags = number(); entry.minimum = number(); if (flags & 1) entry.maximum = number(); }
      else if (kind === 3) { entry.type = bytes[at++]; entry.mutable = bytes[at++] === 1; found.globals.push(entry.type); }
      else { at++; entry.signature = number(); }
      if (kind === 0) entry.signature = found.functions[found.functions.length - 1];
      found.imports.push(entry);
    }
    if (id === 3) for (let n = number(); n > 0; n--) found.functions.push(number());
    if (id === 6) for (let n = number(); n > 0; n--) { found.globals.push(bytes[at]); at += 2; expression(); }
    if (id === 7) { found.exports = []; for (let n = number(); n > 0; n--) { const field = name(), kind = bytes[at++]; found.exports.push({ field, kind, index: number() }); } }
    at = end;
  }
  return found;
}
const names = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64", 0x70: "anyfunc", 0x6f: "externref" };
const zero = type => type === 0x7e ? 0n : type >= 0x7c ? 0 : null;
for (const file of process.argv.slice(2)) {
  const bytes = fs.readFileSync(file);
  console.log(`module ${file}`);
  try {
    const module = new WebAssembly.Module(bytes), found = declarations(bytes), imports = {};
    for (const entry of found.imports) {
      const target = imports[entry.module] ??= {};
      if (entry.kind === 0) { const results = found.types[entry.signature][1].map(zero); target[entry.field] = () => results.length > 1 ? results : results[0]; }
      else if (entry.kind === 1) target[entry.field] = new WebAssembly.Table({ element: "anyfunc", initial: entry.minimum, maximum: entry.maximum });
      else if (entry.kind === 2) target[entry.field] = new WebAssembly.Memory({ initial: entry.minimum, maximum: entry.maximum });
      else if (entry.kind === 3) target[entry.field] = new WebAssembly.Global({ value: names[entry.type], mutable: entry.mutable }, zero(entry.type));
      else target[entry.field] = new WebAssembly.Tag({ parameters: found.types[entry.signature][0].map(type => names[type]) });
    }
    const instance = new WebAssembly.Instance(module, imports);
    (found.exports ?? []).forEach((entry, position) => {
      const value = instance.exports[entry.field];
      if (entry.kind === 0) {
        const [parameters, results] = found.types[found.functions[entry.index]];
        try {
          let returned = value(...parameters.map((type, index) => argument(type, position + index)));
          if (results.length === 0) returned = []; else if (results.length === 1) returned = [returned];
          console.log(`${position} ${returned.map((word, index) => text(word, results[index])).join(" ")}`);
        } catch (error) { console.log(`${position} ${outcome(error)}`); }
      } else if (entry.kind === 3) console.log(`${position} global ${text(value.value, found.globals[entry.index])}`);
      else if (entry.kind === 2) {
        let sum = 0;
        for (const byte of new Uint8Array(value.buffer)) sum = (Math.imul(sum, 31) + byte) >>> 0;
        console.log(`${position} memory ${value.buffer.byteLength / 65536} ${sum}`);
      } else if (entry.kind === 1) console.log(`${position} table ${value.length}`);
    });
  } catch (error) { console.log(`instantiate ${outcome(error)}`); }
}
