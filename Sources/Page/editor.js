// The editor: a text area with its text painted beneath it, line numbers, and a mark where an error is.

const token = /(;[^\n]*|#\|[\s\S]*?(?:\|#|$))|("(?:[^"\\]|\\[\s\S])*(?:"|$))|((?<=[([]\s*)(?:define[^\s()]*|lambda|case-lambda|let[^\s()]*|if|cond|case|when|unless|do|begin|set!|and|or|quote|quasiquote|else|syntax-rules|guard|parameterize|import|delay|delay-force|call\/cc)(?=[\s()\]]))|(#\\(?:\w+|.)|#[tf]\b|(?<![^\s()'`,])[-+]?\d[\d./e+-]*(?=[\s()]|$))/g;
const classes = ["c", "s", "k", "n"];

function escape(text) {
  return text.replace(/[&<>]/g, (each) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[each]);
}

function paint(text) {
  let html = "";
  let at = 0;
  for (const match of text.matchAll(token)) {
    const kind = classes[match.slice(1).findIndex((group) => group !== undefined)];
    html += escape(text.slice(at, match.index)) + `<span class="${kind}">${escape(match[0])}</span>`;
    at = match.index + match[0].length;
  }
  return html + escape(text.slice(at));
}

export class Editor {
  #source;
  #paint;
  #gutter;
  #wrong = null;

  constructor(source, painted, gutter, onChange) {
    this.#source = source;
    this.#paint = painted;
    this.#gutter = gutter;
    source.addEventListener("input", () => {
      this.#wrong = null;
      this.#show();
      onChange();
    });
    source.addEventListener("scroll", () => this.#follow());
    source.addEventListener("keydown", (event) => this.#indent(event));
  }

  get text() {
    return this.#source.value;
  }

  set text(text) {
    this.#source.value = text;
    this.#source.scrollTop = 0;
    this.#wrong = null;
    this.#show();
  }

  /// Marks a place, counted from 1; null takes the mark away.
  mark(line, column) {
    this.#wrong = line === null ? null : { line, column };
    this.#show();
  }

  /// Puts the cursor at a place.
  goTo(line, column) {
    const before = this.text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    // Columns count characters.
    const lineText = [...(this.text.split("\n")[line - 1] ?? "")].slice(0, column - 1).join("");
    this.#source.focus();
    this.#source.setSelectionRange(before + lineText.length, before + lineText.length);
    this.#source.scrollTop = Math.max(0, (line - 5) * 21);
  }

  #show() {
    const lines = this.text.split("\n");
    this.#gutter.innerHTML = lines.map((_, index) => (this.#wrong?.line === index + 1 ? `<span class="wrong">${index + 1}</span>` : index + 1)).join("\n") + "\n\n";
    let html = paint(this.text);
    if (this.#wrong && this.#wrong.line <= lines.length) {
      html = lines.map((line, index) => {
        if (index + 1 !== this.#wrong.line) return paint(line);
        const characters = [...line];
        const from = Math.min(this.#wrong.column - 1, Math.max(0, characters.length - 1));
        return paint(characters.slice(0, from).join("")) + `<span class="wrong">${escape(characters.slice(from).join("") || " ")}</span>`;
      }).join("\n");
    }
    this.#paint.innerHTML = html + "\n";
    this.#follow();
  }

  #follow() {
    this.#paint.scrollTop = this.#gutter.scrollTop = this.#source.scrollTop;
    this.#paint.scrollLeft = this.#source.scrollLeft;
  }

  /// A new line starts below the innermost open form. (Tab leaves the editor, as in every form.)
  #indent(event) {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const before = this.text.slice(0, this.#source.selectionStart);
    const open = [];
    let column = 0;
    for (const character of before.replace(token, (match, comment, string) => (comment || string ? match.replace(/[^\n]/g, "x") : match))) {
      if (character === "(") open.push(column);
      if (character === ")") open.pop();
      column = character === "\n" ? 0 : column + 1;
    }
    const indent = open.length ? open.at(-1) + 2 : 0;
    // The browser's own command can be undone.
    if (!document.execCommand("insertText", false, "\n" + " ".repeat(indent))) this.#source.setRangeText("\n" + " ".repeat(indent));
  }
}
