#!/usr/bin/env python3
"""Compares Latch with the other Schemes that are installed: Guile, Chez, Gambit, CHICKEN.

  scripts/compare-schemes.py numbers            runs Tests/Numbers/table.scm in each; Tests/Numbers/differences.txt says what differs and why, and must say it exactly
  scripts/compare-schemes.py numbers --fill     writes the counts there; reasons of new rows are to be filled in by hand
  scripts/compare-schemes.py choices            evaluates the expressions in docs/r7rs-choices.md in each and compares with the columns there
  scripts/compare-schemes.py choices --fill     fills the columns of the systems that are installed

The environment variable LATCH names the command; without it, the release build.
"""

import collections
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LATCH = os.environ.get("LATCH", os.path.join(ROOT, ".build/release/latch"))

# Command, ending of its programs, and the prologue: zero-point, an inexact zero that no compiler folds; (caught thunk), the string that it gives, or `!` for an error and
# `?` where a variable is unbound; (evaluate form).
SYSTEMS = {
    "Latch": ([LATCH], "scm", '(import (latch)) (define (caught t) (guard (e (#t "!")) (t))) (define (evaluate x) (eval x (interaction-environment))) (define (flush) (flush-output-port))'),
    "Guile": (["guile", "--r7rs", "--no-auto-compile", "-q", "-s"], "scm", """
      (import (scheme base) (scheme write) (scheme read) (scheme char) (scheme complex) (scheme inexact) (scheme lazy) (scheme case-lambda) (scheme eval) (scheme repl))
      (define (caught t) (guard (e (#t (if (and (error-object? e) (equal? (error-object-message e) "Unbound variable: ~S")) "?" "!"))) (t)))
      (define (evaluate x) (eval x (interaction-environment)))
      (define (flush) (flush-output-port))"""),
    "Chez": (["scheme", "--script"], "ss", """
      (define (caught t)
        (call/cc (lambda (k)
          (with-exception-handler
            (lambda (e) (k (if (and (message-condition? e) (equal? (condition-message e) "variable ~:s is not bound")) "?" "!")))
            t))))
      (define (evaluate x) (eval x))
      (define (flush) (flush-output-port))"""),
    "Gambit": (["gsi", "-:d-"], "scm", """
      (define (caught t) (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (if (unbound-global-exception? e) "?" "!"))) t))))
      (define (evaluate x) (eval x))
      (define (flush) (force-output))"""),
    "CHICKEN": (["csi", "-s"], "scm", """
      (import (chicken condition) (chicken base) (chicken bitwise) (chicken flonum) (chicken port))
      (define (caught t)
        (handle-exceptions e (if (equal? ((condition-property-accessor 'exn 'message "") e) "unbound variable") "?" "!") (t)))
      (define (evaluate x) (eval x))
      (define (flush) (flush-output))"""),
}
OTHERS = [name for name in SYSTEMS if name != "Latch"]


def installed(name):
    return shutil.which(SYSTEMS[name][0][0]) is not None


