// A demo shop: the calls that a small shop sends in half a day, sent from the page one by one.

import { act, ask, send } from "./api.js";

const PEOPLE = ["Ada Lovelace", "Grace Hopper", "Katherine Johnson", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra", "Hedy Lamarr", "Radia Perlman"];
const ZONES = ["Europe/Amsterdam", "America/New_York", "Asia/Tokyo"];
const EVENTS = ["page.viewed", "page.viewed", "page.viewed", "product.viewed", "product.viewed", "cart.updated", "order.completed", "email.opened"];
const ROUNDS = 18;

/** Send all of them; `progress` is called with the share that is done. */
export async function loadDemo(project, progress = () => {}) {
  const calls = [...people(), ...companies(), ...plans(), ...visits(), ...messages(), ...broadcasts(), ...mistakes()];
  for (const [place, [method, path, body]] of calls.entries()) {
    if (method === "clock") await act("POST", "clock", { project }, body);
    else await send(project, method, path, JSON.stringify(body));
    progress((place + 1) / calls.length);
  }
  await readOne(project);
}

function people() {
  return PEOPLE.map((name, place) => ["POST", "/users", {
    identifier: [...user(place), { source: "stripe", external_id: `cus_${1000 + place * 37}` }],
    email: `${name.split(" ")[0].toLowerCase()}@example.com`,
    timezone: ZONES[place % 3],
    data: { name, plan: place % 3 ? "pro" : "free", orders: place * 2 },
  }]).concat([["POST", "/users/devices", { identifier: user(0), device_id: "phone_1", os: "ios", os_version: "26.1", model: "iPhone17,1", config: { token: "f00d" } }]]);
}

function user(place) {
  return [{ external_id: `user_${123 + place}` }];
}

function companies() {
  const acme = [{ external_id: "analytical.example" }];
  return [
    ["POST", "/organizations", { identifier: acme, name: "Analytical Engines", data: { industry: "computing" } }],
    ["POST", "/organizations/users", { organization: { identifier: acme }, user: { identifier: user(0) }, data: { role: "owner" } }],
    ["POST", "/organizations/users", { organization: { identifier: acme }, user: { identifier: user(3) }, data: { role: "member" } }],
    ["POST", "/organizations/events", [{ name: "invoice.paid", identifier: acme, data: { total: 480 } }]],
  ];
}

function plans() {
  return [
    ["POST", "/users/scheduled", { name: "trial.end", identifier: user(1), interval: "7 days", data: { plan: "pro" } }],
    ["POST", "/users/scheduled", { name: "digest", identifier: user(2), interval: "4 hours", data: {} }],
    ["POST", "/users/scheduled", { name: "newsletter", identifier: user(0), interval: "1 month", data: { issue: 7 } }],
  ];
}

/** Visits: batches of events, with some time between them. */
function visits() {
  return Array.from({ length: ROUNDS }, (_, round) => [
    ["clock", "", { advance: `${11 + (round * 17) % 38} minutes` }],
    ["POST", "/users/events", Array.from({ length: 2 + (round * 5) % 9 }, (_, place) => event(round * 7 + place * 3))],
  ]).flat();
}

function event(number) {
  const name = EVENTS[(number * 5) % EVENTS.length];
  const data = name === "order.completed" ? { total: 9.99 + number, currency: "EUR", items: [{ sku: "moon-lamp", count: 1 + (number % 3) }] } : { page: `/lamps/${number % 12}` };
  return { name, identifier: user(number % PEOPLE.length), data };
}

function messages() {
  return [["POST", "/users/inbox", [
    { identifier: { external_id: "order_456_shipped" }, target: user(0), channel: "inbox", priority: 2, tags: ["orders"], content: { title: "Your moon lamp is on its way", body: "It arrives on Tuesday." } },
    { identifier: { external_id: "welcome" }, target: user(0), channel: "inbox", content: { title: "Welcome to the shop" } },
    { identifier: { external_id: "welcome" }, target: user(4), channel: "inbox", content: { title: "Welcome to the shop" } },
  ]]];
}

function broadcasts() {
  return [["POST", "/users/events", [{ name: "price.changed", match: { plan: "pro" }, data: { from: 12, to: 14 } }]]];
}

/** What goes wrong in every program at first: each is explained in the stream. */
function mistakes() {
  return [
    ["POST", "/users/events", [{ name: "cart.updated", identifier: user(2), data: { total: 12.5 } }, { name: "cart.emptied", identifier: "user_125" }]],
    ["POST", "/users/events", [{ name: "order.completed", identifier: [{ external_id: "user_404" }], data: { total: 45 } }]],
    ["POST", "/users", { identifier: user(5), time_zone: "Europe/Amsterdam", timezone: "Europe/Amsterdm" }],
    ["DELETE", "/users", { identifier: [{ external_id: "user_404" }] }],
    ["POST", "/users/events", [{ name: "order.completed", identifier: user(0), data: { total: 99.99, currency: "EUR", items: [{ sku: "moon-lamp", count: 2 }] } }]],
  ];
}

/** Read one message, so that not all of them are unread. */
async function readOne(project) {
  const { results } = await ask("messages", { project });
  const first = results.find((each) => each.external_id === "order_456_shipped");
  if (first) await send(project, "POST", "/users/inbox/read", JSON.stringify([{ target: user(0), message_id: first.id }]));
}
