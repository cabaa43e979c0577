// Times: in the browser's zone, in UTC, or relative to the project's clock, as the reader chooses.

import { h, show } from "./dom.js";

export const MODES = [["local", "Local time"], ["utc", "UTC"], ["relative", "Relative"]];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["min", 60], ["s", 1]];
const KEY = "lunogram-times";
/** Milliseconds by which the project's clock is ahead of this computer's. */
let ahead = 0;
let mode = stored();

function stored() {
  try {
    const known = localStorage.getItem(KEY);
    return MODES.some(([name]) => name === known) ? known : "local";
  } catch {
    return "local"; // The browser keeps nothing for this site.
  }
}

export function currentMode() {
  return mode;
}

/** Show all times in this way from now on. */
export function setMode(wanted) {
  mode = wanted;
  try {
    localStorage.setItem(KEY, wanted);
  } catch {
    // It lasts until the page is closed.
  }
  redraw();
}

/** Show times in the next way; return its title. */
export function nextMode() {
  const place = MODES.findIndex(([name]) => name === mode);
  const [name, title] = MODES[(place + 1) % MODES.length];
  setMode(name);
  return title;
}

export function setAhead(milliseconds) {
  ahead = milliseconds;
}

/**
 * A time.
 * @param form "clock" (12:34:56), "row" (a day that may be hidden, and the clock), "moment" (day
 *   and clock), "day", or "full" (with milliseconds, and how long ago)
 */
export function time(text, form = "row") {
  if (!text) return null;
  return draw(h("time", { datetime: text, "data-form": form }));
}

function draw(element) {
  return show(element, words(element.getAttribute("datetime"), element.dataset.form));
}

function words(text, form) {
  if (form === "full") return `${day(text)}, ${clock(text, true)} ${zone(text)} · ${relative(text)}`;
  if (mode === "relative") return relative(text);
  if (form === "clock") return clock(text);
  if (form === "day") return day(text);
  return form === "row" ? [h("span", { class: "day" }, day(text)), " ", clock(text)] : `${day(text)}, ${clock(text)}`;
}

/** The time as it would be written in UTC, moved into the reader's zone. */
function shifted(text) {
  const date = new Date(text);
  if (mode === "utc" || Number.isNaN(date.getTime())) return text;
  return new Date(date - date.getTimezoneOffset() * 60_000).toISOString();
}

/** The clock's part of a time: 12:34:56. */
export function clock(text, milliseconds = false) {
  return shifted(text).slice(11, milliseconds ? 23 : 19);
}

/** The day of a time: 20 Nov 2026. */
export function day(text) {
  const local = shifted(text);
  return `${Number(local.slice(8, 10))} ${MONTHS[Number(local.slice(5, 7)) - 1]} ${local.slice(0, 4)}`;
}

/** The zone in which a time is shown, such as UTC or GMT+1. */
export function zone(text) {
  if (mode === "utc") return "UTC";
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "short" }).formatToParts(new Date(text));
  return parts.find((part) => part.type === "timeZoneName").value;
}

/** How long ago, or in how long: 3 min ago, in 2 days. */
export function relative(text) {
  const seconds = (Date.parse(text) - Date.now() - ahead) / 1000;
  const [unit, length] = UNITS.find(([, each]) => Math.abs(seconds) >= each) || ["s", 1];
  const count = Math.floor(Math.abs(seconds) / length);
  if (!count) return "now";
  const isWord = unit !== "s" && unit !== "min";
  const span = `${count} ${unit}${isWord && count > 1 ? "s" : ""}`;
  return seconds < 0 ? `${span} ago` : `in ${span}`;
}

/** Whether a time is ahead, by the project's clock. */
export function isAhead(text) {
  return Date.parse(text) > Date.now() + ahead;
}

function redraw() {
  for (const element of document.querySelectorAll("time[data-form]")) draw(element);
}

// What is pointed at is told in all three ways.
document.addEventListener("pointerover", (event) => {
  const element = event.target.closest?.("time[data-form]");
  if (!element) return;
  const text = element.getAttribute("datetime");
  element.title = `${day(text)}, ${clock(text, true)} ${zone(text)}\n${relative(text)}\n${text}`;
});

setInterval(() => {
  if (document.hidden) return;
  const wanted = mode === "relative" ? "time[data-form]" : "time[data-form=full]";
  for (const element of document.querySelectorAll(wanted)) draw(element);
}, 5000);
