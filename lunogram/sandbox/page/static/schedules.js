// All schedules of the project: which fires next, whose it is, and how often.

import { ask } from "./api.js";
import { debounced, h, plural, whoLink } from "./dom.js";
import { List } from "./list.js";
import { extra } from "./messages.js";
import { relative, time } from "./time.js";

export class SchedulesView {
  constructor({ project, route, go }) {
    Object.assign(this, { project, go });
    this.search = h("input", {
      type: "search", value: route.query.get("search") || "", placeholder: "Search names, users", "aria-label": "Search schedules",
      autocomplete: "off", spellcheck: "false", input: debounced(() => this.narrow(), 150),
    });
    this.which = h("select", { "aria-label": "Which", change: () => this.narrow() },
      h("option", { value: "" }, "Fires next"), h("option", { value: "true", selected: route.query.get("over") === "true" }, "Fires no more"));
    this.all = new List({
      label: "Schedules",
      load: (before) => ask("schedules-ahead", { project, before, ...this.wanted() }),
      row: (item) => this.row(item),
      empty: () => (this.search.value ? "No schedule matches." : this.which.value ? "None." : "No schedules. client.user.schedule.upsert creates one."),
    });
    const controls = h("div", { class: "controls" }, h("h2", {}, "Schedules"), h("div", { class: "line-up" }, this.which, this.search));
    this.element = h("section", { class: "pane" }, controls, this.all.element);
    // A reader further down is not thrown back to the top.
    this.again = debounced(() => window.scrollY < 200 && this.all.reload(), 250);
    this.ticking = setInterval(() => this.tick(), 1000);
    this.all.reload();
  }

  wanted() {
    return { over: this.which.value, search: this.search.value.trim() };
  }

  narrow() {
    this.go("schedules", this.wanted(), { replace: true });
    this.all.reload();
  }

  row(item) {
    const often = item.interval ? `every ${item.interval}` : "once";
    return h("li", { class: item.next_at ? "schedule" : "schedule over" },
      h("span", { class: "due", "data-next": item.next_at || null }, item.next_at ? relative(item.next_at) : "fires no more"),
      h("span", { class: "plan" }, h("b", { class: "name" }, item.name), " ", h("span", { class: "tag" }, often)),
      whoLink(this.project, item.kind, item.subject_id, item.identifier),
      h("span", { class: "soft at" }, time(item.next_at || item.scheduled_at, "moment")),
      item.interval && item.occurrence > 1 ? h("span", { class: "soft" }, `${plural(item.occurrence, "occurrence")} so far`) : null,
      extra("data", item.data, item.data_size));
  }

  tick() {
    for (const each of this.element.querySelectorAll("[data-next]")) each.textContent = relative(each.dataset.next);
  }

  call(call) {
    if (/\/scheduled$|\/users$|\/organizations$/.test(call.path)) this.again();
  }

  event(item) {
    if (item.cause === "fired") this.again();
  }

  reload() {
    this.all.reload();
  }

  close() {
    clearInterval(this.ticking);
    this.all.close();
  }
}
