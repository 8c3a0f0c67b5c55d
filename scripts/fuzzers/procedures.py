"""Calls every procedure of the Scheme with odd arguments, and reports a crash, a trap, a stall, or modes that differ.

The procedures are the primitives, those of the base library and the exports of the SRFI libraries, read from the sources. The arguments are edges of all kinds of
numbers, circular and improper lists, strings, vectors, tables, ports, ... and callbacks: some capture their continuation, which is entered again when the call is over;
some change what is being walked; some raise, escape, or give several values. A program makes hundreds of calls, each one guarded and written to the output, so that
a million calls take minutes. A call that never ends is stopped at the time limit and counted; the program goes on after it.
"""

import argparse
import glob
import os
import random
import re
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CRASH = re.compile(r"trap|unreachable|out of bounds memory|fatal error|stack dump|assertion|overflow in the runtime|abort", re.I)
# What ends the program, reads its text, or gives something else each time.
LEFT_OUT = re.compile(
    r"^(exit|emergency-exit|load|read|read-.*|peek-.*|char-ready\?|u8-ready\?|random.*|default-random.*|current-jiffy|current-second|real-time|runtime|gc-stats|command-line"
    r"|.*environment.*|delete-file|open-.*file|call-with-.*-file|with-.*-file|file-exists\?|.*hash|.*hash-.*by.*|hash|char-set-hash|string-hash-ci|generate-uninterned-symbol"
    r"|comparator-register-default!|jiffies-per-second|features|test-.*|eval|%.*|current-.*-port|close-.*|stream-constant|circular-.*|ephemeron.*|make-ephemeron)$")
LIBRARIES = [1, 13, 14, 41, 95, 111, 113, 115, 125, 128, 130, 132, 133, 151, 158]

FRAME = r"""
(define K #f) (define again 0) (define calls 0)
(define L #f) (define V #f) (define S #f) (define T #f) (define B #f) (define C (list 1 2 3)) (define A #f)
(set-cdr! (cddr C) C)
(define (reset!)
  (set! K #f) (set! again 0) (set! calls 0)
  (set! L (list 3 1 2 5 4)) (set! V (vector 3 1 2 5 4)) (set! S (string #\c #\a #\b #\e #\d)) (set! B (bytevector 3 1 2 5 4))
  (set! A (list (cons 'a 1) (cons 'b 2) (cons 'c 3)))
  (set! T (t125:make-hash-table equal?)) (t125:hash-table-set! T 1 'one) (t125:hash-table-set! T 'b 2))
(define (count!) (set! calls (+ calls 1)) (if (> calls 300) (begin (set! calls 0) (raise 'enough))))
(define (first-of args) (if (pair? args) (car args) 0))
(define (capture . args) (count!) (call/cc (lambda (k) (set! K k) (first-of args))))
(define (mutate . args)
  (count!)
  (set-cdr! (cdr L) '()) (vector-fill! V 'x) (string-set! S 0 #\z) (t125:hash-table-clear! T) (set-cdr! A '()) (bytevector-u8-set! B 1 255)
  (first-of args))
(define (grow . args) (count!) (set-cdr! (cdr L) (list 7 8 9)) (t125:hash-table-set! T calls args) (set-car! A (cons 'z 1)) #f)
(define (knot . args) (count!) (set-cdr! (cddr L) L) #t)
(define (raiser . args) (count!) (raise 'raised))
(define (many . args) (count!) (values 1 2 3))
(define (none . args) (count!) (values))
(define (odd-one . args) (count!) (if (odd? calls) (first-of args) #f))
(define (truth . args) (count!) #t)
(define (same . args) (count!) (first-of args))
(define (limited x)
  (let* ((port (open-output-string)))
    (guard (e (#t (write-string "unwritable" port))) (write x port))
    (let ((text (get-output-string port))) (if (> (string-length text) 200) (substring text 0 200) text))))
(define (describe e)
  (if (error-object? e) (string-append "error: " (limited (error-object-message e)) (limited (error-object-irritants e))) (string-append "raised: " (limited e))))
(define (attempt i thunk)
  (reset!)
  (write i) (display " ") (flush-output-port)
  (let ((result (guard (e (#t (describe e))) (call-with-values thunk (lambda results (limited results))))))
    (write-string result) (newline)
    (if (and K (< again 2)) (let ((k K)) (set! again (+ again 1)) (set! K #f) (k again)))))
"""

