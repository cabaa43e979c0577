// Node's fetch, as the JavaScript SDK uses it, and less than that SDK is: takes turns like the
// worker of a Python contender.
//     node fetch.mjs URL upserts IN_FLIGHT
//     node fetch.mjs URL events SIZE
import { createInterface } from "node:readline";

const [url, what, size] = [process.argv[2], process.argv[3], Number(process.argv[4])];

async function post(path, body) {
  const answer = await fetch(`${url}/api/client${path}`, {
    method: "POST",
    headers: { Authorization: "Bearer sk_benchmark", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return await answer.json();
}

const user = {
  identifier: [{ external_id: "user_123" }],
  email: "ada@example.com",
  timezone: "Europe/London",
  data: { plan: "pro", seats: 12, trial: false, company: "Analytical Engines Ltd" },
};

function event(number) {
  return {
    name: "it.happened",
    identifier: [{ external_id: `user_${number % 1000}` }],
    data: { total: 99.99, currency: "EUR", items: 3, first: false, number },
  };
}

// So many calls, SIZE at once.
async function upserts(count) {
  let left = count;
  const work = async () => {
    while (left-- > 0) await post("/users", user);
  };
  await Promise.all(Array.from({ length: size }, work));
}

// So many events, SIZE to an array, one array after the other.
async function events(count) {
  for (let first = 0; first < count; first += size) {
    await post("/users/events", Array.from({ length: size }, (_, n) => event(first + n)));
  }
}

const run = { upserts, events }[what];
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
