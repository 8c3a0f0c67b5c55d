// Runs a frozen program on Node: node scripts/run-frozen.js PROGRAM.wasm [ARGUMENT ...]. The current directory is the one that it reaches.
const { readFileSync } = require('fs');
const { WASI } = require('wasi');

require('./node-main.js')('PROGRAM.wasm [ARGUMENT ...]', 1, (words) => {
  const wasi = new WASI({ version: 'preview1', args: words, env: process.env, preopens: { '.': '.' }, returnOnExit: true });
  const imports = wasi.getImportObject();
  // What programs that were frozen with --keep-jit import: this host links nothing.
  imports.latch_jit = { link: () => 0, unlink: () => 0 };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(words[0])), imports);
  if (!instance.exports._start) throw new Error(`${words[0]} exports no _start: it is no program, but its exports can be called (latch run --invoke)`);
  return wasi.start(instance);
});
