// JSON as it was sent, formatted and coloured; and Python, coloured. Numbers stay as they are
// written: JavaScript's own parser would change them.

import { h, number } from "./dom.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]|\s+|./gsy;
/** Beyond this, colouring costs more than it helps. */
const MOST = 200_000;

/**
 * Formatted JSON.
 * @param size how long the text was before it was cut
 * @param fault the path of the invalid field, such as events[0].name; its line is marked
 */
export function json(text, { size = 0, fault = "" } = {}) {
  if (!text) return h("p", { class: "nothing" }, "nothing");
  const length = size ? [...text].length : 0;
  const cut = size > length ? h("p", { class: "cut" }, `The first ${number(length)} of ${number(size)} characters.`) : null;
  const body = !cut && text.length < MOST && isJSON(text) ? lines(text, fault) : text;
  return h("div", { class: "json" }, h("pre", { tabindex: "0" }, body), cut);
}

function isJSON(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function lines(text, fault) {
  const writer = new Lines();
  for (const [token] of text.matchAll(TOKEN)) writer.take(token);
  writer.end();
  const at = faulty(writer.lines, fault, text.trimStart().startsWith("["));
  return writer.lines.map((line) => h("span", { class: line === at ? "line fault" : "line" }, line.parts, "\n"));
}

/** The line of an invalid field, or of the object that lacks it. */
function faulty(all, fault, isArray) {
  // The rows of an array are called events[0]; in the array itself they have no name.
  let path = isArray ? fault.replace(/^\w+(?=\[|$)/, "") : fault;
  while (path) {
    const found = all.find((line) => line.path === path);
    if (found) return found;
    path = path.replace(/(\.[^.[\]]*|\[\d+\]|^[^.[\]]+)$/, "");
  }
  return null;
}

/** Gathers tokens into lines, with the path of each. */
class Lines {
  constructor() {
    this.lines = [];
    this.stack = [];
    this.begin();
  }

  take(token) {
    if (!token.trim()) return;
    if (token === "{" || token === "[") this.open(token);
    else if (token === "}" || token === "]") this.close(token);
    else if (token === ",") this.comma();
    else if (token === ":") this.put(": ");
    else this.value(token);
  }

  open(token) {
    this.item();
    this.put(token);
    this.stack.push({ array: token === "[", index: 0, key: null, empty: true, base: this.path() });
  }

  close(token) {
    const inner = this.stack.pop();
    if (!inner.empty) this.begin();
    this.put(token);
  }

  comma() {
    this.put(",");
    const top = this.top();
    top.index += 1;
    top.key = null;
    top.empty = true;
  }

  value(token) {
    const top = this.top();
    const isKey = top && !top.array && top.key === null;
    this.item();
    if (isKey) top.key = JSON.parse(token);
    this.put(h("span", { class: isKey ? "key" : kind(token) }, token));
    if (isKey) this.line.path = this.path();
  }

  // The first token of an item begins a line.
  item() {
    const top = this.top();
    if (!top?.empty) return;
    top.empty = false;
    this.begin();
    this.line.path = this.path();
  }

  top() {
    return this.stack[this.stack.length - 1];
  }

  path() {
    const top = this.top();
    if (!top) return "";
    if (top.array) return `${top.base}[${top.index}]`;
    if (top.key === null) return top.base;
    return top.base ? `${top.base}.${top.key}` : top.key;
  }

  begin() {
    if (this.line?.parts.length) this.lines.push(this.line);
    this.line = { parts: [], path: "" };
    if (this.stack.length) this.line.parts.push("  ".repeat(this.stack.length));
  }

  put(part) {
    this.line.parts.push(part);
  }

  end() {
    this.lines.push(this.line);
  }
}

function kind(token) {
  if (token.startsWith('"')) return "string";
  return /^[-\d]/.test(token) ? "number" : "word";
}

const PYTHON = /(#.*)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(from|import|True|False|None)\b|\b(\d[\d._eE+-]*)|(\w+)(?==)|(\w+)(?=\()|./gs;
const CLASSES = [null, "comment", "string", "word", "number", "key", "call"];

/** Python, coloured, with a button that copies it. */
export function python(text) {
  const parts = [...text.matchAll(PYTHON)].map((match) => {
    const group = match.slice(1).findIndex((each) => each !== undefined) + 1;
    return group ? h("span", { class: CLASSES[group] }, match[0]) : match[0];
  });
  return h("div", { class: "python" }, copyButton(text), h("pre", { tabindex: "0" }, parts));
}

/** A button that copies text. */
export function copyButton(text) {
  const button = h("button", { class: "copy", type: "button", click: copy }, "Copy");

  async function copy() {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  }
  return button;
}
