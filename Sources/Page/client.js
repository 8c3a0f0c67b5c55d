// The page's side of the worker: asks it, tells what happens, stops what runs.
//
// Where the page is cross-origin isolated, the guest's memory is shared, and a program is stopped by storing a word into it: the session goes on. Elsewhere the worker is
// ended and another one started with the module compiled already: definitions are gone, and `onRestart` says so.

import { isShared, loading } from "./guest.js";
import { Interrupter } from "./latch.js";

export class Client {
  #worker = null;
  #pending = new Map();
  #last = 0;
  #started = null;
  #interrupter = null;
  #stopping = null;

  /// `handlers`: `output(stream, pieces)`, `linked(bytes)`, `onRestart()`.
  /// `worker` has been started already.
  constructor(worker, handlers) {
    this.handlers = handlers;
    this.isShared = isShared;
    this.#start(worker);
  }

  /// Resolves when the session is there.
  get started() {
    return this.#started;
  }

  get isBusy() {
    return this.#pending.size > 0;
  }

  #start(worker) {
    this.#worker = worker;
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => this.#failAll(new Error(event.message || "the worker could not be started"));
    this.#started = loading.then((module) => this.#post("start", { module, shared: isShared })).then(({ memory, runtimeState }) => {
      this.#setInterrupter(memory, runtimeState);
    });
  }

  #setInterrupter(memory, runtimeState) {
    this.#interrupter = memory ? new Interrupter(memory, runtimeState) : null;
  }

  #receive(data) {
    if (data.event === "output") return this.handlers.output(data.stream, data.pieces);
    if (data.event === "linked") return this.handlers.linked(data.bytes);
    const { resolve, reject } = this.#pending.get(data.id);
    this.#pending.delete(data.id);
    if ("failure" in data) reject(new Error(data.failure));
    else resolve(data.result);
  }

  #failAll(error) {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
  }

  #post(action, details = {}) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, do: action, ...details });
    });
  }

  /// Asks the worker for one of its actions.
  async ask(action, details) {
    await this.#started;
    await this.#stopping;
    return this.#post(action, details);
  }

  /// A new session in the same worker.
  async reset() {
    const { memory, runtimeState } = await this.ask("reset");
    this.#setInterrupter(memory, runtimeState);
  }

  /// Stops what runs. Resolves when it has ended.
  async stop() {
    if (!this.isBusy) return;
    if (!this.#interrupter) return this.restart();
    // Nothing else is asked meanwhile: it would be stopped, too.
    this.#stopping = this.#interrupt();
    await this.#stopping;
    this.#stopping = null;
    if (this.isBusy) await this.restart();
  }

  /// A request may be missed: it is repeated until the program has ended, or does not seem to.
  async #interrupt() {
    const until = performance.now() + 2000;
    while (this.isBusy && performance.now() < until) {
      this.#interrupter.stop();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#interrupter.forget();
  }

  /// A new session in a new worker.
  async restart() {
    this.#worker.terminate();
    this.#failAll(new Stopped());
    this.#start(new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
    this.handlers.onRestart();
    await this.#started;
  }
}

/// What was asked of a worker that was ended.
export class Stopped extends Error {}
