// A plot of calls per second over time, with axes, as SVG; lines stand where code was linked.

const height = 260;
const edges = { left: 62, right: 14, top: 26, bottom: 34 };

/// A number as a person reads it: 12.3 million.
export function human(value) {
  for (const [unit, name] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (value >= unit) return `${(value / unit).toPrecision(value / unit >= 100 ? 3 : 2).replace(/\.0$/, "")} ${name}`;
  }
  return value >= 10 || value === 0 ? String(Math.round(value)) : value.toPrecision(2);
}

function ticks(most, count) {
  const raw = most / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= raw);
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
}

export class Plot {
  #element;
  #points = [];
  #links = [];
  #start = 0;
  #width = 640;

  constructor(element) {
    this.#element = element;
    // Texts keep their size whatever the width is.
    new ResizeObserver(() => {
      this.#width = Math.max(240, element.clientWidth);
      this.#draw();
    }).observe(element);
    this.#draw();
  }

  clear() {
    this.#points = [];
    this.#links = [];
    this.#draw();
  }

  /// `callsPerSecond` was measured at `time`, in milliseconds.
  add(time, callsPerSecond) {
    if (this.#points.length === 0) this.#start = time - 100;
    this.#points.push({ time, value: callsPerSecond });
    if (this.#points.length > 600) this.#points.splice(0, this.#points.length - 600);
    this.#draw();
  }

  /// Code was linked at `time`.
  link(time) {
    this.#links.push(time);
  }

  #draw() {
    const [points, width] = [this.#points, this.#width];
    const from = points.length === 600 ? points[0].time : this.#start;
    const seconds = Math.max(1, points.length ? (points.at(-1).time - from) / 1000 : 1) * 1.04;
    const most = Math.max(1e6, ...points.map(({ value }) => value)) * 1.1;
    const x = (time) => edges.left + ((time - from) / 1000 / seconds) * (width - edges.left - edges.right);
    const y = (value) => height - edges.bottom - (value / most) * (height - edges.top - edges.bottom);
    const parts = [];
    for (const tick of ticks(most, 4)) {
      parts.push(`<line class="gridline" x1="${edges.left}" x2="${width - edges.right}" y1="${y(tick)}" y2="${y(tick)}"/>`);
      parts.push(`<text x="${edges.left - 8}" y="${y(tick) + 4}" text-anchor="end">${human(tick)}</text>`);
    }
    for (const tick of ticks(seconds, width < 420 ? 3 : 5)) {
      const at = x(from + tick * 1000);
      parts.push(`<text x="${at}" y="${height - edges.bottom + 18}" text-anchor="middle">${+tick.toPrecision(3)} s</text>`);
    }
    parts.push(`<line class="axis" x1="${edges.left}" x2="${width - edges.right}" y1="${height - edges.bottom}" y2="${height - edges.bottom}"/>`);
    this.#links.filter((time) => time >= from).slice(-3).forEach((time) => {
      const at = x(time);
      const isLate = at > width - 130;
      parts.push(`<line class="link" x1="${at}" x2="${at}" y1="${edges.top - 8}" y2="${height - edges.bottom}"/>`);
      parts.push(`<text class="link-label" x="${at + (isLate ? -5 : 5)}" y="${edges.top - 10}" text-anchor="${isLate ? "end" : "start"}">code linked</text>`);
    });
    if (points.length) {
      parts.push(`<polyline class="curve" points="${points.map(({ time, value }) => `${x(time).toFixed(1)},${y(value).toFixed(1)}`).join(" ")}"/>`);
      const last = points.at(-1);
      parts.push(`<circle class="dot" r="4" cx="${x(last.time)}" cy="${y(last.value)}"/>`);
    }
    const label = points.length ? `Calls per second, now ${human(points.at(-1).value)}` : "Calls per second: nothing measured yet";
    this.#element.innerHTML = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${parts.join("")}</svg>`;
  }
}
