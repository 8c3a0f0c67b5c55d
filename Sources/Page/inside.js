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

/// More rows of one function than this are not shown.
const mostRows = 4000;

/// The rows of nodes, each with its depth; blocks can be folded.
function* rowsOf(nodes, depth) {
  for (const node of nodes) {
    yield { node, depth, text: node.text, isFoldable: Boolean(node.children?.length) };
    if (node.children) yield* rowsOf(node.children, depth + 1);
    if (node.close) yield { node: {}, depth: depth + 1, text: node.close };
  }
}

function makeRow({ node, depth, text, isFoldable }) {
  const row = document.createElement("div");
  row.className = `row ${node.kind ?? ""}`;
  row.style.paddingLeft = `${2 * depth + 2}ch`;
  row.dataset.depth = depth;
  if (isFoldable) {
    const fold = document.createElement("button");
    Object.assign(fold, { type: "button", className: "fold", title: "fold" });
    fold.setAttribute("aria-label", `fold ${text}`);
    fold.setAttribute("aria-expanded", "true");
    row.append(fold);
  }
  row.append(text);
  if (node.note) row.append(Object.assign(document.createElement("span"), { className: "note", textContent: `  ;; ${node.note}` }));
  return row;
}

/// Shows or hides what is within a row. What is folded within stays so.
function setFolded(row, isFolded) {
  row.querySelector(".fold").setAttribute("aria-expanded", String(!isFolded));
  const depth = Number(row.dataset.depth);
  let hiddenBelow = Infinity;
  for (let next = row.nextElementSibling; next && Number(next.dataset.depth) > depth; next = next.nextElementSibling) {
    const own = Number(next.dataset.depth);
    if (own <= hiddenBelow) hiddenBelow = Infinity;
    next.hidden = isFolded || own > hiddenBelow;
    if (hiddenBelow === Infinity && next.querySelector('[aria-expanded="false"]')) hiddenBelow = own;
  }
}

/// Shows a module. The patch function and the first of the others are open; the rows of the rest are made when they are opened.
export function showModule(element, bytes) {
  const nodes = describe(bytes);
  const first = nodes.find(({ isFunction, kind }) => isFunction && kind !== "link");
  const rows = [makeRow({ node: {}, depth: 0, text: "(module" })];
  const waiting = new Map();
  for (const node of nodes) {
    const [head, ...rest] = rowsOf([node], 1);
    const row = makeRow(head);
    rows.push(row);
    const inner = rest.slice(0, mostRows);
    if (rest.length > mostRows) inner.push({ node: {}, depth: 2, text: `;; ${rest.length - mostRows} more lines` });
    if (node === first || node.kind === "link") rows.push(...inner.map(makeRow));
    else if (inner.length) {
      row.querySelector(".fold").setAttribute("aria-expanded", "false");
      waiting.set(row, inner);
    }
  }
  rows.push(makeRow({ node: {}, depth: 0, text: ")" }));
  element.replaceChildren(...rows);
  element.onclick = ({ target }) => {
    if (!target.classList.contains("fold")) return;
    const row = target.closest(".row");
    const inner = waiting.get(row);
    if (!inner) return setFolded(row, target.getAttribute("aria-expanded") === "true");
    waiting.delete(row);
    row.after(...inner.map(makeRow));
    target.setAttribute("aria-expanded", "true");
  };
}
