// Records javascript_session.jsonl: what Lunogram's JavaScript SDK of the older servers sends.
//
//   npm install @lunogram/js-sdk
//   lunogram sandbox &
//   node javascript_session.mjs > javascript_session.jsonl
import {
  Client,
  Lunogram,
  NotFoundError,
  ValidationError,
} from "@lunogram/js-sdk";

const root = process.env.SANDBOX ?? "http://127.0.0.1:8025";
const apiKey = "pk_javascript_session";

async function throws(type, promise) {
  const error = await promise.catch((caught) => caught);
  if (!(error instanceof type)) throw error ?? new Error(`no ${type.name}`);
}

const ada = [{ externalId: "ada" }];
const acme = [{ externalId: "acme" }];

async function server(client) {
  await client.user.upsert({
    identifier: [
      ...ada,
      { externalId: "d1", source: "posthog", metadata: { libraryVersion: 1 } },
    ],
    email: "ada@example.com",
    phone: "+4712345678",
    timezone: "Europe/Oslo",
    locale: "nb",
    data: { plan: "pro", homeAddress: { zipCode: "0150" } },
  });
  await client.user.events.post([
    { name: "order.completed", identifier: ada, data: { orderId: "o1", total: 9.5 } },
    { name: "order.shipped", identifier: ada, data: {} },
  ]);
  await client.user.events.post([
    { name: "feature.released", match: { plan: "pro" }, data: { feature: "reports" } },
  ]);
  await client.organization.upsert({ identifier: acme, name: "Acme", data: { plan: "pro" } });
  await client.organization.addUser({
    organization: { identifier: acme },
    user: { identifier: ada },
    data: { jobTitle: "engineer" },
  });
  await client.organization.events.post([
    { name: "plan.changed", identifier: acme, data: { to: "pro" } },
    { name: "policy.changed", match: { plan: "pro" }, data: {} },
  ]);
  // The second replaces the first, which has the same name.
  for (const interval of ["7 days", "14 days"]) {
    await client.user.schedule.upsert({ name: "report", identifier: ada, interval });
  }
  const scheduledAt = "2100-01-01T09:00:00Z";
  await client.organization.schedule.upsert({
    name: "invoice",
    identifier: acme,
    scheduledAt,
    startAt: null,
    interval: "1 month",
    data: { invoiceDay: 1 },
  });
  await client.organization.schedule.delete({ name: "invoice", identifier: acme });
}

async function browser(visitor) {
  await visitor.user.upsert({ identifier: [], data: { landingPage: "/pricing" } });
  await visitor.user.events.post([{ name: "page.viewed", data: { path: "/pricing" } }]);
  await visitor.user.upsert({ identifier: [{ externalId: "grace" }], email: "grace@example.com" });
  await visitor.user.events.post([{ name: "signed.up", data: {} }]);
  await visitor.user.schedule.upsert({ name: "trial.end", interval: "14 days" });
  await visitor.user.schedule.delete({ name: "trial.end" });
}

async function errors(client) {
  await throws(NotFoundError, client.user.delete({ identifier: [{ externalId: "nobody" }] }));
  await throws(ValidationError, client.user.events.post([]));
}

async function cleanup(client) {
  await client.organization.removeUser({
    organization: { identifier: acme },
    user: { identifier: ada },
  });
  await client.organization.delete({ identifier: acme });
  await client.user.delete({ identifier: ada });
}

const client = new Client({ apiKey, urlEndpoint: `${root}/api` });
await server(client);
await browser(new Lunogram(apiKey, `${root}/api`));
await errors(client);
await cleanup(client);

const headers = { Authorization: `Bearer ${apiKey}` };
const calls = await (await fetch(`${root}/sandbox/calls?limit=1000`, { headers })).json();
for (const { method, path, request, status } of calls.results) {
  console.log(JSON.stringify({ method, path, body: JSON.parse(request), status }));
}
