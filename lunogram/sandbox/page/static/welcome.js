// The page before the first call: how to send one, in three languages, or a demo to look at.

import { act } from "./api.js";
import { code, languages } from "./code.js";
import { loadDemo } from "./demo.js";
import { h, show } from "./dom.js";

const PYTHON = `# pip install lunogram
from lunogram import Event, Lunogram

client = Lunogram()
client.user.upsert("user_123", email="ada@example.com", data={"plan": "pro"})
client.user.events.post(Event("order.completed", "user_123", data={"total": 99.99}))`;

const JAVASCRIPT = `const { LUNOGRAM_BASE_URL, LUNOGRAM_PROJECT_ID, LUNOGRAM_API_KEY } = process.env;

async function post(path, body) {
  const url = \`\${LUNOGRAM_BASE_URL}/client/projects/\${LUNOGRAM_PROJECT_ID}\${path}\`;
  const headers = { Authorization: \`Bearer \${LUNOGRAM_API_KEY}\`, "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

const identifier = [{ external_id: "user_123" }];
await post("/users", { identifier, email: "ada@example.com", data: { plan: "pro" } });
await post("/users/events", [{ name: "order.completed", identifier, data: { total: 99.99 } }]);`;

const CURL = `post() {
  curl -X POST "$LUNOGRAM_BASE_URL/client/projects/$LUNOGRAM_PROJECT_ID$1" \\
    -H "Authorization: Bearer $LUNOGRAM_API_KEY" \\
    -H "Content-Type: application/json" --data-raw "$2"
}
post /users '{"identifier": [{"external_id": "user_123"}], "data": {"plan": "pro"}}'
post /users/events '[{"name": "order.completed", "identifier": [{"external_id": "user_123"}], "data": {"total": 99.99}}]'`;

/** @param opened is called with the id of the project that the demo goes to */
export function welcome(lines, opened) {
  const variables = [`export LUNOGRAM_BASE_URL=${location.origin}/api`, ...lines].join("\n");
  return h("section", { class: "welcome" },
    h("h2", {}, "No calls yet"),
    h("p", {}, "Point your program here, in any language. Every key is a project of its own, created when it is first used."),
    h("ol", { class: "steps" },
      h("li", {}, h("h3", {}, "Set the variables"), code(variables, "curl")),
      h("li", {}, h("h3", {}, "Upsert a user, then record an event"), languages({ Python: PYTHON, JavaScript: JAVASCRIPT, curl: CURL }),
        h("p", { class: "soft" }, "Each call appears here at once, with its request, its response, and what Lunogram would make of it.")),
      h("li", {}, h("h3", {}, "Or look around first"), demoButton(opened))));
}

/** A button that sends the calls of a demo shop to a project, by default to that of the first key. */
export function demoButton(opened, project = null) {
  const said = h("span", { class: "soft", role: "status" });
  const button = h("button", { type: "button", class: "primary", click: load }, "Load a demo shop");

  async function load() {
    button.disabled = true;
    try {
      const id = project ?? (await act("POST", "start")).id;
      await loadDemo(id, (share) => show(said, `${Math.round(share * 100)}%`));
      opened(id);
    } catch (error) {
      show(said, error.message);
    }
    button.disabled = false;
  }
  return h("p", { class: "line-up" }, button, said);
}
