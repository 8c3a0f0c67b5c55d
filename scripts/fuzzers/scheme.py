"""Runs mutated Scheme programs in `latch --jit off|auto|eager` and reports what must not happen: a crash, a trap, a hang, or modes that differ.

The seeds are the forms of the conformance suite, of the examples and of the benchmarks. A program of a few forms gets token mutations (swap, drop, repeat, replace by a
token from elsewhere or a nasty constant, wrap) and now and then byte mutations. A program may end with an error, or be stopped at a limit.
"""

import argparse
import glob
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODES = ["off", "auto", "eager"]
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|#\\(?:[A-Za-z0-9]+|.)|#\(|#u8\(|,@|[()\'`,]|;[^\n]*|\|[^|]*\||[^\s()\'`,";]+', re.S)
NASTY = """0 -1 1 2 1/2 -0.0 1e308 +inf.0 +nan.0 1152921504606846975 1152921504606846976 -1152921504606846977 18446744073709551616 123456789012345678901234567890
() #t #f #\\a #\\x10FFFF "" "λ" 'a (vector) (list) (values) (values 1 2) car cons call/cc (lambda x x) (if #f #f) (eof-object) #u8() #() (string #\\a) (make-vector 3 0)
define lambda let let* letrec named-let do cond case guard else => ... _ syntax-rules define-syntax begin set! quote quasiquote unquote unquote-splicing
(call/cc (lambda (k) k)) (raise 'x) (error "e" 1) (delay 1) (make-parameter 1) (dynamic-wind car car car) #0=(1 . #0#) (open-input-string "x") (current-output-port)
(expt 2 200) (/ 1 3) (exact->inexact 1/3) (string->symbol "") (apply + 1 '(2)) (map car '((1))) .""".split("\n")
NASTY = [token for line in NASTY for token in TOKEN.findall(line)] + ["(values 1 2)", "(call/cc (lambda (k) k))", "(raise 'x)", "(make-vector 3 0)", "'(1 . 2)", "(expt 2 200)"]
# What gives something else each time, or reaches outside.
UNSTABLE = re.compile(r"jiffy|second|random|gc-stats|command-line|environment-variable|delete-file|emergency-exit|\bload\b|open-|call-with-(in|out)put-file|with-(in|out)put|file-exists|features")
CRASH = re.compile(r"trap|unreachable|out of bounds memory|fatal error|stack dump|assertion|overflow in the runtime|abort", re.I)


def forms(path):
    """The top-level forms of a file, as lists of tokens."""
    text = open(path, encoding="utf-8", errors="replace").read()
    depth, form = 0, []
    for token in TOKEN.findall(text):
        if token.startswith(";"):
            continue
        form.append(token)
        if token in ("(", "#(", "#u8("):
            depth += 1
        elif token == ")":
            depth -= 1
        if depth == 0 and token not in ("'", "`", ",", ",@"):
            yield form
            form = []


def corpus():
    result = []
    for pattern in ("Tests/R7RS/*.scm", "Tests/SRFI/*.scm", "Tests/Programs/*.scm", "scheme-examples/*.scm"):
        for path in sorted(glob.glob(os.path.join(ROOT, pattern))):
            for form in forms(path):
                if 3 < len(form) < 400 and form[1] not in ("import", "include", "define-library") and not UNSTABLE.search(" ".join(form)):
                    # The suite's checks are programs only with their frame: what they check is enough.
                    if form[1] == "check" or form[1].startswith("check-"):
                        form = form[2:-1]
                        if "=>" in form:
                            last = len(form) - 1 - form[::-1].index("=>")
                            form = form[:last]
                    result.append(form)
    return result


