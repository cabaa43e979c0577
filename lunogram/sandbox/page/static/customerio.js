// Customer.io: people, their events, messages and segments.

import { ask } from "./api.js";
import { debounced, h, number, plural, show, throttled } from "./dom.js";
import { json } from "./json.js";
import { List, mark } from "./list.js";
import { time } from "./time.js";

const KINDS = {
  email: "email", push: "push", sms: "SMS", inbox_message: "inbox message", in_app: "in-app", whatsapp: "WhatsApp",
};

/** The tabs: their rows, and the details beside them. */
const TABS = {
  people: {
    title: "People", hint: "Search ids, emails, attributes", row: personRow, side: personSide,
    empty: "No people. The first identify, or the first event of a new person, creates one.",
    choose: "Choose a person to see attributes, devices, segments and events.",
  },
  events: {
    title: "Events", hint: "Search names, data, people", row: eventRow,
    empty: "No events yet. New events appear here at once.",
  },
  sends: {
    title: "Sends", hint: "Search what was sent", row: sendRow, side: sendSide,
    empty: "No messages yet. Transactional messages are stored here and not sent.",
    choose: "Choose a message to see its request.",
  },
  broadcasts: {
    title: "Broadcasts", hint: "Search what was triggered", row: broadcastRow,
    empty: "No broadcasts yet. Triggered broadcasts are stored here and not sent.",
  },
  segments: {
    title: "Segments", hint: "Search segment ids", row: segmentRow, side: segmentSide,
    empty: "No manual segments yet. The first member creates one.",
    choose: "Choose a segment to see its members.",
  },
};

export class CustomerioView {
  constructor({ project, route, go, errorMessage }) {
    Object.assign(this, { project, go, errorMessage, tab: "", opened: null, inner: null });
    this.tabs = h("nav", { class: "tabs", "aria-label": "Customer.io" });
    this.element = h("section");
    // A reader further down is not thrown back to the top.
    this.again = throttled(() => this.renew(), 400);
    this.follow(route);
  }

  follow(wanted) {
    const tab = TABS[wanted.id] ? wanted.id : "people";
    this.opened = wanted.query.get("number");
    if (tab !== this.tab) this.turn(tab, wanted.query.get("search") || "");
    this.drawTabs().catch(() => {}); // The stream shows that the sandbox is offline.
    mark(this.list, "number", this.opened);
    this.box.classList.toggle("opened", Boolean(this.opened));
    this.openSide();
  }

  turn(tab, search) {
    this.close();
    this.tab = tab;
    const { title, hint, row, side, empty } = TABS[tab];
    this.input = h("input", {
      type: "search", value: search, placeholder: hint, "aria-label": hint,
      autocomplete: "off", spellcheck: "false", input: debounced(() => this.find(), 150),
    });
    this.list = new List({
      label: title,
      load: (before) => ask(`cio/${tab}`, { project: this.project, before, search: this.input.value.trim() }),
      row: (item) => row(this.context(), item),
      empty: () => (this.input.value ? "No matches." : empty),
    });
    this.side = side ? h("aside", { class: "side", "aria-label": "Details" }) : null;
    const pane = h("div", { class: "pane" }, h("div", { class: "controls" }, h("h2", {}, title), this.input), this.list.element);
    this.box = h("div", { class: side ? "split" : null }, pane, this.side);
    show(this.element, this.tabs, this.box);
    this.list.reload().then(() => mark(this.list, "number", this.opened));
  }

  /** The context of a row: the function that makes links, and the row that is open. */
  context() {
    return { link: (tab, which) => `#/${this.project}/customerio/${tab}?number=${which}`, project: this.project, opened: this.opened };
  }

  async drawTabs() {
    const { customerio } = await ask("counts", { project: this.project });
    show(this.tabs, Object.entries(TABS).map(([name, { title }]) => h("a", {
      href: `#/${this.project}/customerio/${name}`, "aria-current": name === this.tab ? "page" : null,
    }, title, " ", h("span", { class: "count" }, number(customerio?.[name] ?? 0)))));
  }

