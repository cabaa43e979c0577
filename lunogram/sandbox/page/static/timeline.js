// Events in a list, each with its cause.

import { json } from "./code.js";
import { clockTime, day, h, whoLink } from "./dom.js";

const CAUSES = {
  sent: ["sent", "An application sent it for this subject."],
  matched: ["matched", "An application sent it for all whose data matches: a broadcast."],
  fired: ["fired", "A schedule fired."],
  recorded: ["recorded", "The platform recorded it by itself."],
};

/**
 * The row of an event; pressed, it shows its data.
 * @param who whether to show the subject
 * @param narrow what to do when its name is pressed, if anything
 */
export function eventRow(project, item, { who = true, narrow = null } = {}) {
  const hasData = item.data !== "{}";
  const name = narrow
    ? h("button", { class: "name link", type: "button", title: "Only events of this name", click: (event) => { event.preventDefault(); narrow(item.name); } }, item.name)
    : h("b", { class: "name" }, item.name);
  const head = [
    h("time", { datetime: item.created_at, title: item.created_at }, h("span", { class: "day" }, day(item.created_at)), " ", clockTime(item.created_at)),
    name,
    who ? whoLink(project, item.kind, item.subject_id, item.identifier) : null,
    item.member ? h("span", { class: "member" }, whoLink(project, "user", item.member_id, item.member)) : null,
    h("span", { class: "glimpse" }, hasData ? item.data.slice(0, 160) : ""),
    cause(project, item),
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
  const [word, title] = CAUSES[item.cause];
  if (item.cause === "matched")
    return h("a", { class: "cause matched", title, href: `#/${project}/broadcasts/${item.cause_id}` }, "matched by a broadcast");
  const words = { sent: word, fired: "fired by a schedule", recorded: "recorded by the platform" };
  return h("span", { class: `cause ${item.cause}`, title }, words[item.cause]);
}