def mutate(tokens, seeds, rng):
    tokens = list(tokens)
    for _ in range(rng.choice((0, 1, 1, 2, 3, 6))):
        if not tokens:
            break
        i = rng.randrange(len(tokens))
        kind = rng.randrange(8)
        if kind == 0:
            del tokens[i]
        elif kind == 1:
            tokens.insert(i, tokens[rng.randrange(len(tokens))])
        elif kind == 2:
            tokens[i] = rng.choice(NASTY)
        elif kind == 3:
            other = rng.choice(seeds)
            tokens[i] = rng.choice(other)
        elif kind == 4:
            j = rng.randrange(len(tokens))
            tokens[i], tokens[j] = tokens[j], tokens[i]
        elif kind == 5:
            end = min(len(tokens), i + rng.randrange(1, 8))
            tokens[i:i] = tokens[i:end]
        elif kind == 6:
            other = rng.choice(seeds)
            tokens[i:i] = other if len(other) < 60 else other[:10]
        else:
            tokens[i:i] = ["(", rng.choice(NASTY), tokens[i], ")"]
    return balanced(tokens) if rng.randrange(6) else tokens


def balanced(tokens):
    """Without closing parentheses too many, and with those that are missing: most programs should get past the reader."""
    result, depth = [], 0
    for token in tokens:
        if token == ")" and depth == 0:
            continue
        depth += (token in ("(", "#(", "#u8(")) - (token == ")")
        result.append(token)
    return result + [")"] * depth


def program(seeds, rng):
    text = ""
    for _ in range(rng.randrange(1, 6)):
        form = mutate(rng.choice(seeds), seeds, rng)
        body = " ".join(form).replace("( ", "(").replace(" )", ")")
        style = rng.randrange(4)
        if style == 0:
            text += body + "\n"
        elif style == 1:
            text += "(guard (e (#t (write 'caught))) (write " + body + "))\n(newline)\n"
        elif style == 2:
            text += "(define (hot n) (if (> n 0) (begin (guard (e (#t 'caught)) " + body + ") (hot (- n 1))) 'done))\n(write (hot 60))\n"
        else:
            text += "(call-with-values (lambda () " + body + ") (lambda results (write results)))\n"
    if rng.randrange(12) == 0:
        data = bytearray(text.encode())
        for _ in range(rng.randrange(1, 6)):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        return bytes(data)
    return text.encode()


def run(latch, mode, path, folder):
    try:
        done = subprocess.run([*latch, "--jit", mode, "--sandbox", "--heap-limit", "64", "--time-limit", "2", path],
                              cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return "hang", b"", ""


def verdict(results):
    """What is wrong with the three results, or None."""
    for mode, (code, _, errors) in results.items():
        if code == "hang":
            return f"hang in {mode}"
        if code < 0 or code > 128 and code != 255 or CRASH.search(errors.split("\n")[0]):
            return f"crash in {mode}: exit code {code}: {errors[:200]}"
    if any(code == 124 or "memory" in errors or "limit" in errors or "interrupt" in errors for code, _, errors in results.values()):
        return None
    first = {mode: (code, output, errors.split("\n")[0]) for mode, (code, output, errors) in results.items()}
    if len(set(first.values())) > 1 and not any(b"#<" in output for _, output, _ in first.values()):
        return "modes differ: " + "; ".join(f"{mode}: {value[0]} {value[1][-120:]!r} {value[2][:120]}" for mode, value in first.items())
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latch", required=True, help="the command, maybe with options")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    latch = options.latch.split()
    seeds, rng = corpus(), random.Random(options.seed)
    folder = tempfile.mkdtemp(prefix="latch-fuzz-")
    end, count, found, kinds = time.monotonic() + options.seconds, 0, 0, set()
    while time.monotonic() < end:
        text = program(seeds, rng)
        path = os.path.join(folder, "program.scm")
        with open(path, "wb") as file:
            file.write(text)
        problem = verdict({mode: run(latch, mode, path, folder) for mode in MODES})
        count += 1
        if problem:
            kind = re.sub(r"[0-9]+", "N", problem)[:80]
            if kind in kinds and found > 20:
                continue
            kinds.add(kind)
            found += 1
            kept = os.path.join(ROOT, "fuzz-findings")
            os.makedirs(kept, exist_ok=True)
            name = os.path.join(kept, f"scheme-{options.seed}-{count}.scm")
            shutil.copy(path, name)
            print(f"{name}: {problem}", flush=True)
    shutil.rmtree(folder)
    print(f"seed {options.seed}: {count} programs of {len(seeds)} forms, in 3 modes each; {found} findings")
    sys.exit(1 if found else 0)


main()
