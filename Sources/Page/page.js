// The page: connects the editor, the session in its worker, and what shows how it goes. The parts are in files of their own; here is what happens when.

import { Client, Stopped } from "./client.js";
import { Reading } from "./clock.js";
import { Editor } from "./editor.js";
import { Procedures, duration, median, showModule } from "./inside.js";
import { Plot, human } from "./plot.js";

const $ = (id) => document.getElementById(id);

/// More characters than this leave the output at its beginning.
const outputLimit = 200_000;
/// What is worth evaluating again and again, by example.
const expressions = {
  ackermann: "(ack 2 60)", collatz: "(collatz-length 837799)", factorial: "(factorial 200)", fibonacci: "(fib 25)", hanoi: "(let ((n 0)) (hanoi 12 'a 'b 'c (lambda (x y) (set! n (+ n 1)))) n)",
  flonums: "(newton-sqrt 2.0)", nqueens: "(count-solutions 6)", "deep-recursion": "(count 100000)", tak: "(tak 18 12 6)",
};

const client = new Client(globalThis.latchWorker, { output: showOutput, linked, onRestart: restarted });
const procedures = new Procedures();
const plot = new Plot($("plot"));
const editor = new Editor($("source"), $("paint"), $("gutter"), () => { isProgramNew = true; });
const reading = new Reading();
const decoders = [];

/// The text of the editor has not been evaluated in this session.
let isProgramNew = true;
let lastExpression = "";
let isRepeating = false;
let lastLook = 0;

// MARK: The output

function append(text, kind, into = $("output")) {
  const isAtEnd = into.scrollTop + into.clientHeight > into.scrollHeight - 30;
  const last = into.lastElementChild;
  if (!kind && last && last.className === "") last.append(text);
  else into.append(Object.assign(document.createElement("span"), { className: kind ?? "", textContent: text }));
  while (into.textContent.length > outputLimit && into.childElementCount > 1) into.firstElementChild.remove();
  if (into.textContent.length > outputLimit) into.firstElementChild.textContent = into.textContent.slice(-outputLimit / 2);
  if (isAtEnd) into.scrollTop = into.scrollHeight;
}

/// What has come and is not shown yet: showing each piece would take longer than the program.
let waiting = "";

function showOutput(stream, pieces) {
  decoders[stream] ??= new TextDecoder();
  if (!waiting) setTimeout(showWaiting, 16);
  for (const bytes of pieces) waiting += decoders[stream].decode(bytes, { stream: true });
}

function showWaiting() {
  if (waiting) append(waiting);
  waiting = "";
}

function say(text, kind) {
  showWaiting();
  const output = $("output");
  if (output.textContent && !output.textContent.endsWith("\n")) append("\n");
  append(text + "\n", kind);
}

/// An error as in the terminal; its place leads to the editor.
function showError(text) {
  const place = text.match(/at program:(\d+):(\d+)/);
  say(text, "error");
  if (!place) return;
  const [line, column] = [Number(place[1]), Number(place[2])];
  editor.mark(line, column);
  const button = Object.assign(document.createElement("button"), { type: "button", className: "place", textContent: `→ line ${line}, column ${column}` });
  button.addEventListener("click", () => editor.goTo(line, column));
  $("output").append(button, "\n");
  $("output").scrollTop = $("output").scrollHeight;
}

function status(text, kind = "") {
  $("engine").textContent = text;
  $("engine").className = `engine ${kind}`;
}

// MARK: Evaluating

/// Runs `body` with the buttons as they are meanwhile.
async function busily(body) {
  $("stop").disabled = false;
  for (const id of ["evaluate", "race"]) $(id).disabled = true;
  status("running", "busy");
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof Stopped)) say(error.message, "error");
    return null;
  } finally {
    $("stop").disabled = true;
    for (const id of ["evaluate", "race"]) $(id).disabled = false;
    status(client.isShared ? "ready" : "ready; the page is not cross-origin isolated, so Stop begins a new session", "ready");
  }
}

/// Tells how an evaluation ended; whether it ended well.
function report(outcome, { quiet = false } = {}) {
  if (outcome.status === "error") showError(outcome.text);
  else if (outcome.status === "interrupted") say("stopped", "note");
  else if (outcome.status === "lost") {
    say(`The session was lost: ${outcome.text}. A new one begins.`, "error");
    client.restart();
  } else if (!quiet) {
    if (outcome.text) say(outcome.text, "value");
    const time = outcome.milliseconds < outcome.step ? `less than ${duration(outcome.step)}` : duration(outcome.milliseconds);
    say(`${time}${outcome.linking ? `, ${duration(outcome.linking)} of it linking` : ""}`, "note");
  }
  return outcome.status === "value";
}

