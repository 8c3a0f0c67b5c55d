"""Runs all scheme-examples on wasmtime: examples.py GUEST.wasm. Live by push and by pull, in one process; and the deep programs, on wasmtime's default stack. Prints what differs."""

import glob
import os
import sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(ROOT, "Sources", "Hosts"))
import latch_host
from wasmtime import Module

engine = latch_host.make_engine()
guest = Module.from_file(engine, sys.argv[1])
failures = 0


def expect(what, found, expected):
    global failures
    if found != expected:
        failures += 1
        print(f"{what}: {str(found)[:300]!r}, not {str(expected)[:300]!r}")


linked = 0
paths = sorted(glob.glob(os.path.join(ROOT, "scheme-examples", "*.scm")))
for path in paths:
    with open(path, encoding="utf-8") as file, open(path[:-3] + "out", encoding="utf-8") as out:
        source, expected = file.read(), out.read()
    for pull in [False, True]:
        written = []
        session = latch_host.Session(engine, guest, jit="off" if pull else "auto", pull=pull, write=lambda stream, data: written.append(data))
        status = (session.evaluate_in_steps if pull else session.evaluate)(source, path)
        expect(f"{path} {'pull' if pull else 'push'}", (status[0], b"".join(written).decode()), ("value", expected))
        expect(f"{path}: refused modules", session.linker.statistics["refused"] if not pull else 0, 0)
        linked += session.linker.statistics["modules"]

session = latch_host.Session(engine, guest, write=lambda stream, data: None)
for mode in [0, 2]:
    session._call("latch_jit_set_mode", mode)
    expect("deep recursion", session.evaluate("(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1))))) (deep 1000000)", show=True), ("value", "1000000"))
    for depth in [100, 400, 3000, 20_000, 100_000]:
        for left, right in [("(+ 1 ", ")"), ("(if #t ", " 1)"), ("(let ((x 1)) ", ")"), ("((lambda (x) ", ") 1)"), ("(cond (#f 1) (else ", "))"), ("(and 1 ", ")")]:
            status, text = session.evaluate(f"(begin {left * depth}0{right * depth} 'done)", show=True)
            is_error = status == "error" and any(words in text for words in ["nested too deeply", "too many", "out of memory"])
            expect(f"{left}{depth}", status == "value" or is_error or text, True)

print(f"{len(paths)} examples by push and pull, {linked} modules linked, {failures} differences")
sys.exit(1 if failures or not linked else 0)
