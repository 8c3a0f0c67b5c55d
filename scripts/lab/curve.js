// The first second of a kernel in V8, with its defaults: node curve.js FILE -> for each call of one round the milliseconds since the start at its end.
const fs = require("fs");
const bytes = fs.readFileSync(process.argv[2]);
const start = process.hrtime.bigint();
const since = () => Number(process.hrtime.bigint() - start) / 1e6;
const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
const ends = [];
while (ends.length === 0 || ends[ends.length - 1] < 1000) {
  run(1);
  ends.push(since());
}
console.log(ends.map((end) => end.toFixed(4)).join("\n"));
