// Kernels in JavaScriptCore: jsc kernels-jsc.js -- FILE ROUNDS ... -> name, rounds, result, median milliseconds. Its tiers need a while to come up.
for (let index = 0; index + 1 < arguments.length; index += 2) {
  const file = arguments[index], rounds = Number(arguments[index + 1]);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(read(file, "binary"))).exports;
  run(1);
  let result;
  const times = [];
  for (let number = 0; number < 9; number++) {
    const start = preciseTime();
    result = run(rounds);
    if (number >= 4) times.push((preciseTime() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  print(file.replace(/.*\/|\.wasm$/g, ""), rounds, result, times[2].toFixed(3));
}
