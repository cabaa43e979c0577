// Takes turns like the worker of a Python contender: reads how many, does it, says what it cost.
import { createInterface } from "node:readline";

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

const work = {
  // So many calls, SIZE at once.
  async upserts(post, size, count) {
    let left = count;
    const some = async () => {
      while (left-- > 0) await post("/users", user);
    };
    await Promise.all(Array.from({ length: size }, some));
  },
  // So many events, SIZE to an array, one array after the other.
  async events(post, size, count) {
    for (let first = 0; first < count; first += size) {
      await post("/users/events", Array.from({ length: size }, (_, n) => event(first + n)));
    }
  },
};

// Take turns until the input ends.
export async function takeTurns(post, what, size) {
  for await (const line of createInterface({ input: process.stdin })) {
    const cpu = process.cpuUsage();
    const wall = performance.now();
    await work[what](post, Number(size), Number(line));
    const spent = process.cpuUsage(cpu);
    const turn = {
      cpu: (spent.user + spent.system) / 1e6,
      wall: (performance.now() - wall) / 1000,
      facts: {},
    };
    console.log(JSON.stringify(turn));
  }
}
