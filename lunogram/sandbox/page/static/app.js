// The page's frame: which project, which view, and what is live.

import { ask, act, listen, ApiError } from "./api.js";
import { tools } from "./bar.js";
import { BroadcastsView } from "./broadcasts.js";
import { CustomerioView } from "./customerio.js";
import { h, number, plural, show, throttled } from "./dom.js";
import { EventsView } from "./events.js";
import { CallsView } from "./calls.js";
import { InboxesView } from "./inboxes.js";
import { listenToKeys } from "./keys.js";
import { LostView } from "./lost.js";
import { SchedulesView } from "./schedules.js";
import { SubjectsView } from "./subjects.js";
import { SubjectView } from "./subject.js";
import { welcome } from "./welcome.js";

const VIEWS = [
  ["stream", "Stream", "calls", CallsView],
  ["users", "Users", "users", SubjectsView],
  ["organizations", "Organizations", "organizations", SubjectsView],
  ["events", "Events", "events", EventsView],
  ["broadcasts", "Broadcasts", "broadcasts", BroadcastsView],
  ["schedules", "Schedules", "schedules", SchedulesView],
  ["inboxes", "Inboxes", "messages", InboxesView],
  ["lost", "Lost", "lost", LostView],
  ["customerio", "Customer.io", "customerio", CustomerioView],
];
const at = (id) => document.getElementById(id);

const state = {
  projects: [], variables: [], project: null, counts: {}, view: null, key: "", stop: null, refreshTools: async () => {},
};

/** Parse the address: project, view, id of what is open, and the query. */
function route() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [project = "", view = "stream", id = ""] = path.split("/");
  return { project: decodeURIComponent(project), view, id: decodeURIComponent(id), query: new URLSearchParams(query) };
}

/** Navigate within the project. */
function go(path, query = {}, { replace = false } = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = given.length ? `?${new URLSearchParams(given)}` : "";
  const hash = `#/${state.project}/${path}${text}`;
  if (!replace) location.hash = hash;
  else {
    history.replaceState(null, "", hash);
    follow();
  }
}

/** Show what the address says. */
async function follow() {
  const wanted = route();
  if (!wanted.project || (wanted.project !== state.project && !(await choose(wanted.project)))) {
    await chooseAny();
    return;
  }
  if (state.project !== wanted.project) wanted.project = state.project;
  const key = `${wanted.project}/${wanted.view}/${isPage(wanted) ? wanted.id : ""}`;
  if (key === state.key) state.view.follow?.(wanted);
  else open(wanted, key);
  drawNav(wanted.view);
}

// In the stream and among broadcasts, details open beside the list, which stays.
function isPage(wanted) {
  return wanted.view === "users" || wanted.view === "organizations";
}

function open(wanted, key) {
  state.view?.close?.();
  const kind = wanted.view === "users" ? "user" : "organization";
  const [, name, , View] = VIEWS.find(([each]) => each === wanted.view) || VIEWS[0];
  const title = (what) => nameTab(what || name);
  const context = { project: state.project, kind, route: wanted, go, errorMessage, title };
  title("");
  state.view = isPage(wanted) && wanted.id ? new SubjectView(context) : new View(context);
  state.key = key;
  show(at("main"), state.view.element);
  window.scrollTo(0, 0);
}

/** Give the browser's tab a title: the view, and the project. */
function nameTab(what) {
  document.title = `${what} · ${shownKey()} · Lunogram sandbox`;
}

