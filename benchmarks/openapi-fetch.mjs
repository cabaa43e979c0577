// openapi-fetch with what Lunogram's JavaScript SDK adds to it: the key, and bodies that are read
// again to write their names in snake_case. Arguments as for fetch.mjs.
import createClient from "openapi-fetch";

import { takeTurns } from "./turns.mjs";

const [url, what, size] = process.argv.slice(2);
const project = "00000000-0000-4000-8000-000000000000";
const client = createClient({ baseUrl: url });

function inSnakeCase(value) {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (value === null || typeof value !== "object") return value;
  const pairs = Object.entries(value).map(([name, inner]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    inSnakeCase(inner),
  ]);
  return Object.fromEntries(pairs);
}

client.use({
  async onRequest({ request }) {
    request.headers.set("Authorization", "Bearer sk_benchmark");
    const written = await request.clone().text();
    return new Request(request, { body: JSON.stringify(inSnakeCase(JSON.parse(written))) });
  },
});

async function post(path, body) {
  const params = { path: { projectID: project } };
  const { data } = await client.POST(`/api/client/projects/{projectID}${path}`, { params, body });
  return data;
}

await takeTurns(post, what, size);