/// The program, if it is new, and the expression. Whether all went well.
async function evaluate(options = {}) {
  const expression = $("expression").value.trim();
  if (isProgramNew || expression === "") {
    editor.mark(null);
    procedures.forgetExpression();
    await client.ask("mode", { mode: $("auto").checked ? "auto" : "off" });
    const outcome = await client.ask("evaluate", { text: editor.text, name: "program", show: true });
    if (!report(outcome)) return false;
    isProgramNew = false;
    await look();
    if (expression === "") return true;
  }
  return evaluateExpression(expression, options);
}

/// The first time an expression is interpreted as far as it can be, and calls are counted.
async function evaluateExpression(expression, options) {
  if (expression !== lastExpression) procedures.forgetExpression();
  lastExpression = expression;
  const counts = !procedures.hasCounted;
  await client.ask("mode", { mode: $("auto").checked && !counts ? "auto" : "off" });
  const before = counts ? await client.ask("closures") : [];
  if (!options.quiet) say(`> ${expression}`, "prompt");
  const wasCompiled = procedures.isBusiestCompiled;
  const outcome = await client.ask("evaluate", { text: expression, name: "expression", show: true });
  if (!report(outcome, options)) return false;
  if (counts) procedures.count(before, await client.ask("closures"));
  // An evaluation in which code was linked is neither.
  const milliseconds = reading.add(outcome.linking ? null : `${wasCompiled} ${expression}`, outcome.milliseconds, outcome.step);
  if (milliseconds !== null && !outcome.linking) procedures.took(milliseconds, wasCompiled);
  const { busiest } = procedures;
  if (busiest) $("plot-what").textContent = `of ${busiest.name}, ${busiest.calls.toLocaleString("en")} in each evaluation`;
  if (busiest && milliseconds !== null) plot.add(performance.now(), busiest.calls / (milliseconds / 1000));
  if (outcome.linking || performance.now() - lastLook > 200 || !options.quiet) await look();
  return true;
}

/// Looks at what was recorded.
async function look() {
  lastLook = performance.now();
  procedures.update(await client.ask("closures"));
  const rows = procedures.table().slice(0, 200);
  $("closures").replaceChildren(...rows.map((row) => {
    const element = document.createElement("tr");
    const cells = [row.name, row.calls, row.state, row.size, row.before, row.after, row.factor];
    cells.forEach((text, index) => {
      const cell = element.insertCell();
      if (index === 2) cell.append(Object.assign(document.createElement("span"), { className: `badge ${text === "compiled" ? "compiled" : ""}`, textContent: text }));
      else cell.textContent = text;
      if (index !== 0 && index !== 2) cell.className = "number";
    });
    return element;
  }));
  if (rows.length === 0) {
    const cell = $("closures").insertRow().insertCell();
    Object.assign(cell, { colSpan: 7, className: "muted", textContent: "Nothing has been called yet." });
  }
}

function linked(bytes) {
  procedures.linked(bytes);
  plot.link(performance.now());
  showModule($("module"), bytes);
  $("module-what").textContent = `${bytes.length} bytes`;
}

async function compile() {
  const result = await client.ask("jit");
  if (result.procedures === 0) {
    say(procedures.isAnyCompiled ? "everything that was called is compiled already" : "nothing to compile: nothing has been called yet", "note");
  } else {
    const count = `${result.procedures} procedure${result.procedures === 1 ? "" : "s"}`;
    say(`JIT: ${count}, ${result.bytes} bytes; generated in ${duration(result.generating)}, compiled and linked in ${duration(result.linking)}`, "note");
  }
  await look();
}

function restarted() {
  isProgramNew = true;
  procedures.forget();
  $("closures").replaceChildren();
  say("Stopped. What the session had defined is gone; Evaluate runs the program anew.", "note");
}

// MARK: Repeating

