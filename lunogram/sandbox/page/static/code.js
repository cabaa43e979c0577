// Code, coloured, with a button that copies it; and a choice of languages.

import { h, show } from "./dom.js";

const NUMBERS = String.raw`\d[\d._eE+-]*`;
const REST = String.raw`|(\w+)(?==)|(\w+)(?=\()|[^]`;
const STRINGS = String.raw`("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|` + "`(?:[^`\\\\]|\\\\.)*`)";
const COLOURS = {
  python: coloured("#.*", "from|import|with|as|True|False|None"),
  javascript: coloured("//.*", "const|await|true|false|null|import|from"),
  curl: coloured("(?<=^|\\n)#.*", "curl|export", "(?!)"),
};
const CLASSES = [null, "comment", "string", "word", "number", "key", "call"];
const KEY = "lunogram-language";
let chosen = stored();

function coloured(comment, words, numbers = NUMBERS) {
  return new RegExp(`(${comment})|${STRINGS}|\\b(${words})\\b|\\b(${numbers})${REST}`, "gu");
}

function stored() {
  try {
    return localStorage.getItem(KEY) || "Python";
  } catch {
    return "Python"; // The browser keeps nothing for this site.
  }
}

function choose(title) {
  chosen = title;
  try {
    localStorage.setItem(KEY, title);
  } catch {
    // It lasts until the page is closed.
  }
}

/** Code in one language, with a button that copies it. */
export function code(text, language = "") {
  const colours = COLOURS[language];
  const parts = colours ? [...text.matchAll(colours)].map(part) : text;
  return h("div", { class: `code ${language}` }, copyButton(text), h("pre", { tabindex: "0" }, parts));
}

function part(match) {
  const group = match.slice(1).findIndex((each) => each !== undefined) + 1;
  return group ? h("span", { class: CLASSES[group] }, match[0]) : match[0];
}

/** The same in several languages: tabs, of which one is chosen for the whole page. */
export function languages(texts) {
  const known = Object.entries(texts).filter(([, text]) => text);
  const tabs = h("div", { class: "languages", role: "tablist", "aria-label": "Language", keydown });
  const panel = h("div", { role: "tabpanel" });

  function draw(wanted, focus = false) {
    const [title, text] = known.find(([name]) => name === wanted) || known[0];
    show(tabs, known.map(([name]) => h("button", {
      type: "button", role: "tab", "aria-selected": String(name === title), tabindex: name === title ? "0" : "-1",
      click: () => { choose(name); draw(name, true); },
    }, name)));
    show(panel, code(text, title.toLowerCase()));
    if (focus) tabs.querySelector("[aria-selected=true]").focus();
  }

  function keydown(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = known.findIndex(([name]) => name === tabs.querySelector("[aria-selected=true]").textContent);
    const [name] = known[(place + step + known.length) % known.length];
    choose(name);
    draw(name, true);
  }
  draw(chosen);
  return h("div", { class: "in-languages" }, tabs, panel);
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
