// Events over time, by name: a plot that one can point at and narrow, and the list below it.

import { ask } from "./api.js";
import { debounced, h, number, show, throttled } from "./dom.js";
import { List } from "./list.js";
import { Plot } from "./plot.js";
import { time } from "./time.js";
import { eventRow } from "./timeline.js";

/** Names with a colour of their own; the others share one. */
const COLOURS = 7;
const SPANS = [["15 min", 900], ["1 hour", 3600], ["1 day", 86_400], ["7 days", 604_800]];

export class EventsView {
  constructor({ project, route, go }) {
    Object.assign(this, { project, go, wanted: read(route.query), chosen: [] });
    this.plot = new Plot({ select: (since, until) => this.narrow({ since, until }) });
    this.legend = h("div", { class: "names" });
    this.spans = h("div", { class: "spans", role: "group", "aria-label": "Time range" });
    this.events = new List({
      label: "Events",
      load: (before) => ask("timeline", { project, before, ...this.wanted }),
      row: (item) => eventRow(project, item, { narrow: (name) => this.narrow({ name }) }),
      empty: () => "No events here.",
    });
    this.element = h("section", { class: "events" },
      h("div", { class: "controls" }, h("h2", {}, "Events over time"), this.spans),
      h("div", { class: "plot-box" }, this.plot.element, this.legend),
      h("div", { class: "pane" }, this.events.element));
    this.resized = new ResizeObserver(debounced(() => this.plot.fit(), 60));
    this.resized.observe(this.plot.element);
    this.again = throttled(() => this.redraw(), 700);
    this.reload();
  }

  narrow(change) {
    this.go("events", { ...this.wanted, ...change });
  }

  async draw() {
    const { since, until, name } = this.wanted;
    const { results } = await ask("names", { project: this.project, since, until });
    this.chosen = stable(this.chosen, results.map((each) => each.name));
    if (name && !this.chosen.includes(name)) this.chosen = [name, ...this.chosen].slice(0, COLOURS);
    const apart = this.chosen.join("\n");
    this.plot.draw(await ask("plot", { project: this.project, ...this.wanted, apart }), this.chosen);
    show(this.legend, results.map((each) => this.nameButton(each)));
    this.drawSpans(results);
  }

  // What fails because the sandbox is offline is loaded again when it is back.
  redraw() {
    this.draw().catch(() => {});
  }

  nameButton({ name, events }) {
    const colour = this.chosen.indexOf(name);
    const pressed = this.wanted.name === name;
    const look = this.wanted.name && !pressed ? "event-name off" : "event-name";
    const click = () => this.narrow({ name: pressed ? "" : name });
    return h("button", { type: "button", class: look, "aria-pressed": String(pressed), click },
      h("span", { class: `swatch c${colour < 0 ? "x" : colour}` }),
      h("span", { class: "label" }, name), h("span", { class: "count" }, number(events)));
  }

  drawSpans(results) {
    const { since, until, name } = this.wanted;
    const last = results.map((each) => each.last_at).sort().pop();
    const buttons = SPANS.map(([title, seconds]) => h("button", { type: "button", click: () => this.back(last, seconds) }, `Last ${title}`));
    const all = h("button", { type: "button", class: "clear", hidden: !(since || until || name), click: () => this.go("events") }, "Show all");
    const range = since ? h("span", { class: "soft range" }, time(since, "moment"), " to ", until ? time(until, "moment") : "now") : null;
    show(this.spans, range, since ? null : buttons, all);
  }

  // Relative to the last event: the sandbox's clock may differ from this computer's.
  back(last, seconds) {
    const end = last ? new Date(last) : new Date();
    this.narrow({ since: new Date(end - seconds * 1000).toISOString(), until: "" });
  }

  follow(route) {
    this.wanted = read(route.query);
    this.reload();
  }

  event(item) {
    const { since, until, name } = this.wanted;
    const isWanted = (!name || item.name === name) && (!until || item.created_at < until) && (!since || item.created_at >= since);
    if (isWanted) this.events.prepend(item);
    this.again();
  }

  async reload() {
    this.element.setAttribute("aria-busy", "true");
    await Promise.allSettled([this.draw(), this.events.reload()]);
    this.element.setAttribute("aria-busy", "false");
  }

  close() {
    this.events.close();
    this.resized.disconnect();
  }
}

function read(query) {
  return { name: query.get("name") || "", since: query.get("since") || "", until: query.get("until") || "" };
}

/** The names with colours: those that had one keep it for as long as they are among the first. */
function stable(before, now) {
  const first = now.slice(0, COLOURS);
  const kept = before.map((name) => (first.includes(name) ? name : null));
  const fresh = first.filter((name) => !before.includes(name));
  const found = kept.map((name) => name ?? fresh.shift()).filter(Boolean);
  return [...found, ...fresh].slice(0, COLOURS);
}