/** Open a project; false if there is none of this id. */
async function choose(given) {
  let project = given;
  try {
    // The address may have the name or the key of a project.
    project = (await ask("project", { project: given })).id;
    if (project !== given) history.replaceState(null, "", location.hash.replace(/[^#/]+/, project));
    state.counts = await ask("counts", { project });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
  state.stop?.();
  Object.assign(state, { project, key: "", stop: listen(project, { state: live, news, reload: reloadSoon }) });
  drawProjects();
  const handed = { project, shown: shownKey, counts: () => state.counts, reset };
  tools(at("tools"), at("tray"), handed).then((refreshAll) => { state.refreshTools = refreshAll; });
  return true;
}

/** Open the project with the most recent activity, or wait for the first one. */
async function chooseAny() {
  await loadProjects();
  if (state.projects.length) {
    history.replaceState(null, "", `#/${state.projects[0].id}/stream`);
    await follow();
    return;
  }
  state.stop?.();
  state.view?.close?.();
  Object.assign(state, { project: null, key: "", stop: null, view: null });
  [at("nav"), at("tools"), at("project"), at("tray")].forEach((each) => show(each));
  if (!document.querySelector(".welcome")) show(at("main"), welcome(state.variables, openProject));
  document.title = "Lunogram sandbox";
  live("live");
  setTimeout(() => state.project || chooseAny().catch(lost), 1000);
}

function openProject(id) {
  location.hash = `#/${id}/stream`;
  follow();
}

function lost() {
  live("offline");
  setTimeout(() => state.project || chooseAny().catch(lost), 2000);
}

async function loadProjects() {
  const { results, variables } = await ask("projects");
  Object.assign(state, { projects: results, variables });
  if (state.project) drawProjects();
}

function shownKey() {
  const known = state.projects.find((project) => project.id === state.project);
  return known?.shown || "this project";
}

function drawProjects() {
  const options = state.projects.map((project) => {
    const what = project.events ? plural(project.events, "event") : plural(project.calls, "call");
    const selected = project.id === state.project;
    return h("option", { value: project.id, selected }, `${project.shown}  ·  ${what}`);
  });
  if (!state.projects.some((project) => project.id === state.project))
    options.unshift(h("option", { value: state.project, selected: true }, state.project.slice(0, 8)));
  const select = h("select", {
    id: "projects",
    change: (event) => { location.hash = `#/${event.target.value}/${route().view}`; },
    pointerenter: () => loadSoon(),
    blur: () => loadSoon(),
  }, options);
  // A list that is open is not redrawn.
  const old = at("projects");
  if (old && old === document.activeElement && old.value === state.project) return;
  show(at("project"), h("label", { for: "projects" }, "Project"), select);
}
// Errors are ignored: the stream shows that the sandbox is offline.
const loadSoon = throttled(() => loadProjects().catch(() => {}), 3000);
const refreshSoon = throttled(() => state.refreshTools().catch(() => {}), 2000);

// Customer.io is shown only where the sandbox serves it.
function drawNav(current) {
  const there = VIEWS.filter(([name]) => name !== "customerio" || state.counts.customerio);
  show(at("nav"), there.map(([name, title, counted]) => {
    const count = h("span", { class: "count", "data-count": counted }, number(countOf(counted)));
    const here = name === current ? "page" : null;
    return h("a", { href: `#/${state.project}/${name}`, "aria-current": here }, title, " ", count);
  }));
  showCurrent(at("nav"));
}

/** On a narrow screen, not all views fit. */
function showCurrent(nav) {
  const link = nav.querySelector("[aria-current]");
  if (link && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = link.offsetLeft + link.offsetWidth - nav.clientWidth;
}

function live(what) {
  const words = { live: "live", offline: "offline" };
  at("live").className = `live ${what}`;
  show(at("live"), words[what]);
}

const countSoon = throttled(async () => {
  if (!state.project) return;
  try {
    state.counts = await ask("counts", { project: state.project });
  } catch {
    return; // The stream shows that the sandbox is offline.
  }
  for (const element of at("nav").querySelectorAll("[data-count]"))
    show(element, number(countOf(element.dataset.count)));
}, 400);

/** How many there are; of Customer.io's, how many people. */
function countOf(what) {
  return (what === "customerio" ? state.counts.customerio?.people : state.counts[what]) ?? 0;
}

function news(kind, item) {
  state.view?.[kind]?.(item);
  refresh();
}

function refresh() {
  countSoon();
  loadSoon();
  refreshSoon();
}

async function reload() {
  try {
    await ask("counts", { project: state.project });
  } catch (error) {
    // A sandbox without a database has lost the project when it restarts.
    if (error instanceof ApiError && error.status === 404) await chooseAny().catch(lost);
    return;
  }
  state.view?.reload?.();
  refresh();
}

// During a burst, the stream asks for it many times.
const reloadSoon = throttled(reload, 1000);

async function reset() {
  await act("POST", "reset", { project: state.project });
  go("stream");
}

/** The message of an error, where one looks. */
function errorMessage(error) {
  return h("p", { class: "rejected", role: "alert" }, error.message);
}

/** What is below the head, which stays in sight, has to know how high it is. */
function measure() {
  document.documentElement.style.setProperty("--head", `${at("head").offsetHeight}px`);
}

new ResizeObserver(measure).observe(at("head"));
listenToKeys();
window.addEventListener("hashchange", () => follow());
await loadProjects().catch(lost);
await follow().catch(lost);
