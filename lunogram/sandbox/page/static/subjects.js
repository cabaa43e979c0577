// Users, or organizations: all of them, or those that match a search.

import { ask } from "./api.js";
import { debounced, h, nameChip, names } from "./dom.js";
import { List } from "./list.js";
import { time } from "./time.js";

const WORDS = {
  user: {
    title: "Users",
    path: "users",
    hint: "Search ids, emails, phones, data",
    empty: "No users. The first upsert, or the first event of a new user, creates one.",
  },
  organization: {
    title: "Organizations",
    path: "organizations",
    hint: "Search ids, names, data",
    empty: "No organizations. client.organization.upsert creates one.",
  },
};
const NEWS = /^(user|organization)\.(created|updated)$/;

export class SubjectsView {
  constructor({ project, kind, route, go }) {
    Object.assign(this, { project, kind, go, words: WORDS[kind], search: route.query.get("search") || "" });
    this.input = h("input", {
      type: "search", id: "search", value: this.search, placeholder: this.words.hint,
      "aria-label": this.words.hint, autocomplete: "off", spellcheck: "false",
      input: debounced(() => this.find(), 150),
    });
    this.found = new List({
      label: this.words.title,
      load: (before) => ask("subjects", { project, kind, before, search: this.search }),
      row: (item) => this.row(item),
      empty: () => (this.search ? "No matches." : this.words.empty),
    });
    const controls = h("div", { class: "controls" }, h("h2", {}, this.words.title), this.input);
    this.element = h("section", { class: "pane" }, controls, this.found.element);
    // A reader further down is not thrown back to the top.
    this.again = debounced(() => window.scrollY < 200 && this.found.reload(), 250);
    this.found.reload();
  }

  find() {
    this.search = this.input.value.trim();
    this.go(this.words.path, { search: this.search }, { replace: true });
    this.found.reload();
  }

  row(item) {
    return h("li", {}, h("a", { class: "subject", href: `#/${this.project}/${this.words.path}/${item.id}` },
      h("span", { class: "ids" }, names(item.identifier).map(nameChip)),
      h("span", { class: "contact" }, item.email || item.name || ""),
      h("span", { class: "data" }, item.data === "{}" ? "" : item.data),
      h("span", { class: "since" }, "since ", time(item.created_at, "day"))));
  }

  event(item) {
    if (!this.search && item.kind === this.kind && NEWS.test(item.name)) this.again();
  }

  reload() {
    this.found.reload();
  }

  close() {
    this.found.close();
  }
}
