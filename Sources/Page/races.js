// The programs of the race, each in Scheme and in JavaScript, written the same way.

function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function tak(x, y, z) {
  return y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z;
}

function isSafe(row, rows) {
  let distance = 1;
  for (let rest = rows; rest !== null; rest = rest.next, distance++) {
    if (rest.row === row || rest.row === row + distance || rest.row === row - distance) return false;
  }
  return true;
}

function queens(size, column, rows) {
  if (column === 0) return 1;
  let total = 0;
  for (let row = 1; row <= size; row++) {
    if (isSafe(row, rows)) total += queens(size, column - 1, { row, next: rows });
  }
  return total;
}

function collatz(limit) {
  let longest = 0;
  for (let start = 1; start < limit; start++) {
    let steps = 0;
    for (let n = start; n !== 1; steps++) n = n % 2 === 0 ? Math.floor(n / 2) : 3 * n + 1;
    if (steps > longest) longest = steps;
  }
  return longest;
}

function integral(steps) {
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const x = (i + 0.5) / steps;
    sum += 4 / (1 + x * x);
  }
  return Math.round((sum / steps) * 1e6);
}

export const races = {
  "fib 25": {
    scheme: "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))", call: "(fib 25)", result: "75025", javascript: () => fib(25),
  },
  "tak 18 12 6": {
    scheme: "(define (tak x y z) (if (< y x) (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y)) z))", call: "(tak 18 12 6)", result: "7",
    javascript: () => tak(18, 12, 6),
  },
  "8 queens": {
    scheme: `(define (safe? row rows)
      (let loop ((rest rows) (distance 1))
        (or (null? rest)
            (let ((other (car rest)))
              (and (not (= other row)) (not (= other (+ row distance))) (not (= other (- row distance)))
                   (loop (cdr rest) (+ distance 1)))))))
    (define (queens size column rows)
      (if (= column 0)
          1
          (let loop ((row 1) (total 0))
            (if (> row size)
                total
                (loop (+ row 1) (if (safe? row rows) (+ total (queens size (- column 1) (cons row rows))) total))))))`,
    call: "(queens 8 8 '())", result: "92", javascript: () => queens(8, 8, null),
  },
  "Collatz to 5000": {
    scheme: `(define (steps n) (let loop ((n n) (count 0)) (if (= n 1) count (loop (if (even? n) (quotient n 2) (+ (* 3 n) 1)) (+ count 1)))))
    (define (collatz limit)
      (let loop ((start 1) (longest 0))
        (if (= start limit) longest (loop (+ start 1) (let ((n (steps start))) (if (> n longest) n longest))))))`,
    call: "(collatz 5000)", result: "237", javascript: () => collatz(5000),
  },
  "pi by an integral": {
    scheme: `(define (integral steps)
      (let loop ((i 0) (sum 0.0))
        (if (= i steps)
            (exact (round (* (/ sum steps) 1e6)))
            (let ((x (/ (+ i 0.5) steps))) (loop (+ i 1) (+ sum (/ 4.0 (+ 1.0 (* x x)))))))))`,
    call: "(integral 50000)", result: "3141593", javascript: () => integral(50000),
  },
};
