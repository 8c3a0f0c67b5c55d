// Runs all scheme-examples on Node: examples.mjs GUEST.wasm [FROZEN-FOLDER]. Live by push, by pull and with shared memory, and frozen, in one process. Prints what differs.

import fs from "node:fs";
import path from "node:path";
import { Session, WASI, withSharedMemory } from "../../Sources/Hosts/latch.js";
import { Expectations } from "./expectations.mjs";

const folder = path.join(import.meta.dirname, "../../scheme-examples");
const bytes = fs.readFileSync(process.argv[2]);
const [guest, shared] = [new WebAssembly.Module(bytes), new WebAssembly.Module(withSharedMemory(bytes))];
const expectations = new Expectations(console.log);
const expect = expectations.expect.bind(expectations);
let linked = 0;
let frozen = 0;

function collecting() {
  const pieces = [];
  return { write: (stream, piece) => pieces.push(piece), text: () => Buffer.concat(pieces).toString() };
}

const names = fs.readdirSync(folder).filter((name) => name.endsWith(".scm")).map((name) => name.slice(0, -4));
for (const name of names) {
  const source = fs.readFileSync(path.join(folder, `${name}.scm`), "utf8");
  const expected = fs.readFileSync(path.join(folder, `${name}.out`), "utf8");
  const ways = { push: { jit: "auto" }, eager: { jit: "eager" }, pull: { jit: "off", pull: true }, shared: { jit: "auto", sharedMemory: true } };
  for (const [way, options] of Object.entries(ways)) {
    const { write, text } = collecting();
    const session = new Session(options.sharedMemory ? shared : guest, { ...options, write });
    const { status } = options.pull ? session.evaluateInSteps(source, { name }) : session.evaluate(source, { name });
    expect(`${name}, ${way}`, text(), expected);
    expect(`${name}, ${way}: status`, status, "value");
    linked += session.linkStatistics.modules;
  }
  const file = process.argv[3] && path.join(process.argv[3], `${name}.wasm`);
  if (!file || !fs.existsSync(file)) continue;
  const { write, text } = collecting();
  expect(`${name}, frozen: code`, new WASI({ write, arguments: [name] }).run(new WebAssembly.Module(fs.readFileSync(file))), 0);
  expect(`${name}, frozen`, text(), expected);
  frozen += 1;
}
console.log(`${names.length} examples by push and pull, ${linked} modules linked, ${frozen} frozen, ${expectations.failures} differences`);
process.exitCode = expectations.failures || !linked ? 1 : 0;
