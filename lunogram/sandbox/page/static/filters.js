// The filters of calls: status, path, event, user, and a text. All of them are in the address.

import { ask } from "./api.js";
import { debounced, h, show, throttled } from "./dom.js";

const NAMES = ["status", "path", "event", "user", "search"];
const STATUSES = [["rejected", "Rejected"], ["lost", "Accepted and lost"], ["warned", "With warnings"], ["2xx", "2xx"], ["4xx", "4xx"], ["5xx", "5xx"]];

/** The filters that an address has. */
export function filtersOf(query) {
  return Object.fromEntries(NAMES.map((name) => [name, query.get(name) || ""]));
}

export class Filters {
  /** @param change is called with the filters when one has changed */
  constructor({ project, wanted, change }) {
    Object.assign(this, { project, wanted, change });
    this.search = h("input", {
      type: "search", "aria-label": "Search calls", placeholder: "Search", value: wanted.search,
      title: "Any part of a path, a body, an identifier, or a status", input: debounced(() => this.read(), 150),
    });
    this.user = h("input", {
      type: "search", "aria-label": "User", placeholder: "User or organization", value: wanted.user, input: debounced(() => this.read(), 250),
    });
    for (const field of [this.search, this.user]) Object.entries({ autocomplete: "off", spellcheck: "false" }).forEach(([name, value]) => field.setAttribute(name, value));
    this.selects = { status: this.select("status", "Any status"), path: this.select("path", "Any path"), event: this.select("event", "Any event") };
    this.clear = h("button", { type: "button", class: "clear", click: () => this.reset() }, "Clear");
    this.element = h("div", { class: "filters", role: "group", "aria-label": "Filters" }, Object.values(this.selects), this.user, this.clear);
    this.refreshSoon = throttled(() => this.refresh(), 1000);
    this.draw({ statuses: [], paths: [], events: [] });
    this.refresh();
  }

  select(name, any) {
    const label = { status: "Status", path: "Path", event: "Event" }[name];
    return h("select", { "aria-label": label, "data-any": any, "data-filter": name, change: () => this.read(), blur: () => this.refreshSoon() });
  }

  /** Offer what the last calls have. */
  async refresh() {
    // A list that is open is not redrawn.
    if (Object.values(this.selects).includes(document.activeElement)) return;
    try {
      const choices = await ask("choices", { project: this.project });
      this.draw(choices);
    } catch {
      // The stream shows that the sandbox is offline.
    }
  }

  draw({ statuses, paths, events }) {
    this.options("status", [...STATUSES, ...statuses.map(counted)]);
    this.options("path", paths.map(counted));
    this.options("event", events.map(counted));
    this.clear.hidden = !this.active();
  }

  options(name, known) {
    const wanted = this.wanted[name];
    const all = wanted && !known.some(([value]) => value === wanted) ? [[wanted, wanted], ...known] : known;
    const select = this.selects[name];
    select.classList.toggle("on", Boolean(wanted));
    show(select, h("option", { value: "" }, select.dataset.any),
      all.map(([value, title]) => h("option", { value, selected: value === wanted }, title)));
  }

  read() {
    const { status, path, event } = this.selects;
    this.choose({ status: status.value, path: path.value, event: event.value, user: this.user.value.trim(), search: this.search.value.trim() });
  }

  choose(wanted) {
    if (this.take(wanted)) this.change(wanted);
  }

  /** Take these filters, as from an address; return whether they are others than before. */
  take(wanted) {
    if (NAMES.every((name) => wanted[name] === this.wanted[name])) return false;
    this.wanted = wanted;
    for (const [name, select] of Object.entries(this.selects)) {
      if (select.value !== wanted[name]) this.options(name, [...select.options].slice(1).map((each) => [each.value, each.text]));
      select.classList.toggle("on", Boolean(wanted[name]));
    }
    for (const name of ["user", "search"]) if (this[name].value.trim() !== wanted[name]) this[name].value = wanted[name];
    this.clear.hidden = !this.active();
    return true;
  }

  reset() {
    this.choose(Object.fromEntries(NAMES.map((name) => [name, ""])));
  }

  active() {
    return NAMES.some((name) => this.wanted[name]);
  }
}

function counted([value, count]) {
  return [value, `${value} (${count})`];
}
