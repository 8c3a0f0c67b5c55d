// The worker that the Scheme runs in. It takes messages `{id, do, ...}` in their order and answers `{id, result}` or `{id, failure}`; meanwhile it tells events `{event, ...}`:
// what the program writes, which modules were linked.

import { clockStep, times } from "./clock.js";
import { ProgramExit, Session, SessionLost } from "./latch.js";

let guest = null;
let session = null;
let isShared = false;

/// What the program has written and the page has not been told. A line is told at once, pieces of one not more often than a person sees.
let written = [];
let lastTold = 0;

function tell() {
  while (written.length > 0) {
    const { stream } = written[0];
    const next = written.findIndex((each) => each.stream !== stream);
    const pieces = written.splice(0, next < 0 ? written.length : next);
    postMessage({ event: "output", stream, pieces: pieces.map(({ bytes }) => bytes) });
  }
  lastTold = performance.now();
}

const events = {
  streams: true,
  write: (stream, bytes) => {
    written.push({ stream, bytes });
    if (written.length > 4000 || bytes.at(-1) === 10 || performance.now() - lastTold > 16) tell();
  },
  onLink: (bytes) => postMessage({ event: "linked", bytes }),
};

function makeSession(options = {}) {
  return new Session(guest, { jit: "off", heapLimit: 768, sharedMemory: isShared, ...events, ...options });
}

const actions = {
  /// `{module, shared}`: makes the first session.
  start({ module, shared }) {
    guest = module;
    isShared = shared;
    return actions.reset();
  },

  /// `{text, name, show}`: what `Session.evaluate` returns, with the milliseconds it took, the clock's step, and what was compiled meanwhile.
  evaluate({ text, name, show }) {
    const step = clockStep();
    const before = session.linkStatistics.milliseconds;
    const start = performance.now();
    let outcome;
    try {
      outcome = session.evaluate(text, { name, show });
    } catch (error) {
      if (error instanceof ProgramExit) outcome = { status: "value", text: `the program left with code ${error.code}` };
      else if (error instanceof SessionLost) return { status: "lost", text: error.message, milliseconds: performance.now() - start, step };
      else throw error;
    } finally {
      tell();
    }
    return { ...outcome, milliseconds: performance.now() - start, step, linking: session.linkStatistics.milliseconds - before };
  },

  /// Generates and links code for all that was called.
  jit() {
    const start = performance.now();
    const before = session.linkStatistics;
    const [milliseconds, bytes] = [before.milliseconds, before.bytes];
    const procedures = session.pull();
    const after = session.linkStatistics;
    return {
      procedures, bytes: after.bytes - bytes, linking: after.milliseconds - milliseconds,
      generating: performance.now() - start - (after.milliseconds - milliseconds),
    };
  },

  /// A new session: what the old one had defined is gone.
  reset() {
    session = makeSession();
    return { memory: isShared ? session.memory : null, runtimeState: session.runtimeState };
  },

  mode({ mode }) {
    session.setJIT(mode);
  },

  closures() {
    return session.closures();
  },

  statistics() {
    return { ...session.statistics(), ...session.linkStatistics, memory: session.memory.buffer.byteLength };
  },

  completions({ prefix }) {
    return session.completions(prefix);
  },

  /// `{name, runs}`: the milliseconds of each run, by contestant.
  async race({ name, runs }) {
    const { races } = await import("./races.js");
    const { scheme, call, javascript, result } = races[name];
    const own = makeSession({ onLink: undefined, write: undefined });
    const evaluate = () => {
      const outcome = own.evaluate(call, { show: true });
      if (outcome.text !== result) throw new Error(`${call} is ${outcome.text}, not ${result}`);
    };
    own.evaluate(scheme);
    const interpreter = times(runs, evaluate);
    own.pull();
    // Engines optimize what has run for a while: everybody may warm up.
    const jit = times(runs, evaluate, 5);
    const javaScript = times(runs, () => {
      if (String(javascript()) !== result) throw new Error(`the JavaScript is wrong: ${javascript()}`);
    }, 5);
    return { interpreter, jit, javaScript };
  },
};

onmessage = async ({ data }) => {
  try {
    postMessage({ id: data.id, result: await actions[data.do](data) });
  } catch (error) {
    postMessage({ id: data.id, failure: error.message });
  }
};