  find() {
    this.go(`customerio/${this.tab}`, { search: this.input.value.trim() }, { replace: true });
    this.list.reload();
  }

  async openSide() {
    const { side, choose } = TABS[this.tab];
    const { opened, tab } = this;
    if (!side) return;
    if (!opened) {
      show(this.side, h("p", { class: "hint" }, choose));
      return;
    }
    try {
      const { heading, parts, inner } = await side(this.context(), opened);
      if (opened !== this.opened || tab !== this.tab) return;
      this.inner?.close();
      this.inner = inner ?? null;
      show(this.side, this.head(heading), parts);
      inner?.reload();
    } catch (error) {
      show(this.side, this.errorMessage(error));
    }
  }

  head(heading) {
    return h("div", { class: "detail-head" }, h("h3", {}, heading),
      h("button", { class: "close", type: "button", "aria-label": "Close", click: () => this.go(`customerio/${this.tab}`) }, "×"));
  }

  renew() {
    this.drawTabs().catch(() => {});
    if (window.scrollY < 200) this.list.reload().then(() => mark(this.list, "number", this.opened));
    if (this.opened) this.openSide();
  }

  call(call) {
    if (call.path.startsWith("/customerio/")) this.again();
  }

  reload() {
    this.renew();
  }

  close() {
    this.list?.close();
    this.inner?.close();
    this.inner = null;
  }
}

// -- people -----------------------------------------------------------------------------------------

function personRow({ link, opened }, item) {
  return chosen(opened, item, "cio-person", link("people", item.number),
    h("span", { class: "ids" }, who(item)),
    h("span", { class: "glimpse" }, item.attributes === "{}" ? "" : item.attributes));
}

async function personSide(context, which) {
  const person = await ask("cio/person", { project: context.project, number: which });
  const devices = JSON.parse(person.devices);
  const segments = JSON.parse(person.segments);
  const events = new List({
    label: "Events of this person",
    load: (before) => ask("cio/events", { project: context.project, person: which, before }),
    row: (item) => eventRow({ ...context, alone: true }, item),
    empty: () => "No events.",
  });
  return { heading: h("span", { class: "ids" }, who(person)), inner: events, parts: [
    h("p", { class: "facts" }, h("code", { title: "Customer.io's id" }, `cio_${person.cio_id}`), " · since ", time(person.created_at, "moment")),
    part("Attributes", json(person.attributes, { size: person.attributes_size })),
    devices.length ? part("Devices", h("ul", { class: "plain" }, devices.map(device))) : null,
    segments.length ? part("Segments", h("p", {}, segments.map((segment) => h("a", { class: "chip", href: context.link("segments", segment) }, segment)))) : null,
    part("Events", events.element),
  ] };
}

function device({ id, platform, last_used: used, attributes }) {
  return h("li", {}, h("code", {}, id), h("span", { class: "tag" }, platform),
    used ? h("span", { class: "soft" }, " last used ", epoch(used)) : null,
    attributes === "{}" ? null : h("span", { class: "soft" }, " ", h("code", {}, attributes)));
}

// -- events -----------------------------------------------------------------------------------------

function eventRow(context, item) {
  const head = [
    time(item.created_at),
    h("b", { class: "name" }, item.name),
    item.type === "event" ? null : h("span", { class: "tag" }, item.type),
    context.alone ? null : owner(context, item),
    h("span", { class: "glimpse" }, item.data === "{}" ? "" : item.data.slice(0, 160)),
  ];
  return folded(head, item.data, item.data_size);
}

// -- messages ---------------------------------------------------------------------------------------

