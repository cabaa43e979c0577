// All inboxes: every message of the project, shown to its user or not, newest first.

import { ask } from "./api.js";
import { debounced, h, whoLink } from "./dom.js";
import { List } from "./list.js";
import { messageParts } from "./messages.js";

const STATUSES = ["unread", "read", "archived", "planned", "expired"];
const CHANNELS = ["inbox", "email", "sms", "push"];

export class InboxesView {
  constructor({ project, route, go }) {
    Object.assign(this, { project, go });
    const { query } = route;
    this.search = h("input", {
      type: "search", value: query.get("search") || "", placeholder: "Search ids, content, users", "aria-label": "Search messages",
      autocomplete: "off", spellcheck: "false", input: debounced(() => this.narrow(), 150),
    });
    this.status = this.select("Status", "Any status", STATUSES, query.get("status"));
    this.channel = this.select("Channel", "Any channel", CHANNELS, query.get("channel"));
    this.all = new List({
      label: "Messages",
      load: (before) => ask("messages", { project, before, ...this.wanted() }),
      row: (item) => h("li", { class: "message" }, messageParts(item, whoLink(project, item.kind, item.subject_id, item.identifier))),
      empty: () => (Object.values(this.wanted()).some(Boolean) ? "No message matches." : "No messages. client.user.inbox.send sends one."),
    });
    const controls = h("div", { class: "controls" }, h("h2", {}, "Inboxes"), h("div", { class: "line-up" }, this.status, this.channel, this.search));
    this.element = h("section", { class: "pane" }, controls, this.all.element);
    // A reader further down is not thrown back to the top.
    this.again = debounced(() => window.scrollY < 200 && this.all.reload(), 250);
    this.all.reload();
  }

  select(label, any, names, wanted) {
    return h("select", { "aria-label": label, change: () => this.narrow() },
      h("option", { value: "" }, any), names.map((name) => h("option", { value: name, selected: name === wanted }, name)));
  }

  wanted() {
    return { status: this.status.value, channel: this.channel.value, search: this.search.value.trim() };
  }

  narrow() {
    this.go("inboxes", this.wanted(), { replace: true });
    this.all.reload();
  }

  call(call) {
    if (/\/inbox(\/|$)|\/users$|\/organizations$/.test(call.path)) this.again();
  }

  event(item) {
    if (item.name.startsWith("inbox.")) this.again();
  }

  reload() {
    this.all.reload();
  }

  close() {
    this.all.close();
  }
}
