// What QuickJS executes in `scripts/bench real`: a bit of everything that programs in JavaScript do. Its value is a number that depends on all of it.
"use strict";
(() => {
  let sum = 0;
  const add = value => { for (const character of String(value)) sum = (sum * 31 + character.codePointAt(0)) % 1000000007; };
  let seed = 42;
  const chance = bound => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 16) % bound; };

  // Expressions: a reader, a tree of objects of several classes, their values, and what simplifying leaves.
  class Number_ { constructor(value) { this.value = value; } evaluate() { return this.value; } simplify() { return this; } toString() { return `${this.value}`; } }
  class Variable { constructor(name) { this.name = name; } evaluate(all) { return all[this.name]; } simplify() { return this; } toString() { return this.name; } }
  class Binary {
    constructor(operator, left, right) { this.operator = operator; this.left = left; this.right = right; }
    evaluate(all) {
      const left = this.left.evaluate(all), right = this.right.evaluate(all);
      switch (this.operator) {
        case "+": return left + right;
        case "-": return left - right;
        case "*": return left * right;
        default: if (right === 0) throw new RangeError(`${this} at ${all.x}`); return left / right;
      }
    }
    simplify() {
      const left = this.left.simplify(), right = this.right.simplify();
      return left instanceof Number_ && right instanceof Number_ && this.operator !== "/" ? new Number_(new Binary(this.operator, left, right).evaluate({})) : new Binary(this.operator, left, right);
    }
    toString() { return `(${this.left} ${this.operator} ${this.right})`; }
  }
  function parse(text) {
    const tokens = text.match(/\d+(?:\.\d+)?|[a-z]+|[-+*\/()]/g);
    let at = 0;
    const primary = () => {
      const token = tokens[at++];
      if (token === "(") { const inner = expression(); at++; return inner; }
      return /^\d/.test(token) ? new Number_(parseFloat(token)) : new Variable(token);
    };
    const product = () => { let left = primary(); while (tokens[at] === "*" || tokens[at] === "/") left = new Binary(tokens[at++], left, primary()); return left; };
    const expression = () => { let left = product(); while (tokens[at] === "+" || tokens[at] === "-") left = new Binary(tokens[at++], left, product()); return left; };
    return expression();
  }
  let caught = 0, total = 0;
  for (const text of ["(x + 3 * 4) / (y - 2)", "x * x - 2 * x * y + y * y", "(1 + 2) * (3 + 4) * z / (x - y)", "((x))+((y*7.5))/(z+1)"]) {
    const tree = parse(text), simple = tree.simplify();
    add(simple);
    for (let x = 0; x < 40; x++) {
      try { total += simple.evaluate({ x, y: x % 5, z: 3 }) - tree.evaluate({ x, y: x % 5, z: 3 }) + x; } catch (error) { if (!(error instanceof RangeError)) throw error; caught += error.message.length; }
    }
  }
  add(total); add(caught);

  // Collections: people by city, joined, sorted and written as JSON, and read again.
  const people = Array.from({ length: 400 }, (_, id) => ({ id, name: "abcdefgh".slice(chance(4), 4 + chance(4)), city: ["Uppsala", "Porto", "Lagos", "Quito"][chance(4)], age: 20 + chance(60) }));
  const cities = new Map();
  for (const { city, ...person } of people) { if (!cities.has(city)) cities.set(city, []); cities.get(city).push(person); }
  const summary = [...cities].map(([city, all]) => ({ city, mean: all.reduce((a, p) => a + p.age, 0) / all.length, names: [...new Set(all.map(p => p.name))].sort() })).sort((a, b) => a.mean - b.mean);
  add(JSON.stringify(JSON.parse(JSON.stringify(summary)), null, 1).length);
  people.sort((a, b) => a.age - b.age || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id));
  add(people.slice(0, 20).map(p => p.id).join());

  // Generators, closures and texts.
  function* permutations(items) {
    if (items.length < 2) { yield items; return; }
    for (let i = 0; i < items.length; i++) for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [items[i], ...rest];
  }
  let even = 0;
  for (const [a, b, c] of permutations([1, 2, 3, 4, 5])) if ((a * b + c) % 2 === 0) even++;
  add(even);
  let text = "";
  for (let i = 0; i < 300; i++) text += `line ${i}: ${"xyz".repeat(i % 4)} = ${(i * 1.37).toFixed(2)};\n`;
  add(text.replace(/(\w+) (\d+): (x?y?z?)/g, (_, word, number, tail) => word.toUpperCase() + number * 2 + tail).split("\n").filter(line => /[05];$/.test(line)).join("|"));

  // Numbers: a sieve, a matrix, bits, big integers.
  const sieve = new Uint8Array(5000);
  for (let i = 2; i < sieve.length; i++) if (!sieve[i]) { add(i % 10); for (let j = i * i; j < sieve.length; j += i) sieve[j] = 1; }
  const size = 16, matrix = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_, j) => (i === j ? 3 : 1 / (1 + i + j))));
  let power = matrix;
  for (let step = 0; step < 3; step++) power = power.map(row => row.map((_, j) => row.reduce((a, value, k) => a + value * matrix[k][j], 0)));
  add(Math.round(power[3][5] * 1e6));
  let hash = 0x811c9dc5;
  for (let i = 0; i < 4000; i++) { hash = Math.imul(hash ^ (i & 255), 16777619); hash ^= hash >>> 13; }
  add(hash);
  let large = 1n;
  for (let i = 1n; i < 60n; i++) large *= i;
  add(large);
  const fib = n => (n < 2 ? n : fib(n - 1) + fib(n - 2));
  add(fib(15));
  return sum;
})();
