// Elements and words. All text becomes a text node: nothing that was sent is ever parsed as HTML.

/** Make an element. Functions become event listeners; null and false are omitted. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** Make an SVG element, which has a namespace of its own. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter(isThere).map(asNode));
  return element;
}

function isThere(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

function asNode(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

/** Put these children in place of what is there. */
export function show(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isThere).map(asNode));
  return element;
}

/** Call `action` once no call has come for a while. */
export function debounced(action, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, milliseconds);
  };
}

/** Call `action` soon, and at most once in a while, however many calls come. */
export function throttled(action, milliseconds) {
  let timer = 0;
  let last = 0;
  return () => {
    if (timer) return;
    const run = () => {
      timer = 0;
      last = Date.now();
      action();
    };
    timer = setTimeout(run, Math.max(0, last + milliseconds - Date.now()));
  };
}

export function plural(count, word) {
  return `${number(count)} ${word}${count === 1 ? "" : "s"}`;
}

export function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

export function duration(milliseconds) {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The identifiers of a row: the application's own id comes first. */
export function names(identifier) {
  const known = typeof identifier === "string" ? JSON.parse(identifier) : identifier || [];
  return [...known].sort((one, other) => rank(one) - rank(other));
}

function rank(name) {
  return name.source === "default" ? 0 : name.source === "anonymous" ? 2 : 1;
}

/** One identifier: the id, after its source unless that is the default. */
export function nameChip(name) {
  const source = name.source === "default" ? null : h("span", { class: "source" }, name.source);
  return h("span", { class: "chip" }, source, name.external_id);
}

/** A link to a user or an organization; without an id, there is none to link to. */
export function whoLink(project, kind, id, identifier) {
  const [first, ...others] = names(identifier);
  if (!id) return h("span", { class: "who unknown", title: `There is no such ${kind}.` }, first ? nameChip(first) : "unknown");
  const href = `#/${project}/${kind === "user" ? "users" : "organizations"}/${id}`;
  const title = others.map((name) => `${name.source}: ${name.external_id}`).join("\n");
  return h("a", { class: "who", href, title: title || null }, first ? nameChip(first) : id);
}
