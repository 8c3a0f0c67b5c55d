// "What happens inside": the recorded procedures with their times, and the module that was linked last as text.

import { describe, functionSizes } from "./wat.js";

/// A duration of milliseconds as a person reads it.
export function duration(milliseconds) {
  for (const [unit, name] of [[1000, "s"], [1, "ms"], [1e-3, "µs"]]) {
    if (milliseconds >= unit) return `${(milliseconds / unit).toPrecision(3)} ${name}`;
  }
  return `${(milliseconds * 1e6).toPrecision(3)} ns`;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/// What is known of the procedures: sizes by name, and for the expression that is evaluated how often it calls them, and how long its evaluations took.
export class Procedures {
  #sizes = new Map();
  #rows = [];
  /// Calls of each procedure in one evaluation of the expression, counted while it was interpreted.
  #callsIn = new Map();
  /// Milliseconds of the expression's evaluations, with what was compiled then.
  #interpreted = [];
  #compiled = [];

  linked(bytes) {
    for (const { name, bytes: size } of functionSizes(bytes)) this.#sizes.set(name, size);
    this.#compiled = [];
  }

  /// The session is new.
  forget() {
    this.#sizes.clear();
    this.#rows = [];
    this.forgetExpression();
  }

  /// The expression is another one.
  forgetExpression() {
    this.#callsIn.clear();
    this.#interpreted = [];
    this.#compiled = [];
  }

  get hasCounted() {
    return this.#callsIn.size > 0;
  }

  get isAnyCompiled() {
    return this.#rows.some(({ state }) => state === "compiled");
  }

  /// Whether the procedure that the expression calls most often is compiled.
  get isBusiestCompiled() {
    return this.#rows.find(({ name }) => name === this.busiest?.name)?.state === "compiled";
  }

  /// The procedure that the expression calls most often.
  get busiest() {
    let best = null;
    for (const [name, calls] of this.#callsIn) if (!best || calls > best.calls) best = { name, calls };
    return best;
  }

  update(rows) {
    // A name that was defined again has several rows, the newest first.
    const seen = new Map();
    for (const row of rows) {
      const name = row.name || "anonymous";
      const known = seen.get(name);
      if (known) known.calls += row.calls;
      else seen.set(name, { ...row, name });
    }
    this.#rows = [...seen.values()];
  }

  /// The expression was interpreted between two looks at the procedures.
  count(before, after) {
    const calls = new Map();
    for (const { name, calls: count } of after) calls.set(name, (calls.get(name) ?? 0) + count);
    for (const { name, calls: count } of before) calls.set(name, (calls.get(name) ?? 0) - count);
    for (const [name, count] of calls) if (count > 0) this.#callsIn.set(name, count);
  }

  took(milliseconds, isCompiled) {
    const list = isCompiled ? this.#compiled : this.#interpreted;
    list.push(milliseconds);
    if (list.length > 50) list.shift();
  }

  /// The rows of the table: `{name, calls, state, size, before, after, factor}`, as texts.
  table() {
    return this.#rows.map(({ name, calls, state }) => {
      const inOne = this.#callsIn.get(name);
      const per = (list) => (inOne && list.length ? median(list) / inOne : null);
      const [before, after] = [per(this.#interpreted), state === "compiled" ? per(this.#compiled) : null];
      const size = this.#sizes.get(name);
      return {
        name, calls: calls.toLocaleString("en"), state, size: size ? `${size} B` : "–", before: before ? duration(before) : "–",
        after: after ? duration(after) : "–", factor: before && after ? `${(before / after).toPrecision(2)} ×` : "–",
      };
    });
  }
}

function line(node) {
  const element = document.createElement("span");
  element.className = "line" + (node.kind ? ` ${node.kind}` : "");
  element.textContent = node.text;
  if (node.note) {
    const note = document.createElement("span");
    note.className = "note";
    note.textContent = `  ;; ${node.note}`;
    element.append(note);
  }
  return element;
}

function tree(node, isOpen) {
  if (!node.children) {
    const row = document.createElement("div");
    row.append(line(node));
    return row;
  }
  const details = document.createElement("details");
  details.open = isOpen(node);
  const summary = document.createElement("summary");
  summary.append(line(node));
  details.append(summary);
  // A module may have many functions: what is closed is made when it is opened.
  const fill = () => {
    if (details.childElementCount > 1) return;
    for (const child of node.children) details.append(tree(child, () => true));
    if (node.close) details.append(Object.assign(document.createElement("div"), { textContent: node.close }));
  };
  if (details.open) fill();
  else details.addEventListener("toggle", fill, { once: true });
  return details;
}

/// Shows a module: the patch function and the first of the others are open.
export function showModule(element, bytes) {
  const nodes = describe(bytes);
  const first = nodes.find(({ isFunction, kind }) => isFunction && kind !== "link");
  element.replaceChildren(
    Object.assign(document.createElement("div"), { textContent: "(module" }),
    ...nodes.map((node) => tree(node, (each) => each === first || each.kind === "link")),
    Object.assign(document.createElement("div"), { textContent: ")" }));
}
