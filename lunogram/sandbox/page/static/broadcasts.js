// Broadcasts: events for all that match, how many did, and who.

import { ask } from "./api.js";
import { json } from "./json.js";
import { debounced, h, plural, show, whoLink } from "./dom.js";
import { List, mark } from "./list.js";
import { time } from "./time.js";

export class BroadcastsView {
  constructor({ project, route, go, errorMessage, title }) {
    Object.assign(this, { project, go, errorMessage, title, opened: null, recipients: null });
    this.side = h("aside", { class: "side", "aria-label": "The broadcast" });
    this.all = new List({
      label: "Broadcasts",
      load: (before) => ask("broadcasts", { project, before }),
      row: (item) => this.row(item),
      empty: () => "No broadcasts. An event with match instead of an identifier goes to all whose data contains it.",
    });
    const controls = h("div", { class: "controls" }, h("h2", {}, "Broadcasts"));
    this.element = h("section", { class: "split" }, h("div", { class: "pane" }, controls, this.all.element), this.side);
    this.again = debounced(() => this.all.reload(), 200);
    this.all.reload().then(() => this.follow(route));
  }

  row(item) {
    const href = `#/${this.project}/broadcasts/${item.id}`;
    const current = item.id === this.opened ? "true" : null;
    return h("li", { "data-id": item.id }, h("a", { class: "broadcast", href, "aria-current": current },
      time(item.created_at),
      h("b", { class: "name" }, item.name),
      h("code", { class: "match" }, item.match),
      h("span", { class: item.matched ? "matched-count" : "matched-count none" }, reached(item))));
  }

  follow(wanted) {
    this.opened = wanted.id || null;
    mark(this.all, "id", wanted.id);
    this.element.classList.toggle("opened", Boolean(wanted.id));
    this.title("");
    if (this.opened) this.open(this.opened);
    else show(this.side, h("p", { class: "hint" }, "Choose a broadcast to see which subjects it matched."));
  }

  async open(id) {
    try {
      const item = await ask("broadcast", { project: this.project, id });
      if (this.opened !== id) return;
      this.title(item.name);
      show(this.side, this.detail(item));
    } catch (error) {
      show(this.side, this.errorMessage(error));
    }
  }

  detail(item) {
    return [
      h("div", { class: "detail-head" }, h("h3", {}, item.name),
        h("button", { class: "close", type: "button", "aria-label": "Close", click: () => this.go("broadcasts") }, "×")),
      h("p", { class: "facts" }, time(item.created_at, "full")),
      h("section", { class: "part" }, h("h4", {}, "Match"), json(item.match, { size: item.match_size })),
      item.data === "{}" ? null : h("section", { class: "part" }, h("h4", {}, "Data"), json(item.data, { size: item.data_size })),
      h("section", { class: "part" }, h("h4", {}, reached(item)), this.matched(item)),
    ];
  }

  matched(item) {
    this.recipients?.close();
    this.recipients = new List({
      label: "Matched",
      load: (before) => ask("timeline", { project: this.project, cause_id: item.id, before }),
      row: (event) => h("li", { class: "recipient" }, whoLink(this.project, event.kind, event.subject_id, event.identifier)),
      empty: () => (item.matched ? "All of them were deleted since." : `No ${item.kind} has data that contains this.`),
    });
    this.recipients.reload();
    return this.recipients.element;
  }

  call(item) {
    if (item.path.endsWith("/events")) this.again();
  }

  reload() {
    this.all.reload();
  }

  close() {
    this.all.close();
    this.recipients?.close();
  }
}

function reached(item) {
  return item.matched ? `matched ${plural(item.matched, item.kind)}` : `matched no ${item.kind}`;
}
