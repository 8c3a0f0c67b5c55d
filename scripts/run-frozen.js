// Runs a frozen program on Node: node scripts/run-frozen.js PROGRAM.wasm [ARGUMENT ...]. The current directory is the one that it reaches.
const { readFileSync } = require('fs');
const { WASI } = require('wasi');

const [file, ...rest] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [file, ...rest], env: process.env, preopens: { '.': '.' }, returnOnExit: true });
const imports = wasi.getImportObject();
// What programs that were frozen with --keep-jit import: this host links nothing.
imports.latch_jit = { link: () => 0, unlink: () => 0 };
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), imports);
process.exitCode = wasi.start(instance);
