// JSON as it was sent, formatted, coloured, and folding. Numbers stay as they are written:
// JavaScript's own parser would change them.

import { h, number, show } from "./dom.js";

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]|\s+|./gsy;
/** Beyond this, colouring costs more than it helps. */
const MOST = 200_000;
/** Deeper objects and arrays are on one line: each that folds is an element in an element. */
const DEEPEST = 40;
/** The items of a longer array are folded at first. */
const LONG = 12;
const PREVIEW = 90;

/**
 * Formatted JSON.
 * @param size how long the text was before it was cut
 * @param fault the path of the invalid field, such as events[0].name; its line is marked
 */
export function json(text, { size = 0, fault = "" } = {}) {
  if (!text) return h("p", { class: "nothing" }, "nothing");
  const length = size ? [...text].length : 0;
  const cut = size > length ? h("p", { class: "cut" }, `The first ${number(length)} of ${number(size)} characters.`) : null;
  const isTree = text.length < MOST && (cut ? /^\s*[[{]/.test(text) : isJSON(text));
  const body = isTree ? tree(text, fault) : text;
  return h("div", { class: "json" }, h("pre", { tabindex: "0" }, body), cut);
}

/** A button that folds and unfolds all of the JSON in an element; null if nothing folds. */
export function foldButton(element) {
  const folds = [...element.querySelectorAll(".fold")];
  if (folds.length < 2) return null;
  const button = h("button", { class: "copy fold-all", type: "button", click }, title());
  function title() {
    return folds.some((fold) => !fold.open) ? "Unfold" : "Fold";
  }
  function click() {
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open || fold === folds[0];
    show(button, title());
  }
  return button;
}

function isJSON(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function tree(text, fault) {
  const writer = new Writer();
  for (const [token] of text.matchAll(TOKEN)) writer.take(token);
  writer.end();
  const at = faulty(writer.lines, fault, text.trimStart().startsWith("["));
  if (at) mark(at.element);
  return writer.root;
}

function mark(element) {
  element.classList.add("fault");
  for (let fold = element.closest(".fold"); fold; fold = fold.parentElement?.closest(".fold")) fold.open = true;
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

/**
 * Writes tokens as lines, with the path of each, inside of the objects and arrays that fold. What
 * was cut may end anywhere, and need not be JSON.
 */
class Writer {
  constructor() {
    this.lines = [];
    this.stack = [];
    this.root = h("span");
    this.box = this.root;
    this.line = { parts: [], path: "" };
  }

  take(token) {
    if (!token.trim()) return;
    this.preview(token);
    if (token === "{" || token === "[") this.open(token);
    else if (token === "}" || token === "]") this.close(token);
    else if (token === ",") this.comma();
    else if (token === ":") this.put(": ");
    else this.value(token);
  }

  open(token) {
    this.item();
    this.put(token);
    this.stack.push({ array: token === "[", index: 0, key: null, empty: true, base: this.path(), outer: this.box, preview: "", fold: null });
  }

  close(token) {
    const inner = this.stack.pop();
    if (inner?.fold) this.leave(inner, token);
    this.put(token);
  }

  /** Leave an object or array; what it holds is told on the line where it folds. */
  leave(inner, token) {
    this.flush();
    this.box = inner.outer;
    this.line.parts.push("  ".repeat(this.stack.length));
    inner.fold.firstElementChild.dataset.rest = `${inner.preview}${inner.preview.length < PREVIEW ? "" : "… "}${token}`;
    if (inner.array) shorten(inner);
  }

  comma() {
    this.put(",");
    const top = this.top();
    if (top) Object.assign(top, { index: top.index + 1, key: null, fresh: true });
  }

  value(token) {
    const top = this.top();
    const isKey = top && !top.array && top.key === null && token.length > 1 && token.startsWith('"');
    this.item();
    if (isKey) top.key = JSON.parse(token);
    this.put(h("span", { class: isKey ? "key" : kind(token) }, token));
    if (isKey) this.line.path = this.path();
  }

  // The first token of an item begins a line, and the first item of an object or array its fold.
  item() {
    const top = this.top();
    if (!top || (!top.empty && !top.fresh)) return;
    const isFirst = top.empty;
    Object.assign(top, { empty: false, fresh: false });
    if (this.stack.length > DEEPEST) return;
    if (isFirst) this.enter(top);
    else this.flush();
    this.line.parts.push("  ".repeat(this.stack.length));
    this.line.path = this.path();
  }

  enter(top) {
    const head = h("summary", { class: "line" }, this.line.parts, "\n");
    top.fold = h("details", { class: "fold", open: true }, head);
    this.box.append(top.fold);
    this.box = top.fold;
    this.began(head);
  }

  flush() {
    if (!this.line.parts.length) return;
    const element = h("span", { class: "line" }, this.line.parts, "\n");
    this.box.append(element);
    this.began(element);
  }

  began(element) {
    this.lines.push({ path: this.line.path, element });
    this.line = { parts: [], path: "" };
  }

  preview(token) {
    for (const each of this.stack.slice(-3)) if (each.preview.length < PREVIEW) each.preview += token.slice(0, PREVIEW);
  }

  top() {
    return this.stack[this.stack.length - 1];
  }

  path() {
    const top = this.top();
    if (!top || this.stack.length > DEEPEST) return "";
    if (top.array) return `${top.base}[${top.index}]`;
    if (top.key === null) return top.base;
    return top.base ? `${top.base}.${top.key}` : top.key;
  }

  put(part) {
    this.line.parts.push(part);
  }

  end() {
    this.flush();
    this.stack.filter((each) => each.array && each.fold).forEach(shorten);
  }
}

/** Fold the items of a long array. */
function shorten({ index, fold }) {
  if (index < LONG) return;
  for (const each of fold.children) if (each.matches(".fold")) each.open = false;
}

function kind(token) {
  if (token.startsWith('"')) return "string";
  return /^[-\d]/.test(token) ? "number" : "word";
}
