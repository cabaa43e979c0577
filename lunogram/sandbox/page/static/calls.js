// The stream: each call as it arrives, and one of them opened beside the list.

import { ask } from "./api.js";
import { callDetail, shortPath, tone } from "./call.js";
import { code } from "./code.js";
import { duration, h, number, plural, show, throttled } from "./dom.js";
import { Filters, filtersOf } from "./filters.js";
import { List, mark } from "./list.js";
import { SendForm } from "./send.js";
import { time } from "./time.js";
import { demoButton } from "./welcome.js";

export class CallsView {
  constructor({ project, route, go, errorMessage, title }) {
    Object.assign(this, { project, go, errorMessage, title, opened: null, inner: null });
    this.filters = new Filters({ project, wanted: filtersOf(route.query), change: () => this.narrow() });
    this.side = h("aside", { class: "side", "aria-label": "The call" });
    this.calls = new List({
      label: "Calls",
      load: (before) => ask("calls", { project, before, ...this.filters.wanted }),
      row: (call) => this.row(call),
      empty: () => (this.filters.active() ? "No call matches." : ["No calls yet. New calls appear here at once.", demoButton(() => this.reload(), project)]),
    });
    this.element = this.frame();
    this.again = throttled(() => this.calls.reload(), 500);
    this.calls.reload().then(() => this.follow(route));
  }

  frame() {
    const send = h("a", { class: "button", href: `#/${this.project}/stream/new` }, "Send a call");
    const controls = h("div", { class: "controls" }, h("h2", {}, "Stream"), h("div", { class: "line-up" }, this.filters.search, send));
    return h("section", { class: "split" }, h("div", { class: "pane" }, controls, this.filters.element, this.calls.element), this.side);
  }

  narrow() {
    this.go(this.opened ? `stream/${this.opened}` : "stream", this.filters.wanted, { replace: true });
    this.calls.reload();
  }

  address(id) {
    const given = Object.entries(this.filters.wanted).filter(([, value]) => value);
    return `#/${this.project}/stream/${id}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
  }

  row(call) {
    const current = String(call.number) === this.opened ? "true" : null;
    return h("li", {}, h("a", { class: `call ${tone(call)}`, href: this.address(call.number), "aria-current": current },
      time(call.at, "clock"),
      h("span", { class: `method ${call.method.toLowerCase()}` }, call.method),
      h("span", { class: "path" }, shortPath(call.path)),
      h("span", { class: "status" }, call.status),
      h("span", { class: "took" }, duration(call.milliseconds)),
      summary(call),
      call.reason ? reason(call) : null,
      call.lost ? lost(call) : null,
      call.warning ? h("span", { class: "reason warning" }, `ignored: ${call.warning}`, call.warnings ? ` (and ${call.warnings - 1} more)` : null) : null));
  }

  follow(wanted) {
    this.opened = wanted.id || null;
    if (this.filters.take(filtersOf(wanted.query))) this.calls.reload();
    mark(this.calls, "number", wanted.id);
    this.element.classList.toggle("opened", Boolean(wanted.id));
    this.leave();
    if (wanted.id === "new") this.compose(wanted.query.get("from"));
    else if (wanted.id) this.open(wanted.id);
    else show(this.side, hint(this.project));
  }

  leave() {
    this.inner?.close();
    this.inner = null;
    this.title("");
  }

  async open(wanted) {
    try {
      const call = await ask("call", { project: this.project, number: wanted });
      if (this.opened !== wanted) return;
      this.title(`${call.method} ${shortPath(call.path)} ${call.status}`);
      const { parts, events } = callDetail(this.project, call, () => this.shut());
      this.inner = events;
      show(this.side, parts);
      this.side.scrollTop = 0;
      events?.reload();
    } catch (error) {
      show(this.side, this.errorMessage(error));
    }
  }

  compose(from) {
    this.title("Send a call");
    const sent = (number) => this.go(number ? `stream/${number}` : "stream", this.filters.wanted);
    show(this.side, new SendForm({ project: this.project, from, sent, close: () => this.shut() }).element);
  }

  shut() {
    this.go("stream", this.filters.wanted);
  }

  call(call) {
    this.filters.refreshSoon();
    // Only the sandbox knows which calls match.
    if (this.filters.active()) this.again();
    else this.calls.prepend(call);
  }

  reload() {
    this.calls.reload();
  }

  close() {
    this.calls.close();
    this.inner?.close();
  }
}

function hint(project) {
  const variables = `export LUNOGRAM_BASE_URL=${location.origin}/api\nexport LUNOGRAM_PROJECT_ID=${project}`;
  return h("div", { class: "hint" },
    h("p", {}, "Choose a call to see its request, its response, what it recorded, and the code that would send it."),
    code(variables),
    h("p", { class: "keys" }, [["j", "k"], ["/"], ["t"], ["Esc"]].map((keys, place) => [
      keys.map((key) => h("kbd", {}, key)), " ", ["next, previous", "search", "times", "close"][place], "  ",
    ])));
}

/** What a call is about: the first item, or the names in a batch. */
function summary(call) {
  const who = call.match ? ["all with ", h("code", {}, call.match)] : call.who;
  const marks = [
    call.older ? h("span", { class: "fault-tag", title: "a path of older servers, without a project" }, "older path") : null,
    call.faults?.length ? h("span", { class: "fault-tag" }, `fault: ${call.faults.join(", ")}`) : null,
  ];
  if (call.items) return h("span", { class: "about" }, batch(call), marks);
  return h("span", { class: "about" }, call.what ? h("b", {}, call.what) : null, call.what && who ? " · " : null, who || null, marks);
}

function batch(call) {
  const kind = { events: "event", inbox: "message" }[call.path.split("/").pop()] || "item";
  const names = call.names || [];
  return [
    h("b", { class: "batch" }, plural(call.items, kind)), " ",
    names.slice(0, 3).map(([name, count], place) => [place ? ", " : null, name, count > 1 ? h("span", { class: "soft" }, ` ×${number(count)}`) : null]),
    names.length > 3 ? ` and ${names.length - 3} more` : null,
    call.subjects ? ` · ${plural(call.subjects, "subject")}` : null,
  ];
}

/** Why something in an accepted call is lost. */
function lost(call) {
  return h("span", { class: "reason" }, `lost: ${call.lost}`, call.losses ? ` (and ${call.losses - 1} more)` : null);
}

function reason(call) {
  return h("span", { class: "reason" }, call.field ? h("code", {}, call.field) : null, call.field ? " " : null, call.reason);
}
