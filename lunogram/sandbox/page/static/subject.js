// One user or organization: its identifiers and fields, all that belongs to it, and its timeline.

import { ask } from "./api.js";
import { h, names, number, plural, show, throttled, whoLink } from "./dom.js";
import { json } from "./json.js";
import { List } from "./list.js";
import { extra, messageParts } from "./messages.js";
import { relative, time } from "./time.js";
import { eventRow } from "./timeline.js";

const FIELDS = ["name", "email", "phone", "timezone", "locale", "version", "created_at", "updated_at"];

export class SubjectView {
  constructor({ project, kind, route, errorMessage, title }) {
    Object.assign(this, { project, id: route.id, errorMessage, title });
    this.head = h("div", { class: "subject-head" });
    this.facts = h("div", { class: "facts-pane" });
    this.parts = partsOf(kind).map((part) => ({ ...part, body: h("div") }));
    this.events = new List({
      label: "Timeline",
      load: (before) => ask("timeline", { project, subject: this.id, before }),
      row: (item) => eventRow(project, item, { who: false }),
      empty: () => "No events yet.",
    });
    this.element = this.frame(kind === "user" ? ["Users", "users"] : ["Organizations", "organizations"]);
    this.again = throttled(() => this.draw(), 1000);
    this.reload();
  }

  frame([title, path]) {
    return h("section", { class: "one" },
      h("p", { class: "crumbs" }, h("a", { href: `#/${this.project}/${path}` }, `‹ ${title}`)),
      this.head,
      h("div", { class: "columns" }, this.facts,
        h("section", { class: "timeline" }, h("h3", {}, "Timeline"), this.events.element)));
  }

  async draw() {
    try {
      const subject = await ask("subject", { project: this.project, id: this.id });
      this.title(nameOf(subject));
      show(this.head, heading(this.project, subject));
      if (!this.facts.childElementCount) this.drawCards();
      show(this.facts.querySelector(".fields-card"), h("h3", {}, "Fields"), fields(subject));
      show(this.facts.querySelector(".data-card"), h("h3", {}, "Data"), json(subject.data, { size: subject.data_size }));
      await Promise.all(this.parts.map((part) => this.fill(part)));
    } catch (error) {
      show(this.head, this.errorMessage(error));
    }
  }

  drawCards() {
    const own = ["fields-card", "data-card"].map((name) => h("section", { class: `card ${name}` }));
    show(this.facts, own, this.parts.map(card));
  }

  async fill(part) {
    const response = await this.belonging(part);
    const rows = response.results.map((row) => part.row(row, this.project));
    const box = part.body.parentElement;
    box.classList.toggle("bare", rows.length === 0);
    show(box.querySelector(".total"), number(response.total));
    const shown = rows.length ? h("ul", { class: part.what }, rows) : h("p", { class: "nothing" }, part.none);
    show(part.body, shown, this.rest(part, response));
  }

  belonging(part, offset = 0) {
    return ask("belongings", { project: this.project, id: this.id, what: part.what, offset });
  }

  // Beyond the first hundred, more are appended on request.
  rest(part, response) {
    if (response.next === undefined) return null;
    const button = h("button", { class: "more", type: "button", click: more }, `Show more of ${number(response.total)}`);
    const further = () => this.belonging(part, response.next);
    const after = (next) => this.rest(part, next);
    const row = (each) => part.row(each, this.project);
    async function more() {
      const next = await further();
      part.body.firstElementChild.append(...next.results.map(row));
      button.replaceWith(after(next) || "");
    }
    return button;
  }

  event(item) {
    if (item.subject_id !== this.id && item.member_id !== this.id) return;
    if (item.subject_id === this.id) this.events.prepend(item);
    this.again();
  }

  // Not every change records an event: a message that is read, a device that is registered.
  call() {
    this.again();
  }

  reload() {
    this.draw();
    this.events.reload();
  }

  close() {
    this.events.close();
  }
}

function nameOf(subject) {
  const [first] = names(subject.identifier);
  return subject.name || first?.external_id || subject.id;
}

function heading(project, subject) {
  const [first] = names(subject.identifier);
  const user = first && (first.source === "default" ? first.external_id : `${first.source}:${first.external_id}`);
  return [
    h("h2", {}, nameOf(subject)),
    h("p", { class: "soft" }, subject.email ? `${subject.email} · ` : null, h("code", { title: "The platform's id" }, subject.id),
      user ? [" · ", h("a", { class: "calls-of", href: `#/${project}/stream?${new URLSearchParams({ user })}` }, "Calls")] : null),
  ];
}

function fields(subject) {
  const known = FIELDS.filter((name) => subject[name] !== undefined);
  return h("dl", { class: "fields" }, known.map((name) => [
    h("dt", {}, name), h("dd", {}, name.endsWith("_at") ? time(subject[name], "full") : subject[name]),
  ]));
}

function card({ title, what, body }) {
  return h("section", { class: `card ${what}-card` }, h("h3", {}, title, " ", h("span", { class: "count total" })), body);
}

function partsOf(kind) {
  const members = kind === "user"
    ? { what: "memberships", title: "Memberships", none: "In no organization.", row: member }
    : { what: "members", title: "Members", none: "No members.", row: member };
  const devices = { what: "devices", title: "Devices", none: "No devices.", row: device };
  return [
    { what: "identifiers", title: "Identifiers", none: "None.", row: identifier },
    members,
    { what: "schedules", title: "Schedules", none: "No schedules.", row: schedule },
    { what: "inbox", title: "Inbox", none: "No messages.", row: message },
    ...(kind === "user" ? [devices] : []),
  ];
}

function identifier(row) {
  return h("li", { class: "pair" },
    h("span", { class: "soft" }, row.source), h("code", {}, row.external_id), extra("metadata", row.metadata, row.metadata_size));
}

function member(row, project) {
  return h("li", {}, whoLink(project, row.other_kind, row.other_id, row.identifier),
    h("span", { class: "soft" }, " since ", time(row.created_at, "moment")), extra("data", row.data, row.data_size));
}

function device(row) {
  const about = [row.os, row.os_version, row.model, row.app_version && `app ${row.app_version}`].filter(Boolean);
  return h("li", {}, h("code", {}, row.device_id), h("span", { class: "soft" }, " ", about.join(" · ")),
    extra("config", row.config, row.config_size), extra("data", row.data, row.data_size));
}

function schedule(row) {
  const when = row.next_at ? ["next ", time(row.next_at, "moment"), h("span", { class: "soft" }, ` · ${relative(row.next_at)}`)] : ["fires no more"];
  const often = row.interval ? `every ${row.interval}` : "once";
  const times = row.interval && row.occurrence > 1 ? ` · ${plural(row.occurrence, "occurrence")} so far` : null;
  return h("li", { class: row.next_at ? null : "over" },
    h("b", {}, row.name), h("span", { class: "tag" }, often),
    h("span", { class: "when" }, when, times ? h("span", { class: "soft" }, times) : null),
    extra("data", row.data, row.data_size));
}

function message(row) {
  return h("li", {}, messageParts(row));
}