# Sizes are such that what is made of one fits into the heap's limit, or cannot be made at all.
NUMBERS = """0 1 2 3 5 -1 -2 7 100 1000 255 256 65536 536870911 536870912 1073741823 -1073741825 2147483647 2147483648 4294967295 4294967296 1152921504606846975
1152921504606846976 -1152921504606846977 9223372036854775807 9223372036854775808 18446744073709551616 123456789012345678901234567890 (expt 7 300) (- (expt 2 200)) 1/2 -7/3
(/ (expt 3 80) (expt 2 70)) 0.0 -0.0 1.0 1.5 -2.5 1e308 5e-324 4503599627370497.5 1e21 +inf.0 -inf.0 +nan.0 +i 1-2i 1/2+3/4i 1.5-0.5i +inf.0+nan.0i""".split()
NUMBERS = re.findall(r"\((?:[^()]|\([^()]*\))*\)|[^\s()]+", " ".join(NUMBERS))
OBJECTS = """'() #t #f 'a 'lambda (string->symbol "") #\\a #\\x0 #\\x10FFFF #\\λ "" "abc" "λx\\x1F600;" S S S V V V L L L A A B T T C '(1 . 2) '(1 2 . 3) '((a . 1) b (c . 2)) '(3 2 1) '("a" "b") '(#\\a #\\b)
#() #(1 2 3) (make-vector 100 'a) #u8() #u8(1 2 255) (make-string 50 #\\a) (make-list 20 1) (if #f #f) (eof-object) (make-parameter 1) (delay 1) (make-promise 2)
(open-input-string "abc (d) 12") (open-output-string) (open-input-bytevector (bytevector 1 2)) (let ((p (open-input-string "x"))) (close-port p) p) (list L V S) (vector L L)
(call/cc (lambda (k) k)) (string->symbol "A b") (cons L L) (t14:char-set #\\a #\\b) (t128:make-default-comparator) (t41:stream 1 2 3) (t158:generator 1 2 3) (t115:regexp '(* "a"))
(t113:set (t128:make-default-comparator) 1 2) (t111:box 1) 'infix (guard (e (#t e)) (car 5)) '(* ($ "a")) '(or "a" "b")""".replace("\n", " ")
OBJECTS = re.findall(r"'?\((?:[^()\"]|\"(?:\\.|[^\"\\])*\"|\((?:[^()\"]|\"(?:\\.|[^\"\\])*\"|\((?:[^()\"]|\"(?:\\.|[^\"\\])*\"|\([^()]*\))*\))*\))*\)|#u8\([^()]*\)|#\([^()]*\)|\"(?:\\.|[^\"\\])*\"|[^\s()\"]+", OBJECTS)
PROCEDURES = "capture capture capture mutate mutate mutate grow knot raiser many none odd-one truth same car cons + < eq? (lambda () 1) (lambda (x) x) (lambda (a b) a) char? (make-parameter 5)".split()
PROCEDURES = re.findall(r"\((?:[^()]|\([^()]*\))*\)|[^\s()]+", " ".join(PROCEDURES))


