"""Random programs about continuations, run interpreted, compiled, and with a collection at every poll: what they write must be the same.

A program has three procedures of nested `call/cc`, whose continuations are called, passed to procedures that call or keep them, and entered again when their calls are
gone, inside of `dynamic-wind`, `parameterize`, `guard`, handlers, loops and recursion; now and then a procedure that gets a continuation is redefined. Generated code
makes continuations without frames where it has shown that nobody can call them later: that is what this looks for mistakes in.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

FRAME = """
(define kept #f) (define again 0) (define trace '())
(define (note x) (set! trace (cons x trace)) x)
(define (small x) (if (and (number? x) (exact? x)) (modulo x 1000) 0))
(define (call k x) (k x))
(define (leave k x) x)
(define (keep k x) (set! kept k) x)
(define (call-in k x) (+ 1 (call k x)))
(define (call-or-leave k x) (if (odd? x) (call k x) (leave k x)))
(define (find k l) (for-each (lambda (x) (if (= x 3) (k x))) l) 7)
(define (deep n thunk) (if (= n 0) (thunk) (+ 1 (deep (- n 1) thunk))))
(define (enter x) (if (and kept (< again 3)) (begin (set! again (+ again 1)) (note 'again) (kept x)) x))
(define first-call call) (define first-leave leave) (define first-keep keep)
(define p (make-parameter 1))
%s
(define (round n)
  (set! kept #f) (set! again 0) (set! trace '())
  (if (= 0 (modulo n 7)) (begin (set! call first-call) (set! leave first-leave)))
  (let ((result (guard (x (#t (list 'raised (if (error-object? x) (error-object-message x) x)))) (list (small (t0 n)) (small (t1 (+ n 1))) (small (t2 (- n 1)))))))
    (list result (p) trace)))
(define (run n results)
  (if (= n 0)
      results
      (let ((result (round n)))
        (run (- n 1) (cond ((< (length results) 40) (cons result results)) ((equal? result (car results)) results) (else (cons result (cdr results))))))))
(define (show rounds) (write (run rounds '())))
(show %d)
"""


class Writer:
    """Writes random expressions, with the continuations and variables in scope."""

    def __init__(self, rng):
        self.rng = rng

    def expression(self, depth, ks, vs):
        rng = self.rng
        if depth <= 0:
            if vs and rng.random() < 0.5:
                return rng.choice(vs)
            if ks and rng.random() < 0.5:
                return f"({rng.choice(ks)} {rng.randint(0, 5)})"
            return str(rng.randint(0, 9))

        def inner(more_ks=(), more_vs=(), less=1):
            return self.expression(depth - less, ks + list(more_ks), vs + list(more_vs))

        k, v = f"k{rng.randint(0, 99)}", f"v{rng.randint(0, 99)}"
        forms = [lambda: f"(call/cc (lambda ({k}) {inner([k])}))"] * 5 + [
            lambda: f"(enter {inner()})",
            lambda: f"(+ {inner()} {inner()})",
            lambda: f"(if (odd? (small {inner()})) {inner()} {inner()})",
            lambda: f"(let (({v} (small {inner()}))) {inner([], [v])})",
            lambda: f"(dynamic-wind (lambda () (note 'in)) (lambda () {inner()}) (lambda () (note 'out)))",
            lambda: f"(parameterize ((p {inner()})) (+ (small (p)) {inner()}))",
            lambda: f"(guard (x ({rng.choice(['#t', '(number? x)', '(symbol? x)'])} (note 'caught) (if (number? x) x 5))) {inner()})",
            lambda: rng.choice([f"(raise {inner()})", "(raise 's)", f"(note (small {inner()}))", f"(note (small {inner()}))"]),
            lambda: f"(deep {rng.choice([1, 3, 20])} (lambda () (small {inner()})))",
            lambda: f"(let ((s 0)) (for-each (lambda ({v}) (set! s (+ s (small {inner([], [v])})))) (list 1 2 3)) s)",
            lambda: f"(let loop ((i 0) (s 0)) (if (= i 3) s (loop (+ i 1) (+ s (small {inner([], ['i'])})))))",
            lambda: f"(with-exception-handler (lambda (x) {inner([], [], 2)}) (lambda () (+ 1 (small {rng.choice([f'(raise-continuable {inner()})', inner()])}))))",
            lambda: f"(begin (set! call {rng.choice(['first-call', 'first-leave', 'first-keep', 'first-keep'])}) {inner()})",
            lambda: f"(begin (set! leave {rng.choice(['first-call', 'first-leave', 'first-keep'])}) {inner()})",
        ]
        if ks:
            used = rng.choice(ks)
            forms += [
                lambda: f"({used} {inner()})",
                lambda: f"(small ({rng.choice(['call', 'leave', 'call-in', 'call-or-leave'])} {used} {inner()}))",
                lambda: f"(keep {used} {inner()})",
                lambda: f"(small (find {used} (list 1 2 {inner()})))",
            ]
        return rng.choice(forms)()


def program(rng, rounds):
    writer = Writer(rng)
    procedures = [f"(define (t{i} a) {writer.expression(rng.randint(3, 7), [], ['a'])})" for i in range(3)]
    return FRAME % ("\n".join(procedures), rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latch", default=os.path.join(ROOT, ".build/release/latch"))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    # Few rounds, all compiled; then enough of them to become hot.
    groups = [(60, ["--jit off", "--jit eager", "--jit eager --gc-stress"]), (1500, ["--jit off", "--jit auto"])]
    end = time.monotonic() + options.seconds
    programs = found = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program.scm")

        def run(mode):
            try:
                result = subprocess.run(
                    [options.latch, *mode.split(), "--heap-limit", "256", path], capture_output=True, text=True, timeout=60, check=False)
            except subprocess.TimeoutExpired:
                return "no end"
            return (result.returncode, result.stdout, result.stderr)

        while time.monotonic() < end:
            seed = options.seed * 1_000_000 + programs
            for rounds, modes in groups:
                text = program(random.Random(seed), rounds)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
                results = [run(mode) for mode in modes]
                if any(result != results[0] or result == "no end" or result[0] not in (0, 1) for result in results):
                    found += 1
                    kept = os.path.join(ROOT, "fuzz-findings")
                    os.makedirs(kept, exist_ok=True)
                    name = os.path.join(kept, f"continuations-{seed}.scm")
                    with open(name, "w", encoding="utf-8") as file:
                        file.write(text)
                    print(f"{name}: {', '.join(modes)} differ", flush=True)
            programs += 1
    print(f"seed {options.seed}: {programs} programs; {found} findings")
    sys.exit(1 if found else 0)


main()
