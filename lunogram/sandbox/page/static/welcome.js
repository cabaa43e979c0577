// The page before the first call: how to send one.

import { h } from "./dom.js";
import { copyButton, python } from "./code.js";

const EXAMPLE = `from lunogram import Event, Lunogram

client = Lunogram()
client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})
client.user.events.post(Event("order.completed", "user_123", data={"total": 99.99}))`;

export function welcome(lines) {
  const variables = [`export LUNOGRAM_BASE_URL=${location.origin}/api`, ...lines].join("\n");
  return h("section", { class: "welcome" },
    h("h2", {}, "No calls yet"),
    h("p", {}, "Point your program here, in any language. Every key is a project of its own, created when it is first used."),
    h("div", { class: "python" }, copyButton(variables), h("pre", { tabindex: "0" }, variables)),
    h("p", {}, "For instance, in Python:"),
    python(EXAMPLE),
    h("p", { class: "soft" }, "The call appears here at once, without a reload."));
}
