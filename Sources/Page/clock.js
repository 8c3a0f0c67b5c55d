// The browser's clock moves in steps: of some microseconds where the page is cross-origin isolated, of a tenth of a millisecond or a whole one elsewhere. What is shorter than a
// few steps is measured over several runs; the clock's steps are where they are whatever runs, so sums of readings are right on average.

/// A duration is known when it has this many steps.
const enoughSteps = 5;

let step = 0;

/// The clock's step, in milliseconds.
export function clockStep() {
  if (step) return step;
  step = Infinity;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    let next = start;
    while (next === start) next = performance.now();
    step = Math.min(step, next - start);
  }
  return step;
}

/// The mean of runs of one kind, taken together until their duration is known.
export class Reading {
  #kind = null;
  #runs = 0;
  #milliseconds = 0;

  /// The mean duration of the last runs of this kind, in milliseconds, or null if it is not known yet.
  add(kind, milliseconds, step) {
    if (kind !== this.#kind) this.clear();
    this.#kind = kind;
    this.#runs += 1;
    this.#milliseconds += milliseconds;
    if (this.#milliseconds < enoughSteps * step) return null;
    const mean = this.#milliseconds / this.#runs;
    this.clear();
    return mean;
  }

  /// Whether the next run of this kind adds to others.
  get isOpen() {
    return this.#runs > 0;
  }

  clear() {
    this.#runs = 0;
    this.#milliseconds = 0;
  }
}

/// The milliseconds of `count` runs of `body`, of short ones each the mean of several.
export function times(count, body, warmUp = 1) {
  for (let run = 0; run < warmUp; run++) body();
  const enough = 2 * enoughSteps * clockStep();
  return Array.from({ length: count }, () => {
    const start = performance.now();
    for (let runs = 1; ; runs++) {
      body();
      const milliseconds = performance.now() - start;
      if (milliseconds >= enough) return milliseconds / runs;
    }
  });
}