def run(name, body, timeout=120):
    command, ending, prologue = SYSTEMS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "program." + ending)
        with open(path, "w", encoding="utf-8") as file:
            file.write(prologue + "\n(define zero-point 0.)\n" + body)
        try:
            done = subprocess.run([*command, path], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
            output, errors = done.stdout, done.stderr
        except subprocess.TimeoutExpired as expired:
            output, errors = expired.stdout or b"", expired.stderr or b""
        return output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")


# Numbers

def real(text):
    text = text.split("|")[0]  # Chez writes the precision of denormalised numbers
    if text[1:] in ("inf.0", "nan.0"):
        return -math.inf if text == "-inf.0" else float(text[1:4])
    return float(text) if re.search(r"[.e]", text) else Fraction(text)


def number(text):
    """Real and imaginary part, or None for what is no number."""
    try:
        found = re.match(r"^(.*?)([+-](?:inf\.0|nan\.0|[0-9./]+(?:e[+-]?[0-9]+)?)?)i$", text)
        if not found:
            return real(text), 0
        imaginary = found[2] + "1" if found[2] in "+-" else found[2]
        return real(found[1]) if found[1] else 0, real(imaginary)
    except ValueError:
        return None


def near(a, b, scale):
    if isinstance(a, float) != isinstance(b, float):
        return False
    if a == b or a != a and b != b:
        return True
    return isinstance(a, float) and math.isfinite(a) and math.isfinite(b) and abs(a - b) <= 1e-11 * scale


def same(a, b):
    """The same exactness, and the same value but for the last digits; the sign of a zero does not count."""
    if a == b:
        return True
    if a.startswith("(") and b.startswith("("):
        a, b = a[1:-1].split(","), b[1:-1].split(",")
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    x, y = number(a), number(b)
    if x is None or y is None:
        return False
    scale = max([1e-300] + [abs(part) for part in x if isinstance(part, float) and math.isfinite(part)])
    return near(x[0], y[0], scale) and near(x[1], y[1], scale)


def rows(output):
    """The procedure of each line and its cells."""
    result = []
    for line in output.split("\n"):
        found = re.match(r"^\((\S+?)( [^()]*)?\) ?(.*)$", line)
        if found:
            result.append((found[1], found[3].split(" ")))
    return result


def numbers(fill):
    table = open(os.path.join(ROOT, "Tests/Numbers/table.scm"), encoding="utf-8").read()
    golden = rows(open(os.path.join(ROOT, "Tests/Numbers/table.out"), encoding="utf-8").read())
    counts, present = collections.Counter(), [name for name in OTHERS if installed(name)]
    for name in present:
        output, errors = run(name, table)
        theirs = rows(output)
        if len(theirs) != len(golden):
            sys.exit(f"{name} does not run the table: {errors[:300]}")
        for (procedure, ours), (_, cells) in zip(golden, theirs):
            for index, cell in enumerate(ours):
                other = cells[index] if index < len(cells) else "missing"
                if other != "?" and not same(cell, other):
                    counts[name, procedure] += 1
    path = os.path.join(ROOT, "Tests/Numbers/differences.txt")
    lines = open(path, encoding="utf-8").read().split("\n") if os.path.exists(path) else []
    heading = [line for line in lines if line.startswith("#")]
    known = {(fields[0], fields[1]): fields for fields in (line.split("\t") for line in lines if line and not line.startswith("#"))}
    if fill:
        kept = {key: fields for key, fields in known.items() if key[0] not in present}
        for key, count in counts.items():
            kept[key] = [*key, str(count), known[key][3] if key in known else "REASON?"]
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(heading + ["\t".join(fields) for _, fields in sorted(kept.items())]) + "\n")
        return 0
    wrong = 0
    for key in sorted(set(counts) | {key for key in known if key[0] in present}):
        said = int(known[key][2]) if key in known else 0
        if counts[key] != said:
            print(f"{key[0]}: {key[1]} differs {counts[key]} times; the table says {said}")
            wrong += 1
    print(f"compared with {', '.join(present) or 'no other system'}: {wrong} rows are wrong")
    return wrong


# Choices: rows of tables in the page, `| expression | Latch | Guile | Chez | Gambit | CHICKEN |`

def cells(line):
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def plain(cell):
    return cell.strip("`").replace("\\|", "|")


def choices(fill):
    path = os.path.join(ROOT, "docs/r7rs-choices.md")
    lines = open(path, encoding="utf-8").read().split("\n")
    places = [i for i, line in enumerate(lines) if line.startswith("| `")]
    expressions = [plain(cells(lines[i])[0]) for i in places]
    program = """
      (define nothing (if #f #f))
      (define (written x)
        (let ((port (open-output-string)))
          (cond ((eq? x nothing) (display "unspecified" port)) ((eof-object? x) (display "eof" port)) ((procedure? x) (display "procedure" port)) (else (write x port)))
          (get-output-string port)))
      (for-each
        (lambda (text)
          (display (caught (lambda () (call-with-values (lambda () (evaluate (read (open-input-string text))))
                                                        (lambda results (apply string-append (map (lambda (x) (string-append (written x) " ")) results)))))))
          (display "\\n===\\n")
          (flush))
        (list %s))"""

    def results_of(name):
        """What each expression gives; one that ends the system or takes seconds is skipped."""
        results = []
        while len(results) < len(expressions):
            left = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in expressions[len(results) :]]
            texts = run(name, program % " ".join(left), timeout=15)[0].split("\n===\n")
            results += [text.strip() for text in texts[:-1]]
            if len(results) < len(expressions):
                results.append("&")
        return results

    wrong = 0
    names = list(SYSTEMS)
    for column, name in enumerate(names, 1):
        if not installed(name):
            continue
        for i, text in zip(places, results_of(name)):
            text = {"&": "does not end", "!": "error", "?": "not there", "": "no values"}.get(text, "`" + text.replace("|", "\\|") + "`")
            row = cells(lines[i]) + [""] * 6
            if row[column] != text:
                wrong += 1
                if not fill:
                    print(f"{name}: {row[0]} gives {text}; the page says {row[column]}")
                row[column] = text
            lines[i] = "| " + " | ".join(row[: 1 + len(names)]) + " |"
    if fill:
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        return 0
    print(f"{len(expressions)} expressions: {wrong} cells are wrong")
    return wrong


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in ("numbers", "choices"):
        sys.exit(__doc__)
    sys.exit(1 if {"numbers": numbers, "choices": choices}[sys.argv[1]]("--fill" in sys.argv) else 0)
