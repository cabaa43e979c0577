// What the platform accepts and loses, with the reason.

import { ask } from "./api.js";
import { h, throttled } from "./dom.js";
import { json } from "./json.js";
import { List } from "./list.js";
import { time } from "./time.js";

/** After so many milliseconds, what waits is delivered or lost. */
const PATIENCE = 1200;

export class LostView {
  constructor({ project }) {
    Object.assign(this, { project });
    this.all = new List({
      label: "Lost",
      load: (before) => ask("losses", { project, before }),
      row: (item) => this.row(item),
      empty: () => "Nothing is lost. What Lunogram would accept and drop is shown here, with the reason.",
    });
    const controls = h("div", { class: "controls" }, h("h2", {}, "Lost"));
    this.element = h("section", { class: "pane" }, controls, this.all.element);
    this.again = throttled(() => this.all.reload(), PATIENCE);
    this.all.reload();
  }

  row(item) {
    // The project's clock may be ahead of this one: what arrives now waits from now on.
    const waits = item.until && Date.now() < (item.arrived || 0) + PATIENCE;
    return h("li", {}, h("details", { class: "loss" },
      h("summary", {},
        time(item.created_at),
        " ", h("span", { class: "soft" }, item.what), " ",
        h("b", { class: "name" }, item.name), " ",
        h("span", { class: "status" }, waits ? "waiting" : "lost"),
        h("span", { class: "reason" }, item.reason)),
      json(item.data, { size: item.data_size })));
  }

  lost(item) {
    this.all.prepend({ ...item, arrived: Date.now() });
    if (item.until) setTimeout(() => this.again(), PATIENCE);
  }

  reload() {
    this.all.reload();
  }

  close() {
    this.all.close();
  }
}
