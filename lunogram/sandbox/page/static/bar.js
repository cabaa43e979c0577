// The bar: the project's clock, its faults and its reset. Tools that the sandbox does not have (it
// responds with 404) are not shown.

import { act, ask } from "./api.js";
import { h, plural, show } from "./dom.js";
import { faultForm, faultText } from "./faults.js";
import { MODES, clock, currentMode, day, setAhead, setMode, zone } from "./time.js";

const STEPS = ["1 hour", "1 day", "7 days", "1 month"];
let ticking = 0;

/** Draw the bar. Returns a function that refreshes it: other clients move time and set faults too. */
export async function tools(bar, tray, { project, shown, counts, reset }) {
  clearInterval(ticking);
  show(bar);
  hide(tray);
  const found = (await Promise.all([offered(Clock, tray, project), offered(Faults, tray, project)])).filter(Boolean);
  const resetting = h("button", { type: "button", class: "tool danger", click: () => confirm(shown(), counts(), reset) }, "Reset");
  show(bar, found.map((each) => each.button), resetting);
  return () => Promise.all(found.map((each) => each.refresh()));
}

/** Create a tool, unless this sandbox does not have it. */
async function offered(Tool, tray, project) {
  const tool = new Tool(tray, project);
  try {
    await tool.refresh();
    return tool;
  } catch {
    return null;
  }
}

// -- a tray under the bar, of which there is one ----------------------------------------------------

/** A button that opens a tray; open it a second time, and it closes. */
function toggle(tray, name, label, fill) {
  const button = h("button", { type: "button", class: `tool ${name}`, "aria-expanded": "false", "aria-controls": "tray", click }, label);
  function click() {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    hide(tray);
    if (isOpen) return;
    button.setAttribute("aria-expanded", "true");
    show(tray, fill());
    tray.hidden = false;
  }
  return button;
}

function hide(tray) {
  show(tray).hidden = true;
  for (const each of document.querySelectorAll(".tool[aria-expanded]")) each.setAttribute("aria-expanded", "false");
}

function lineUp(...children) {
  return h("div", { class: "line-up" }, children);
}

function button(title, click) {
  return h("button", { type: "button", click }, title);
}

// -- the clock --------------------------------------------------------------------------------------

class Clock {
  constructor(tray, project) {
    Object.assign(this, { project, offset: 0, moved: false });
    this.face = h("span", { class: "face" });
    this.said = h("p", { class: "said", role: "status" });
    this.button = toggle(tray, "clock", [h("span", { class: "sr" }, "Clock "), this.face], () => this.panel());
    clearInterval(ticking);
    ticking = setInterval(() => this.draw(), 1000);
  }

  async refresh() {
    this.update(await ask("clock", { project: this.project }));
  }

  update(response) {
    this.offset = Date.parse(response.now) - Date.now();
    this.moved = response.moved;
    setAhead(this.offset);
    this.draw();
  }

  now() {
    return new Date(Date.now() + this.offset).toISOString();
  }

  draw() {
    const now = this.now();
    this.button.classList.toggle("moved", this.moved);
    this.button.title = `${now} (the project's clock)`;
    show(this.face, this.moved ? h("span", { class: "date" }, day(now), " ") : null, clock(now), " ", zone(now));
  }

  async move(change) {
    try {
      const response = await act("POST", "clock", { project: this.project }, change);
      this.update(response);
      this.say(`${plural(response.fired ?? 0, "schedule event")} fired.`);
    } catch (error) {
      this.say(error.message, " bad");
    }
  }

  say(words, tone = "") {
    show(this.said, words);
    this.said.className = `said${tone}`;
  }

  panel() {
    return h("div", { class: "panel" },
      h("p", {}, "Move the project's clock forward: all schedules that are due until then fire now, in order."),
      h("div", { class: "line-up wide" },
        lineUp(STEPS.map((step) => button(`+ ${step}`, () => this.move({ advance: step })))),
        this.form("advance", "By", "14 days", 10, "Advance")),
      h("div", { class: "line-up wide" },
        this.form("set", "To", `${this.now().slice(0, 19)}Z`, 21, "Set"),
        button("Back to real time", () => this.move({ resume: true }))),
      show(this.said),
      lineUp(h("label", { for: "times" }, "Show times as"), this.modes()));
  }

  modes() {
    return h("select", { id: "times", change: (event) => { setMode(event.target.value); this.draw(); } },
      MODES.map(([name, title]) => h("option", { value: name, selected: name === currentMode() }, title)));
  }

  form(name, label, value, size, title) {
    const field = h("input", { type: "text", id: name, value, size, autocomplete: "off" });
    const submit = (event) => {
      event.preventDefault();
      this.move({ [name]: field.value });
    };
    return h("form", { class: "line-up", submit }, h("label", { for: name }, label), field, h("button", {}, title));
  }
}

// -- faults -----------------------------------------------------------------------------------------

class Faults {
  constructor(tray, project) {
    this.project = project;
    this.label = h("span");
    this.active = h("ul", { class: "active-faults" });
    this.said = h("p", { class: "said bad", role: "status" });
    this.endAll = button("End all faults", () => this.change("DELETE"));
    this.button = toggle(tray, "faults", this.label, () => this.panel());
  }

  async refresh() {
    this.update((await ask("faults", { project: this.project })).results);
  }

  update(known) {
    this.button.classList.toggle("on", known.length > 0);
    this.endAll.hidden = known.length === 0;
    show(this.label, known.length ? plural(known.length, "fault") : "No faults");
    const none = h("li", { class: "nothing" }, "No active faults: the sandbox responds as the platform does.");
    show(this.active, known.length ? known.map((fault) => h("li", {}, faultText(fault))) : none);
  }

  async change(method, body) {
    try {
      await act(method, "faults", { project: this.project }, body);
      show(this.said);
      await this.refresh();
    } catch (error) {
      show(this.said, error.message);
    }
  }

  panel() {
    this.refresh().catch((error) => show(this.said, error.message));
    return h("div", { class: "panel" },
      h("p", {}, "Inject faults into the project, to test how your program handles them."),
      lineUp(this.active, this.endAll),
      faultForm((body) => this.change("POST", body)),
      this.said);
  }
}

// -- the reset --------------------------------------------------------------------------------------

function confirm(shown, counts, reset) {
  const said = h("p", { class: "said bad" });
  const dialog = h("dialog", { "aria-labelledby": "reset-title", close: () => dialog.remove() },
    h("h2", { id: "reset-title" }, "Empty this project?"),
    h("p", {}, h("code", {}, shown), ` holds ${plural(counts.users, "user")}, ${plural(counts.organizations, "organization")} and ${plural(counts.events, "event")}. All of it is deleted, and the last calls too. This can't be undone.`),
    said,
    h("div", { class: "line-up" },
      h("button", { type: "button", autofocus: true, click: () => dialog.close() }, "Keep it"),
      h("button", { type: "button", class: "danger", click: empty }, "Empty it")));

  async function empty() {
    try {
      await reset();
      dialog.close();
    } catch (error) {
      show(said, error.message);
    }
  }
  document.body.append(dialog);
  dialog.showModal();
}
