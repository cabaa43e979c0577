// Faults in words, and the form that sets one.

import { h, show } from "./dom.js";

const KINDS = {
  rate_limit: { title: "Rate limit", fields: [["limit", "number", 10, "calls in"], ["per", "number", 1, "seconds"]] },
  error: { title: "Errors", fields: [["status", "number", 503, "status"]] },
  latency: { title: "Latency", fields: [["seconds", "number", 0.5, "seconds"]] },
  reset: { title: "Connection reset", fields: [["when", ["before", "after"], "before", "the call took effect"]] },
  html: { title: "HTML instead of JSON", fields: [] },
  reject: { title: "Rejection of one event", fields: [["event", "text", "", "event's name"]] },
};
const BOUNDS = [
  ["share", "number", "", "share, 0 to 1"],
  ["count", "number", "", "times"],
  ["for", "number", "", "seconds long"],
  ["seed", "number", "", "seed"],
];

/** An active fault, in words. */
export function faultText(fault) {
  const kind = KINDS[fault.kind];
  const words = {
    rate_limit: `${fault.limit} calls in ${fault.per ?? 1} s, then 429`,
    error: `status ${fault.status}`,
    latency: `${fault.seconds} s`,
    reset: `${fault.when} the call took effect`,
    html: "a proxy's 502 page",
    reject: fault.event,
  };
  const bounds = [
    fault.path ? `calls to ${fault.path}` : null,
    fault.share !== undefined && fault.share < 1 ? `${Math.round(fault.share * 100)}% of calls` : null,
    fault.count ? `${fault.count} times` : null,
    fault.for ? `for ${fault.for} s` : null,
    fault.hits !== undefined ? `hit ${fault.hits}` : null,
  ].filter(Boolean);
  return [h("b", {}, kind ? kind.title : fault.kind), " ", words[fault.kind] || "", bounds.length ? h("span", { class: "soft" }, ` · ${bounds.join(" · ")}`) : null];
}

/** A form that passes a fault in the sandbox's format. */
export function faultForm(add) {
  const kind = h("select", { id: "fault-kind", change: () => draw() }, Object.entries(KINDS).map(([name, { title }]) => h("option", { value: name }, title)));
  const fields = h("span", { class: "line-up" });
  const bounds = h("span", { class: "line-up" }, BOUNDS.map(input));
  const form = h("form", { class: "fault-form", submit },
    h("div", { class: "line-up" }, h("label", { for: "fault-kind", class: "sr" }, "Kind of fault"), kind, fields),
    h("details", {}, h("summary", {}, "Only some calls, or only for a while"), bounds),
    h("div", { class: "line-up" }, h("button", {}, "Set the fault")));

  function draw() {
    show(fields, KINDS[kind.value].fields.map(input));
  }

  function submit(event) {
    event.preventDefault();
    const body = { kind: kind.value };
    for (const each of form.querySelectorAll("[name]"))
      if (each.value !== "") body[each.name] = each.type === "number" ? Number(each.value) : each.value;
    add(body);
  }
  draw();
  return form;
}

function input([name, type, value, title]) {
  const field = Array.isArray(type)
    ? h("select", { name }, type.map((each) => h("option", { value: each, selected: each === value }, each)))
    : h("input", { name, type, value, step: "any", min: type === "number" ? 0 : null, size: 8, autocomplete: "off" });
  return h("label", {}, field, " ", title);
}
