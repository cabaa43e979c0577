// Events in a list, each with its cause.

import { h, whoLink } from "./dom.js";
import { json } from "./json.js";
import { time } from "./time.js";

const CAUSES = {
  sent: ["sent", "An application sent it for this subject."],
  matched: ["matched by a broadcast", "An application sent it for all whose data matches: a broadcast."],
  fired: ["fired by a schedule", "A schedule fired."],
  recorded: ["recorded by the platform", "The platform recorded it by itself."],
};

/**
 * The row of an event; pressed, it shows its data.
 * @param who whether to show the subject
 * @param why whether to show its cause
 * @param narrow what to do when its name is pressed, if anything
 */
export function eventRow(project, item, { who = true, narrow = null, why = true } = {}) {
  const hasData = item.data !== "{}";
  const name = narrow
    ? h("button", { class: "name link", type: "button", title: "Only events of this name", click: (event) => { event.preventDefault(); narrow(item.name); } }, item.name)
    : h("b", { class: "name" }, item.name);
  const head = [
    time(item.created_at),
    name,
    who ? whoLink(project, item.kind, item.subject_id, item.identifier) : null,
    item.member ? h("span", { class: "member" }, whoLink(project, "user", item.member_id, item.member)) : null,
    h("span", { class: "glimpse" }, hasData ? item.data.slice(0, 160) : ""),
    why ? cause(project, item) : null,
  ];
  if (!hasData) return h("li", {}, h("div", { class: "event" }, head));
  const details = h("details", { class: "event-box", toggle: draw }, h("summary", { class: "event" }, head));
  return h("li", {}, details);

  // Drawn on demand: there may be hundreds of rows.
  function draw() {
    if (details.open && details.childElementCount === 1) details.append(json(item.data, { size: item.data_size }));
  }
}

function cause(project, item) {
  const [words, title] = CAUSES[item.cause];
  const why = item.cause === "matched"
    ? h("a", { class: "matched", title, href: `#/${project}/broadcasts/${item.cause_id}` }, words)
    : h("span", { class: item.cause, title }, words);
  // The call is known for as long as it is in the log.
  const call = item.call ? h("a", { class: "by-call", title: "The call that recorded this event", href: `#/${project}/stream/${item.call}` }, `call ${item.call}`) : null;
  return h("span", { class: "cause" }, why, call ? " · " : null, call);
}
