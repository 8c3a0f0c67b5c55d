// Loading a kernel and calling it once in V8, with its defaults (Liftoff first): node cold.js FILE ROUNDS -> milliseconds that pass.
const fs = require("fs");
const [file, rounds] = process.argv.slice(2);
const bytes = fs.readFileSync(file);
const start = process.hrtime.bigint();
new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports.run(Number(rounds));
console.log((Number(process.hrtime.bigint() - start) / 1e6).toFixed(3));