# What a procedure is likely to take, by its name as programs write it: most arguments come from there, so that most calls get beyond the first check.
LIKELY = [
    (r"^t41:|stream", ["(t41:stream 1 2 3)", "t41:stream-null", "(t41:stream-from 1)", "(t41:stream-cons 1 (car 5))"]),
    (r"^t158:", ["(t158:generator 1 2 3)", "(t158:list->generator L)", "(t158:make-coroutine-generator (lambda (yield) (yield 1) (yield 2)))", "(t158:vector->generator V)", "capture"]),
    (r"^t113:.*bag", ["(t113:bag (t128:make-default-comparator) 1 1 2)", "(t128:make-default-comparator)", "L"]),
    (r"^t113:", ["(t113:set (t128:make-default-comparator) 1 2)", "(t128:make-default-comparator)", "L"]),
    (r"^t125:", ["T", "T", "1", "'b", "A", "(t128:make-default-comparator)"]),
    (r"^t128:", ["(t128:make-default-comparator)", "(t128:make-comparator number? = < #f)", "L", "V"]),
    (r"^t14:", ["(t14:char-set #\\a #\\b)", "(t14:string->char-set S)", "#\\a", "t14:char-set:letter", "S", "97", "128"]),
    (r"^t115:", ["'(* \"a\")", "'(: ($ \"a\") (? any))", "S", "\"banana\"", "'word", "(t115:regexp-search \"a\" \"banana\")", "'(+ (or \"a\" \"an\"))"]),
    (r"bytevector|u8", ["B", "#u8(1 2 255)", "S"]),
    (r"string|^t13:|^t130:|substring", ["S", "S", "\"banana\"", "\"λx\"", "#\\a", "(list S S)", "t14:char-set:letter", "char-alphabetic?"]),
    (r"vector|^t133:", ["V", "V", "#(1 2 3)", "(vector L L)", "L"]),
    (r"^t132:|sort|merge", ["<", "V", "L", "'(3 2 1)", "odd-one", "(lambda (a b) (mutate a) #t)"]),
    (r"char", ["#\\a", "#\\λ", "S"]),
    (r"write|display|newline|port|flush", ["(open-output-string)", "(open-input-string \"abc\")", "S", "C", "L"]),
    (r"call|dynamic|apply|values|raise|handler|promise|delay|param|wind", ["capture", "(lambda () 1)", "none", "many", "(make-parameter 1)", "(delay 1)", "L"]),
    (r"symbol|intern", ["'a", "S", "'b"]),
    (r"^t1:|list|append|map|for-each|mem|ass|reverse|length|reduce|fold|filter|delete|^c[ad]+r$|pair|last|iota|any|every|count", ["L", "L", "A", "'(3 2 1)", "'(1 2 . 3)", "C", "(list L V S)"]),
]


def arities(text):
    """From each defined name to the least and the greatest number of its arguments, -1 for no limit."""
    result = {}
    for name, formals in re.findall(r"^ *\(define \(([^\s()]+)([^()]*)\)", text, re.M):
        required, _, rest = formals.partition(" . ")
        count = len(required.split())
        result[name] = (count, -1 if rest else count)
    return result


def names():
    """All procedures, as programs write them (those of the SRFI libraries with a prefix), each with its numbers of arguments where they are known."""
    found = {}
    for path in glob.glob(os.path.join(ROOT, "Sources/SchemeCore/**/*.swift"), recursive=True):
        for name, least, most in re.findall(r'define\("([^"\s]+)", (-?\d+), (-?\d+)', open(path, encoding="utf-8").read()):
            found[name] = (int(least), int(most))
    for path in glob.glob(os.path.join(ROOT, "Sources/SchemeLibrary/base/*.scm")):
        found.update(arities(open(path, encoding="utf-8").read()))
    found = {name: arity for name, arity in found.items() if not LEFT_OUT.match(name)}
    for number in LIBRARIES:
        text = open(os.path.join(ROOT, f"Sources/SchemeLibrary/srfi/{number}.scm"), encoding="utf-8").read()
        exports = re.sub(r"\(rename \S+ (\S+)\)", r"\1", text[text.index("(export") + 7 : text.index("(import")])
        macros = set(re.findall(r"\(define-syntax (\S+)", text))
        known = arities(text)
        for name in exports.replace(")", " ").split():
            if name not in macros and ":" not in name and not name.startswith(";") and not LEFT_OUT.match(name):
                found[f"t{number}:{name}"] = known.get(name, (1, 4))
    return dict(sorted(found.items()))


def argument(rng, likely=None):
    kind = rng.randrange(20)
    if likely and kind < 9:
        return rng.choice(likely)
    if kind < 12:
        return rng.choice("0 0 1 1 2 3 5 4".split())
    return rng.choice(PROCEDURES if kind < 16 else NUMBERS if kind < 18 else OBJECTS)


def call(arities, names, rng):
    name = rng.choice(names)
    likely = next((pool for pattern, pool in LIKELY if re.search(pattern, name)), NUMBERS)
    least, most = arities[name]
    count = rng.randrange(7) if rng.randrange(12) == 0 else rng.randint(least, most if most >= 0 else least + 3)
    arguments = " ".join(argument(rng, likely) for _ in range(count))
    style = rng.randrange(16)
    if style == 0:
        return f"(apply {name} (list {arguments}))"
    if style == 1:
        return f"(map {name} {' '.join(['L', 'A', 'L', 'A'][: max(1, min(count, 4))])})"
    if style == 2:
        other = rng.choice(names)
        return f"({name} ({other} {' '.join(argument(rng) for _ in range(max(0, arities[other][0])))}) {arguments})"
    if style == 3:
        return f"(dynamic-wind (lambda () (count!)) (lambda () ({name} {arguments})) (lambda () (count!)))"
    if style == 4:
        return f"(call/cc (lambda (k) (with-exception-handler (lambda (e) (k (list 'handled (capture e)))) (lambda () ({name} {arguments})))))"
    return f"({name} {arguments})"


