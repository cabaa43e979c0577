// The messages of an inbox, and JSON that is folded away.

import { h } from "./dom.js";
import { json } from "./json.js";
import { isAhead, time } from "./time.js";

/** The parts of a message: its title, its marks, its times, its content. */
export function messageParts(row, whose = null) {
  const named = row.id_source === "default" ? row.external_id : `${row.id_source}:${row.external_id}`;
  return [
    h("b", {}, headline(row.content) || named), " ", whose, marks(row),
    h("span", { class: "when soft" }, named, " · ", time(row.scheduled_at, "moment"), row.expires_at ? [" until ", time(row.expires_at, "moment")] : null),
    extra("content", row.content, row.content_size), extra("data", row.data, row.data_size),
  ];
}

function marks(row) {
  return [
    row.archived_at ? h("span", { class: "tag", title: row.archived_at }, "archived") : null,
    isAhead(row.scheduled_at) ? h("span", { class: "tag planned" }, "planned")
      : row.read_at ? h("span", { class: "tag", title: row.read_at }, "read") : h("span", { class: "tag new" }, "unread"),
    row.channel === "inbox" ? null : h("span", { class: "tag" }, row.channel),
    row.priority === 3 ? null : h("span", { class: "tag" }, `priority ${row.priority}`),
    row.source ? h("span", { class: "tag" }, row.source) : null,
    JSON.parse(row.tags.length < 2000 ? row.tags : "[]").map((tag) => h("span", { class: "tag" }, tag)),
  ];
}

/** The title of a message, where its content has one of the usual names for it. */
function headline(content) {
  try {
    const { title, subject, text, body } = JSON.parse(content);
    const found = title || subject || text || body;
    return typeof found === "string" ? found.slice(0, 120) : null;
  } catch {
    return null;
  }
}

/** JSON that is folded away, unless there is none. */
export function extra(name, text, size) {
  if (!text || text === "{}") return null;
  return h("details", { class: "extra" }, h("summary", {}, name, h("code", {}, text.slice(0, 120))), json(text, { size }));
}
