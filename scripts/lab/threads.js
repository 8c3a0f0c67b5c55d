// The same as the laboratory's `threads`, in V8 with workers: node threads.js FILE INCREMENTS TURNS REPETITIONS
const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");
if (isMainThread) {
  const [file, increments, turns, repetitions] = process.argv.slice(2).map((word, index) => (index ? Number(word) : word));
  const module = new WebAssembly.Module(require("fs").readFileSync(file));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const times = [];
  let left = 2;
  for (let me = 0; me < 2; me++) {
    const worker = new Worker(__filename, { workerData: { module, memory, me, increments, turns, repetitions } });
    worker.on("message", message => {
      times.push(message);
      if (--left > 0) return;
      const median = kind => {
        const longest = times[0][kind].map((time, index) => Math.max(time, times[1][kind][index])).sort((a, b) => a - b);
        return longest[longest.length >> 1];
      };
      console.log(`${median("add")} ${median("play")}`);
    });
  }
} else {
  const { module, memory, me, increments, turns, repetitions } = workerData;
  const { add, play } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const nanoseconds = body => { const start = process.hrtime.bigint(); body(); return Number(process.hrtime.bigint() - start); };
  for (let round = 0; round < 4; round++) { add(increments >> 2); play(me, (turns / 20) | 0); }
  const times = { add: [], play: [] };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    times.add.push(nanoseconds(() => add(increments)) / increments / 2);
    times.play.push(nanoseconds(() => play(me, turns)) / turns / 2);
  }
  parentPort.postMessage(times);
}
