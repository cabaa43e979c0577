// Node's fetch by hand: the least that a client in JavaScript costs.
//     node fetch.mjs URL upserts IN_FLIGHT
//     node fetch.mjs URL events SIZE
import { takeTurns } from "./turns.mjs";

const [url, what, size] = process.argv.slice(2);

async function post(path, body) {
  const response = await fetch(`${url}/api/client${path}`, {
    method: "POST",
    headers: { Authorization: "Bearer sk_benchmark", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return await response.json();
}

await takeTurns(post, what, size);
