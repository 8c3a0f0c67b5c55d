// Runs all scheme-examples in JavaScriptCore's shell: jsc --module-file=examples-jsc.mjs -- GUEST.wasm EXAMPLES FROZEN-FOLDER FROZEN,NAMES NAME.... Live by push and pull, and
// some frozen. Prints what differs. The shell has neither encoders nor a clock under the names that browsers and Node have.

globalThis.TextEncoder ??= class {
  encode(text = "") {
    return Uint8Array.from(unescape(encodeURIComponent(text)), (character) => character.charCodeAt(0));
  }
};
globalThis.TextDecoder ??= class {
  decode(bytes = new Uint8Array()) {
    let text = "";
    for (let start = 0; start < bytes.length; start += 4096) text += String.fromCharCode(...bytes.subarray(start, start + 4096));
    return decodeURIComponent(escape(text));
  }
};
globalThis.performance ??= { now: () => preciseTime() * 1000 };

const { Session, WASI } = await import("../../Sources/Hosts/latch.js");
const { Expectations } = await import("./expectations.mjs");
const [guestPath, examples, frozenFolder, frozenNames, ...names] = globalThis.arguments;
const guest = new WebAssembly.Module(read(guestPath, "binary"));
const expectations = new Expectations(print);
const expect = expectations.expect.bind(expectations);
let linked = 0;
let frozen = 0;

function collecting() {
  const pieces = [];
  return { write: (stream, piece) => pieces.push(...piece), text: () => new TextDecoder().decode(Uint8Array.from(pieces)) };
}

for (const name of names) {
  const [source, expected] = [read(`${examples}/${name}.scm`), read(`${examples}/${name}.out`)];
  for (const [way, options] of Object.entries({ push: { jit: "auto" }, eager: { jit: "eager" }, pull: { jit: "off", pull: true } })) {
    const { write, text } = collecting();
    const session = new Session(guest, { ...options, write });
    const { status } = options.pull ? session.evaluateInSteps(source, { name }) : session.evaluate(source, { name });
    expect(`${name}, ${way}`, text(), expected);
    expect(`${name}, ${way}: status`, status, "value");
    linked += session.linkStatistics.modules;
  }
  if (!frozenNames.split(",").includes(name)) continue;
  const file = read(`${frozenFolder}/${name}.wasm`, "binary");
  const { write, text } = collecting();
  expect(`${name}, frozen: code`, new WASI({ write, arguments: [name] }).run(new WebAssembly.Module(file)), 0);
  expect(`${name}, frozen`, text(), expected);
  frozen += 1;
}
print(`${names.length} examples by push and pull, ${linked} modules linked, ${frozen} frozen, ${expectations.failures} differences`);
if (expectations.failures || !linked) quit(1);
