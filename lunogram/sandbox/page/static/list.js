// A list that loads a hundred rows at a time while one scrolls, and grows at the top.

import { h, plural, show, throttled } from "./dom.js";

/** Rows that are loaded by scrolling; more take a press of a button. */
const BY_ITSELF = 1500;
/** Rows that stay when new ones come in at the top. */
const KEPT = 600;
/** If more than so many come at once, the list is reloaded instead. */
const AT_ONCE = 60;
/** Beyond this scroll position, new rows wait. */
const READING = 200;

export class List {
  /**
   * @param load loads a page: given `next` of the previous one, returns {results, next}
   * @param row makes the element of an item
   * @param empty returns the text of an empty list
   */
  constructor({ load, row, empty, label }) {
    Object.assign(this, { load, row, empty, next: null, round: 0, busy: false, known: new Set(), coming: [], waiting: 0 });
    this.rows = h("ol", { class: "rows", "aria-label": label });
    this.more = h("button", { class: "more", type: "button", hidden: true, click: () => this.part() }, "Show more");
    this.news = h("button", { class: "news", type: "button", hidden: true, click: () => window.scrollTo(0, 0) });
    this.element = h("div", { class: "list" }, this.news, this.rows, this.more);
    // New rows are gathered for a moment: there may be thousands a second.
    this.flushSoon = throttled(() => this.flush(), 100);
    this.reloadSoon = throttled(() => this.reload(), 400);
    this.scrolled = () => this.waiting && window.scrollY <= READING && this.flushSoon();
    window.addEventListener("scroll", this.scrolled, { passive: true });
    this.end = new IntersectionObserver(([entry]) => this.reachedEnd(entry), { rootMargin: "300px" });
  }

  /** Load the list from its beginning. */
  reload() {
    this.round += 1;
    Object.assign(this, { busy: false, next: null, coming: [], waiting: 0 });
    this.news.hidden = true;
    return this.part();
  }

  /** Put a new item at the top. */
  prepend(item) {
    if (this.next === null || this.known.has(keyOf(item))) return;
    this.waiting += 1;
    if (this.waiting <= AT_ONCE) this.coming.push(item);
    this.flushSoon();
  }

  flush() {
    if (window.scrollY > READING) this.announce();
    else if (this.waiting > AT_ONCE) this.reloadSoon();
    else this.takeIn();
  }

  announce() {
    show(this.news, `${plural(this.waiting, "new one")} above`);
    this.news.hidden = false;
  }

  takeIn() {
    const items = this.coming.filter((item) => !this.known.has(keyOf(item)));
    Object.assign(this, { coming: [], waiting: 0 });
    this.news.hidden = true;
    if (!items.length) return;
    this.rows.querySelector(".empty")?.remove();
    this.rows.prepend(...items.reverse().map((item) => this.made(item, "fresh")));
    this.trim();
  }

  close() {
    this.round += 1; // Responses in flight are dropped.
    this.end.disconnect();
    window.removeEventListener("scroll", this.scrolled);
  }

  reachedEnd(entry) {
    if (entry.isIntersecting && this.rows.childElementCount < BY_ITSELF) this.part();
  }

  /** Load the next page. A response that arrives after a reload is dropped. */
  async part() {
    if (this.busy || this.next === undefined) return;
    this.busy = true;
    const { round } = this;
    try {
      const response = await this.load(this.next);
      if (round === this.round) this.add(response);
    } catch (error) {
      if (!this.rows.childElementCount) this.say(error.message);
    } finally {
      if (round === this.round) this.busy = false;
    }
  }

  add(response) {
    if (this.next === null) {
      this.known = new Set();
      show(this.rows, response.results.map((item) => this.made(item)));
    } else {
      const items = response.results.filter((item) => !this.known.has(keyOf(item)));
      this.rows.append(...items.map((item) => this.made(item)));
    }
    if (!this.rows.childElementCount) this.say(this.empty());
    this.goOn(response.next);
  }

  goOn(next) {
    this.next = next;
    this.more.hidden = next === undefined;
    // Observed anew, it is reported even if it was in sight all the time.
    this.end.unobserve(this.more);
    if (!this.more.hidden) this.end.observe(this.more);
  }

  say(words) {
    show(this.rows, h("li", { class: "empty" }, words));
  }

  made(item, look = "") {
    this.known.add(keyOf(item));
    const element = this.row(item);
    if (look) element.classList.add(look);
    element.dataset.number = keyOf(item);
    return element;
  }

  // Rows dropped at the end can be loaded again, from the last row that stayed.
  trim() {
    if (this.rows.childElementCount <= KEPT) return;
    while (this.rows.childElementCount > KEPT) {
      this.known.delete(this.rows.lastElementChild.dataset.number);
      this.rows.lastElementChild.remove();
    }
    this.goOn(Number(this.rows.lastElementChild.dataset.number));
  }
}

/** What tells one item from another. */
function keyOf(item) {
  return String(item.number ?? item.id);
}

/** Mark the row of what is opened beside a list. */
export function mark(list, attribute, value) {
  for (const link of list.rows.querySelectorAll("a[aria-current]")) link.removeAttribute("aria-current");
  list.rows.querySelector(`li[data-${attribute}="${CSS.escape(value)}"] a`)?.setAttribute("aria-current", "true");
}
