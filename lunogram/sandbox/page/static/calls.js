// The stream: each call as it arrives, and one of them opened beside the list.

import { ask } from "./api.js";
import { copyButton, json, python } from "./code.js";
import { clockTime, day, debounced, duration, h, number, show, throttled } from "./dom.js";
import { List, mark } from "./list.js";

export class CallsView {
  constructor({ project, route, go, errorMessage }) {
    Object.assign(this, { project, go, errorMessage, opened: null });
    this.search = route.query.get("search") || "";
    this.only = h("input", { type: "checkbox", id: "only", checked: route.query.get("only") === "rejected", change: () => this.narrow() });
    this.input = h("input", {
      type: "search", value: this.search, placeholder: "Search calls", "aria-label": "Search calls",
      autocomplete: "off", spellcheck: "false", input: debounced(() => this.narrow(), 150),
    });
    this.side = h("aside", { class: "side", "aria-label": "The call" });
    this.calls = new List({
      label: "Calls",
      load: (before) => ask("calls", { project, before, rejected: this.only.checked || "", search: this.search }),
      row: (call) => this.row(call),
      empty: () => "No calls yet. New calls appear here at once.",
    });
    this.element = this.frame();
    this.again = throttled(() => this.calls.reload(), 500);
    this.calls.reload().then(() => this.follow(route));
  }

  frame() {
    const only = h("label", { class: "check", for: "only" }, this.only, "Rejected only");
    const controls = h("div", { class: "controls" }, h("h2", {}, "Stream"), h("div", { class: "line-up" }, this.input, only));
    return h("section", { class: "split" }, h("div", { class: "pane" }, controls, this.calls.element), this.side);
  }

  narrow() {
    this.search = this.input.value.trim();
    this.go(this.opened ? `stream/${this.opened}` : "stream", this.query(), { replace: true });
    this.calls.reload();
  }

  query() {
    return { only: this.only.checked ? "rejected" : "", search: this.search };
  }

  row(call) {
    const given = Object.entries(this.query()).filter(([, value]) => value);
    const query = given.length ? `?${new URLSearchParams(given)}` : "";
    const current = String(call.number) === this.opened ? "true" : null;
    const href = `#/${this.project}/stream/${call.number}${query}`;
    return h("li", {}, h("a", { class: `call ${tone(call)}`, href, "aria-current": current },
      h("time", { datetime: call.at, title: call.at }, clockTime(call.at)),
      h("span", { class: `method ${call.method.toLowerCase()}` }, call.method),
      h("span", { class: "path" }, shortPath(call.path)),
      h("span", { class: "status" }, call.status),
      h("span", { class: "took" }, duration(call.milliseconds)),
      summary(call),
      call.reason ? reason(call) : null,
      call.lost ? lost(call) : null));
  }

  follow(wanted) {
    this.opened = wanted.id || null;
    mark(this.calls, "number", wanted.id);
    this.element.classList.toggle("opened", Boolean(wanted.id));
    if (wanted.id) this.open(wanted.id);
    else show(this.side, hint(this.project));
  }

  async open(wanted) {
    try {
      const call = await ask("call", { project: this.project, number: wanted });
      if (this.opened === wanted) show(this.side, detail(call, () => this.go("stream", this.query())));
    } catch (error) {
      show(this.side, this.errorMessage(error));
    }
  }

  call(call) {
    if (this.only.checked && tone(call) !== "bad" && tone(call) !== "broken") return;
    // Only the sandbox can search in the body.
    if (this.search) this.again();
    else this.calls.prepend(call);
  }

  reload() {
    this.calls.reload();
  }

  close() {
    this.calls.close();
  }
}

function hint(project) {
  const variables = `export LUNOGRAM_BASE_URL=${location.origin}/api\nexport LUNOGRAM_PROJECT_ID=${project}`;
  return h("div", { class: "hint" },
    h("p", {}, "Choose a call to see its request, its response, and the Python that would send it."),
    h("div", { class: "python" }, copyButton(variables), h("pre", { tabindex: "0" }, variables)));
}

/** The details of one call. */
function detail(call, close) {
  return [
    h("div", { class: "detail-head" },
      h("h3", {}, h("span", { class: `method ${call.method.toLowerCase()}` }, call.method), " ", h("span", { class: "path" }, call.path)),
      h("button", { class: "close", type: "button", "aria-label": "Close", click: close }, "×")),
    h("p", { class: `facts ${tone(call)}` },
      h("span", { class: "status" }, call.status), duration(call.milliseconds), " · ",
      h("time", { datetime: call.at, title: call.at }, `${day(call.at)}, ${clockTime(call.at, true)}`),
      " · call ", call.number, faulted(call)),
    call.reason ? h("div", { class: "rejection" }, call.title ? h("strong", {}, call.title) : null, reason(call)) : null,
    call.lost ? h("div", { class: "rejection" }, h("strong", {}, "accepted and lost"), lost(call)) : null,
    call.older ? h("p", { class: "soft" }, "The path of an older server, without a project. A server of today rejects it: set LUNOGRAM_PROJECT_ID.") : null,
    call.python ? section("Python", python(call.python)) : null,
    call.query ? section("Query", queryTable(call.query)) : null,
    section("Request", body(call.request, { size: call.request_size, fault: call.field }), bytes(call.request_bytes)),
    section("Response", body(call.response, { size: call.response_size }), bytes(call.response_bytes)),
  ];
}

function section(title, body, note = null) {
  return h("section", { class: "part" }, h("h4", {}, title, note ? h("span", { class: "soft" }, note) : null), body);
}

/** A formatted body; the button copies it as it was sent. */
function body(text, options) {
  return h("div", { class: "copied" }, text ? copyButton(text) : null, json(text, options));
}

function bytes(count) {
  return count ? `${number(count)} bytes` : null;
}

function queryTable(query) {
  const pairs = [...new URLSearchParams(query)];
  return h("dl", { class: "fields" }, pairs.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function tone({ status, lost }) {
  if (status === "reset") return "broken";
  if (status < 400) return lost ? "lost" : "fine";
  return status < 500 ? "bad" : "broken";
}

/** The path without the prefix of all paths. */
function shortPath(path) {
  return path.replace(/^\/api\/client(\/projects\/[^/]+)?/, "");
}

function summary(call) {
  const who = call.match ? ["all with ", h("code", {}, call.match)] : call.who;
  return h("span", { class: "about" },
    call.what ? h("b", {}, call.what) : null,
    call.what && who ? " · " : null,
    who || null,
    call.more ? h("span", { class: "soft" }, ` and ${call.more} more`) : null,
    call.older ? h("span", { class: "fault-tag", title: "a path of older servers, without a project" }, "older path") : null,
    faulted(call));
}

/** The faults that hit a call, so that the error is not taken for the program's. */
function faulted(call) {
  return call.faults?.length ? h("span", { class: "fault-tag" }, `fault: ${call.faults.join(", ")}`) : null;
}

/** Why something in an accepted call is lost. */
function lost(call) {
  return h("span", { class: "reason" }, `lost: ${call.lost}`, call.losses ? ` (and ${call.losses - 1} more)` : null);
}

function reason(call) {
  return h("span", { class: "reason" }, call.field ? h("code", {}, call.field) : null, call.field ? " " : null, call.reason);
}