async function repeat() {
  isRepeating = !isRepeating;
  $("repeat").setAttribute("aria-pressed", String(isRepeating));
  if (!isRepeating) return;
  if (!$("expression").value.trim()) {
    say("Repeat needs an expression.", "note");
  } else {
    await busily(async () => {
      let lastPause = performance.now();
      while (isRepeating && (await evaluate({ quiet: true }))) {
        // Not more often than there is something to see.
        if (reading.isOpen && performance.now() - lastPause < 16) continue;
        await new Promise((resolve) => setTimeout(resolve, 16));
        lastPause = performance.now();
      }
    });
  }
  isRepeating = false;
  $("repeat").setAttribute("aria-pressed", "false");
}

async function stop() {
  isRepeating = false;
  await client.stop();
}

// MARK: The race

async function race() {
  const { races } = await import("./races.js");
  const name = $("races").value;
  const contestants = [["interpreter", "interpreter", ""], ["jit", "JIT", "jit"], ["javaScript", "JavaScript", "js"]];
  await busily(async () => {
    const times = await client.ask("race", { name, runs: 9 });
    const medians = contestants.map(([key]) => median(times[key]));
    const most = Math.max(...medians);
    $("bars").replaceChildren(...contestants.map(([, title, kind], index) => {
      const bar = Object.assign(document.createElement("div"), { className: `bar ${kind}` });
      const fill = document.createElement("i");
      fill.style.width = `${(100 * medians[index]) / most}%`;
      const number = Object.assign(document.createElement("b"), { textContent: duration(medians[index]) });
      const box = document.createElement("span");
      box.append(fill);
      bar.append(title, box, number);
      return bar;
    }));
    $("bars").setAttribute("aria-label", contestants.map(([, title], index) => `${title}: ${duration(medians[index])}`).join("; "));
    $("race-note").textContent =
      `${races[name].call}: the JIT's code is ${(medians[0] / medians[1]).toPrecision(2)} times as fast as the interpreter, JavaScript ${(medians[1] / medians[2]).toPrecision(2)} ` +
      "times as fast as the JIT's code. Medians of 9 runs each, in this browser, now; the compilers may warm up for 5 runs. The JavaScript counts in doubles, the Scheme in integers of any size.";
  });
}

// MARK: Start

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([editor.text], { type: "text/plain" }));
  link.download = "program.scm";
  link.click();
  URL.revokeObjectURL(link.href);
}

/// Another example, in a session of its own.
async function choose(name, examples) {
  editor.text = examples[name];
  $("expression").value = expressions[name] ?? "";
  isProgramNew = true;
  await stop();
  await client.reset();
  procedures.forget();
  plot.clear();
  $("closures").replaceChildren();
  $("plot-what").textContent = "";
}

const evaluateOnce = () => busily(evaluate);
$("evaluate").addEventListener("click", evaluateOnce);
$("jit").addEventListener("click", () => (isRepeating ? compile() : busily(compile)));
$("repeat").addEventListener("click", repeat);
$("stop").addEventListener("click", stop);
$("clear").addEventListener("click", () => {
  showWaiting();
  $("output").replaceChildren();
});
$("save").addEventListener("click", save);
$("race").addEventListener("click", race);
$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText($("command").textContent);
  $("copy").textContent = "Copied";
  setTimeout(() => { $("copy").textContent = "Copy"; }, 1500);
});
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && !$("evaluate").disabled) evaluateOnce();
  else if ((event.ctrlKey || event.metaKey) && event.key === "j" && !$("jit").disabled) $("jit").click();
  else if (event.key === "Escape" && !$("stop").disabled) stop();
  else return;
  event.preventDefault();
});

const examples = await (await fetch("examples.json")).json();
$("examples").replaceChildren(...Object.keys(examples).map((name) => new Option(name.replaceAll("-", " "), name)));
$("examples").value = "fibonacci";
$("examples").addEventListener("change", () => choose($("examples").value, examples));
editor.text = examples.fibonacci;
$("expression").value = expressions.fibonacci;
import("./races.js").then(({ races }) => $("races").replaceChildren(...Object.keys(races).map((name) => new Option(name, name))));
status("loading the Scheme", "busy");
client.started.then(
  () => status(client.isShared ? "ready" : "ready; the page is not cross-origin isolated, so Stop begins a new session", "ready"),
  (error) => status(`cannot start: ${error.message}`, "failed"));

/// For tests.
globalThis.latchPage = { client, evaluate: evaluateOnce, choose: (name) => choose(name, examples), human };
