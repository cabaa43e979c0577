// Node's fetch, as the JavaScript SDK uses it: takes turns like the worker of a Python contender.
//     node fetch.mjs URL IN_FLIGHT
import { createInterface } from "node:readline";

const [url, inFlight] = process.argv.slice(2);
const body = {
  identifier: [{ external_id: "user_123" }],
  email: "ada@example.com",
  timezone: "Europe/London",
  data: { plan: "pro", seats: 12, trial: false, company: "Analytical Engines Ltd" },
};

async function call() {
  const answer = await fetch(`${url}/api/client/users`, {
    method: "POST",
    headers: { Authorization: "Bearer sk_benchmark", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return await answer.json();
}

async function run(count) {
  let left = count;
  const work = async () => {
    while (left-- > 0) await call();
  };
  await Promise.all(Array.from({ length: Number(inFlight) }, work));
}

for await (const line of createInterface({ input: process.stdin })) {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  await run(Number(line));
  const spent = process.cpuUsage(cpu);
  const turn = {
    cpu: (spent.user + spent.system) / 1e6,
    wall: (performance.now() - wall) / 1000,
    facts: {},
  };
  console.log(JSON.stringify(turn));
}
