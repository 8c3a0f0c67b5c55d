// Counts what is not as it should be, and prints that.

export class Expectations {
  failures = 0;

  constructor(print) {
    this.print = print;
  }

  expect(what, found, expected) {
    if (found === expected) return;
    this.failures += 1;
    this.print(`${what}: ${JSON.stringify(String(found).slice(0, 300))}, not ${JSON.stringify(String(expected).slice(0, 300))}`);
  }
}
