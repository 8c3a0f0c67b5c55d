// The first moments of a kernel in V8 with its defaults (Liftoff first), loading included, in milliseconds that pass.
//   node cold.js FILE ROUNDS   one call
//   node cold.js FILE          calls of one round in the first second: for each the time from the start to its end
const fs = require("fs");
const [file, rounds] = process.argv.slice(2);
const bytes = fs.readFileSync(file);
const start = process.hrtime.bigint();
const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
const ends = [];
do {
  run(Number(rounds ?? 1));
  ends.push(Number(process.hrtime.bigint() - start) / 1e6);
} while (rounds === undefined && ends[ends.length - 1] < 1000);
console.log(ends.map((end) => end.toFixed(4)).join("\n"));
