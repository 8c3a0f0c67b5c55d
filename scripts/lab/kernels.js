// Kernels in V8: node kernels.js FILE ROUNDS ... -> name, rounds, result, median milliseconds.
const fs = require("fs");
for (let index = 2; index + 1 < process.argv.length; index += 2) {
  const file = process.argv[index], rounds = Number(process.argv[index + 1]);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(file))).exports;
  run(1);
  let result;
  const times = [];
  for (let run_ = 0; run_ < 5; run_++) {
    const start = process.cpuUsage();
    result = run(rounds);
    const used = process.cpuUsage(start);
    times.push((used.user + used.system) / 1000);
  }
  times.sort((a, b) => a - b);
  console.log(file.replace(/.*\/|\.wasm$/g, ""), rounds, result, times[2].toFixed(3));
}
