// Runs a frozen program on Node: node scripts/run-frozen.js PROGRAM.wasm [ARGUMENT ...]. The current directory is the one that it reaches.
const { readFileSync } = require('fs');
const { WASI } = require('wasi');

const [file, ...rest] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [file, ...rest], env: process.env, preopens: { '.': '.' }, returnOnExit: true });
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), wasi.getImportObject());
process.exitCode = wasi.start(instance);
