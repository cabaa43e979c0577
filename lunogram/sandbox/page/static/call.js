// One call: what it sent and received, whom it named, what it recorded, and the code that sends it.

import { ask } from "./api.js";
import { copyButton, languages } from "./code.js";
import { duration, h, number, plural, whoLink } from "./dom.js";
import { foldButton, json } from "./json.js";
import { List } from "./list.js";
import { time } from "./time.js";
import { eventRow } from "./timeline.js";

/** The details of a call, and the list of the events that it recorded, which is not loaded yet. */
export function callDetail(project, call, close) {
  const events = call.recorded ? recorded(project, call) : null;
  return { events, parts: [
    h("div", { class: "detail-head" },
      h("h3", {}, h("span", { class: `method ${call.method.toLowerCase()}` }, call.method), " ", h("span", { class: "path" }, shortPath(call.path))),
      h("span", { class: "line-up" },
        call.path.startsWith("/api/") ? h("a", { class: "again", href: `#/${project}/stream/new?from=${call.number}` }, "Edit and resend") : null,
        h("button", { class: "close", type: "button", "aria-label": "Close", title: "Close (Esc)", click: close }, "×"))),
    facts(call),
    problems(call),
    call.linked.length ? section("About", subjects(project, call)) : null,
    events ? section("Recorded", events.element, plural(call.recorded, "event")) : null,
    call.python || call.curl ? section("Code", languages({ Python: call.python, JavaScript: call.javascript, curl: call.curl })) : null,
    call.query ? section("Query", queryTable(call.query)) : null,
    section("Request", body(call.request, { size: call.request_size, fault: call.field }), bytes(call.request_bytes)),
    section("Response", body(call.response, { size: call.response_size }), bytes(call.response_bytes)),
  ] };
}

function facts(call) {
  return h("p", { class: `facts ${tone(call)}` },
    h("span", { class: "status" }, call.status), duration(call.milliseconds), " · ", time(call.at, "full"),
    " · call ", call.number,
    call.faults?.length ? h("span", { class: "fault-tag" }, `fault: ${call.faults.join(", ")}`) : null);
}

function problems(call) {
  return [
    call.reason ? h("div", { class: "rejection" }, call.title ? h("strong", {}, call.title) : null,
      h("span", { class: "reason" }, call.field ? h("code", {}, call.field) : null, call.field ? " " : null, call.reason)) : null,
    call.all_lost?.length ? h("div", { class: "rejection" }, h("strong", {}, "accepted and lost"), call.all_lost.map((why) => h("span", { class: "reason" }, why))) : null,
    call.all_warnings?.length ? h("div", { class: "rejection warnings" }, h("strong", {}, "accepted, but ignored"), call.all_warnings.map((why) => h("span", {}, why))) : null,
    call.older ? h("p", { class: "soft" }, "The path of an older server, without a project. A server of today rejects it: set LUNOGRAM_PROJECT_ID.") : null,
  ];
}

function subjects(project, call) {
  const more = call.named - call.linked.length;
  return h("p", { class: "about-links" },
    call.linked.map((each) => whoLink(project, each.kind, each.subject_id, each.identifier)),
    more > 0 ? h("span", { class: "soft" }, ` and ${number(more)} more`) : null);
}

function recorded(project, call) {
  return new List({
    label: "Events of this call",
    load: (before) => ask("timeline", { project, call: call.number, before }),
    row: (item) => eventRow(project, item, { why: item.cause === "matched" }),
    empty: () => "The events were deleted since.",
  });
}

function section(title, inner, note = null) {
  return h("section", { class: "part" }, h("h4", {}, title, note ? h("span", { class: "soft" }, note) : null), inner);
}

/** A formatted body; the button copies it as it was sent. */
function body(text, options) {
  const shown = json(text, options);
  const buttons = text ? h("div", { class: "buttons" }, foldButton(shown), copyButton(text)) : null;
  return h("div", { class: "copied" }, buttons, shown);
}

function bytes(count) {
  return count ? `${number(count)} bytes` : null;
}

function queryTable(query) {
  const pairs = [...new URLSearchParams(query)];
  return h("dl", { class: "fields" }, pairs.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

/** How a call went: fine, lost, bad (rejected) or broken. */
export function tone({ status, lost }) {
  if (status === "reset") return "broken";
  if (status < 400) return lost ? "lost" : "fine";
  return status < 500 ? "bad" : "broken";
}

/** The path without the prefix of all paths. */
export function shortPath(path) {
  return path.replace(/^\/api\/client(\/projects\/[^/]+)?/, "");
}