function sendRow({ link, opened }, item) {
  return chosen(opened, item, "cio-send", link("sends", item.number),
    time(item.created_at),
    h("b", { class: "name" }, item.subject || (item.template ? `template ${item.template}` : KINDS[item.kind])),
    h("span", { class: "tag" }, KINDS[item.kind]),
    item.attachments ? h("span", { class: "tag" }, plural(item.attachments, "attachment")) : null,
    h("span", { class: "soft" }, item.recipient || (item.person ? who(JSON.parse(item.person)) : "no person")));
}

async function sendSide(context, which) {
  const sent = await ask("cio/send", { project: context.project, number: which });
  const attachments = JSON.parse(sent.attachments);
  return { heading: KINDS[sent.kind], parts: [
    h("p", { class: "facts" }, h("code", { title: "The delivery's id" }, sent.delivery_id), " · queued ", epoch(sent.queued_at)),
    h("p", {}, "for ", owner(context, sent)),
    attachments.length ? part("Attachments", h("ul", { class: "plain attachments" }, attachments.map((each) => h("li", {},
      h("code", {}, each.name), h("span", { class: "soft" }, ` ${number(each.bytes)} bytes`))))) : null,
    part("Request", json(sent.request, { size: sent.request_size })),
  ] };
}

function broadcastRow(context, item) {
  const head = [
    time(item.created_at),
    h("b", { class: "name" }, `broadcast ${item.broadcast_id}`),
    h("span", { class: "tag" }, `trigger ${item.trigger_id}`),
    h("span", { class: "glimpse" }, item.request.slice(0, 160)),
  ];
  return folded(head, item.request, item.request_size);
}

// -- segments ---------------------------------------------------------------------------------------

function segmentRow({ link, opened }, item) {
  return chosen(opened, item, "cio-segment", link("segments", item.number),
    h("b", { class: "name" }, `segment ${item.number}`), h("span", { class: "soft" }, people(item.people)));
}

async function segmentSide(context, which) {
  const members = new List({
    label: "In this segment",
    load: (before) => ask("cio/members", { project: context.project, segment: which, before }),
    row: (item) => h("li", { class: "recipient" }, owner(context, { ...item, person_number: item.number })),
    empty: () => "No members.",
  });
  return { heading: `segment ${which}`, inner: members, parts: [part("People", members.element)] };
}

function people(count) {
  return `${number(count)} ${count === 1 ? "person" : "people"}`;
}

// -- parts of rows ----------------------------------------------------------------------------------

/** A row that opens beside the list when it is pressed. */
function chosen(opened, item, look, href, ...children) {
  const current = String(item.number) === opened ? "true" : null;
  return h("li", {}, h("a", { class: `cio-row ${look}`, href, "aria-current": current }, children));
}

/** A row that shows its JSON, if any, when it is pressed. */
function folded(head, text, size) {
  if (text === "{}") return h("li", {}, h("div", { class: "event" }, head));
  // Drawn on demand: there may be hundreds of rows.
  const details = h("details", { class: "event-box", toggle: draw }, h("summary", { class: "event" }, head));
  function draw() {
    if (details.open && details.childElementCount === 1) details.append(json(text, { size }));
  }
  return h("li", {}, details);
}

function part(title, body) {
  return h("section", { class: "part" }, h("h4", {}, title), body);
}

/** A person's identifiers: the application's own id, the email address, or Customer.io's id. */
function who({ id, email, cio_id: own }) {
  const known = [id, email].filter(Boolean);
  return (known.length ? known : [`cio_${own}`]).map((name) => h("span", { class: "chip" }, name));
}

/** The owner of a row: a person, an anonymous visitor, or none. */
function owner({ link }, item) {
  if (item.person) return h("a", { class: "who", href: link("people", item.person_number) }, who(JSON.parse(item.person))[0]);
  const visitor = item.anonymous_id ? ["anonymous ", h("span", { class: "chip" }, item.anonymous_id)] : "no person";
  return h("span", { class: "soft" }, visitor);
}

function epoch(seconds) {
  return time(new Date(seconds * 1000).toISOString(), "moment");
}
