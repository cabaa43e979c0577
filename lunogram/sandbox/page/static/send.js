// A form that sends a call from the page, as a client would: it is checked, logged and hit by faults.

import { ask, send } from "./api.js";
import { shortPath } from "./call.js";
import { h, show } from "./dom.js";

const USER = [{ external_id: "user_123" }];
const ACME = [{ external_id: "acme" }];

/** The calls that a form offers, each with an example. */
const EXAMPLES = [
  ["Upsert a user", "POST", "/users", { identifier: USER, email: "ada@example.com", timezone: "Europe/Amsterdam", data: { plan: "pro" } }],
  ["Post events", "POST", "/users/events", [{ name: "order.completed", identifier: USER, data: { total: 99.99 } }]],
  ["Post an event to all that match", "POST", "/users/events", [{ name: "price.changed", match: { plan: "pro" }, data: { from: 12 } }]],
  ["Upsert a schedule", "POST", "/users/scheduled", { name: "trial.end", identifier: USER, interval: "7 days", data: {} }],
  ["Send an inbox message", "POST", "/users/inbox", [{ identifier: { external_id: "order_456" }, target: USER, channel: "inbox", content: { title: "Your order is on its way" } }]],
  ["Register a device", "POST", "/users/devices", { identifier: USER, device_id: "phone_1", os: "ios", config: { token: "f00d" } }],
  ["Read an inbox", "GET", "/users/inbox?source=default&external_id=user_123&channel=inbox", null],
  ["Delete a user", "DELETE", "/users", { identifier: USER }],
  ["Upsert an organization", "POST", "/organizations", { identifier: ACME, name: "Acme", data: {} }],
  ["Add a user to an organization", "POST", "/organizations/users", { organization: { identifier: ACME }, user: { identifier: USER }, data: { role: "owner" } }],
  ["Post events of an organization", "POST", "/organizations/events", [{ name: "invoice.paid", identifier: ACME, data: { total: 480 } }]],
];

export class SendForm {
  /**
   * @param from the number of a call to begin with, if any
   * @param sent is called with the number of the call that was sent
   */
  constructor({ project, from, sent, close }) {
    Object.assign(this, { project, sent });
    this.kind = h("select", { id: "send-kind", change: () => this.take(EXAMPLES[this.kind.selectedIndex - 1]) },
      h("option", { value: "" }, "Choose an example"), EXAMPLES.map(([title]) => h("option", {}, title)));
    this.method = h("select", { "aria-label": "Method" }, ["POST", "GET", "DELETE"].map((name) => h("option", {}, name)));
    this.path = h("input", { type: "text", "aria-label": "Path", size: 10, autocomplete: "off", spellcheck: "false" });
    this.body = h("textarea", { id: "send-body", rows: 16, spellcheck: "false", autocomplete: "off", keydown: (event) => this.key(event) });
    this.said = h("p", { class: "said bad", role: "alert" });
    this.element = h("form", { class: "send", submit: (event) => this.submit(event) },
      h("div", { class: "detail-head" }, h("h3", {}, "Send a call"),
        h("button", { class: "close", type: "button", "aria-label": "Close", title: "Close (Esc)", click: close }, "×")),
      h("p", { class: "soft" }, "It goes through the sandbox's API as a call of a program does."),
      h("label", { for: "send-kind", class: "sr" }, "Example"), this.kind,
      h("div", { class: "target" }, this.method, this.path),
      h("label", { for: "send-body" }, "Body, as JSON"), this.body, this.said,
      h("div", { class: "line-up" }, h("button", { class: "primary" }, "Send"), h("span", { class: "soft" }, "Ctrl+Enter")));
    this.take(EXAMPLES[1]);
    if (from) this.begin(from);
  }

  /** Begin with a call that was sent before. */
  async begin(number) {
    try {
      const call = await ask("call", { project: this.project, number });
      this.fill(call.method, shortPath(call.path) + (call.query ? `?${call.query}` : ""), call.request);
      if (call.request_size) show(this.said, "The body was cut: only its beginning is kept.");
    } catch (error) {
      show(this.said, error.message);
    }
  }

  take(example) {
    if (!example) return;
    const [, method, path, body] = example;
    this.fill(method, path, body === null ? "" : JSON.stringify(body, null, 2));
  }

  fill(method, path, text) {
    this.method.value = method;
    this.path.value = path;
    this.body.value = pretty(text);
    show(this.said);
  }

  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.element.requestSubmit();
  }

  async submit(event) {
    event.preventDefault();
    try {
      await send(this.project, this.method.value, this.path.value, this.body.value);
      const { results } = await ask("calls", { project: this.project, limit: 1 });
      this.sent(results[0]?.number);
    } catch (error) {
      show(this.said, error.message);
    }
  }
}

/** JSON with a line for each field, unless that would change a number in it. */
function pretty(text) {
  try {
    const value = JSON.parse(text);
    return JSON.stringify(value) === text.replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, "") ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