def program(calls, skipped):
    imports = " ".join(f"(prefix (srfi {number}) t{number}:)" for number in LIBRARIES)
    body = "\n".join(f"(attempt {i} (lambda () {text}))" for i, text in enumerate(calls) if i not in skipped)
    return f"(import (latch) {imports})\n{FRAME}\n{body}\n(display \"end\")\n"


class Stalled(Exception):
    """A call that does not end before the time limit."""


def run(latch, options, calls, folder, stalled):
    """The output of each call but those of `stalled`. Raises the number of a call that stalls, and what crashes."""
    lines = {}
    path = os.path.join(folder, "program.scm")
    with open(path, "w", encoding="utf-8") as file:
        file.write(program(calls, stalled))
    try:
        done = subprocess.run([*latch, *options, "--sandbox", "--heap-limit", "128", "--time-limit", "20" if "--gc-stress" in options else "5", path],
                              cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
    except subprocess.TimeoutExpired:
        raise RuntimeError("does not stop at the time limit") from None
    output, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    last = -1
    for line in output.split("\n"):
        number, _, text = line.partition(" ")
        if number.isdigit():
            last = int(number)
            lines[last] = lines.get(last, "") + text + "\n"
    if done.returncode == 0 and output.endswith("end"):
        return lines
    culprit = calls[last] if 0 <= last < len(calls) else "(the frame)"
    if done.returncode == 124:
        raise Stalled(last)
    first_line = errors.split("\n")[0]
    raise RuntimeError(f"{' '.join(options)}: exit code {done.returncode}: {first_line[:200]}: {culprit}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latch", required=True, help="the command, maybe with options")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--calls", type=int, default=400, help="calls in a program")
    options = parser.parse_args()
    latch, rng = options.latch.split(), random.Random(options.seed)
    known = names()
    procedures = list(known)
    folder = tempfile.mkdtemp(prefix="latch-fuzz-")
    end, forms, stalls, found, kinds = time.monotonic() + options.seconds, 0, {}, 0, set()
    modes = {"off": ["--jit", "off"], "auto": ["--jit", "auto"], "eager": ["--jit", "eager"]}
    kept = os.path.join(ROOT, "fuzz-findings")
    round_number = 0

    def report(what, calls):
        nonlocal found
        kind = re.sub(r"[0-9]+", "N", what)[:120]
        if kind in kinds:
            return
        kinds.add(kind)
        found += 1
        os.makedirs(kept, exist_ok=True)
        path = os.path.join(kept, f"procedures-{options.seed}-{round_number}.scm")
        with open(path, "w", encoding="utf-8") as file:
            file.write(program(calls, set()))
        print(f"{path}: {what}", flush=True)

    while time.monotonic() < end:
        round_number += 1
        calls = [call(known, procedures, rng) for _ in range(options.calls)]
        stalled = set()
        try:
            # What a call leaves behind may show in later ones: when one stalls, all modes begin again without it.
            while True:
                try:
                    results = {mode: run(latch, modes[mode], calls, folder, stalled) for mode in modes}
                    break
                except Stalled as stall:
                    stalled.add(stall.args[0])
            forms += sum(len(lines) for lines in results.values())
            if round_number % 10 == 0:
                few = calls[:40]
                try:
                    forms += len(run(latch, ["--jit", "auto", "--gc-stress"], few, folder, stalled))
                except Stalled:
                    pass
        except RuntimeError as problem:
            report(str(problem), calls)
            continue
        for i in stalled:
            name = calls[i].lstrip("(").split()[0]
            stalls[name] = stalls.get(name, 0) + 1
        for i in range(len(calls)):
            lines = {mode: results[mode].get(i) for mode in modes}
            if i not in stalled and len(set(lines.values())) > 1:
                report(f"modes differ: {calls[i]}: {lines}"[:600], [calls[i]])
    print(f"seed {options.seed}: {forms} calls of {len(procedures)} procedures; {found} findings; stopped at the time limit: {sum(stalls.values())} "
          + " ".join(f"{name} {count}" for name, count in sorted(stalls.items(), key=lambda x: -x[1])[:20]))
    sys.exit(1 if found else 0)


main()
