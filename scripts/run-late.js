// Runs an export of a WASI reactor that generates code, on Node: node scripts/run-late.js GUEST.wasm EXPORT [ARGUMENT ...]. Modules are linked when the guest pushes them
// (docs/late-linking.md). Arguments are numbers of 32 bits; what comes back is printed.
const { readFileSync } = require('fs');
const { join } = require('path');
const { WASI } = require('wasi');

require('./node-main.js')('GUEST.wasm EXPORT [ARGUMENT ...]', 2, async ([file, name, ...words]) => {
  const { LateLinker } = await import(join(__dirname, '../Sources/Hosts/latch.js'));
  const linker = new LateLinker();
  const wasi = new WASI({ version: 'preview1', args: [file], env: process.env, preopens: { '.': '.' }, returnOnExit: true });
  const imports = { ...wasi.getImportObject(), latch_jit: linker.imports() };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), imports);
  linker.attach(instance, imports);
  wasi.initialize(instance);
  const run = instance.exports[name];
  if (typeof run !== 'function') throw new Error(`${file} exports no function ${name}`);
  const result = run(...words.map(number));
  if (result !== undefined) console.log(String(result));
  return 0;
});

function number(word) {
  const value = Number(word);
  if (word.trim() === '' || Number.isNaN(value)) throw new Error(`not a number: ${word}`);
  return value;
}
