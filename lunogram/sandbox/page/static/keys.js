// Keys: / searches, j and k go down and up in a list, t changes how times are shown, Esc closes.

import { nextMode } from "./time.js";

const ROWS = ".rows > li > a, .rows > li > details > summary, .rows > li.schedule, .rows > li.message";
const ACTIONS = {
  "/": search,
  j: () => step(1),
  k: () => step(-1),
  t: () => nextMode(),
  Escape: leave,
};

/** Listen to keys, for as long as the page is open. */
export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    const action = ACTIONS[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isTyping = event.target.matches("input, textarea, select") && event.key !== "Escape";
    if (isTyping || document.querySelector("dialog[open]")) return;
    if (action(event) !== false) event.preventDefault();
  });
}

function search() {
  const field = document.querySelector("main input[type=search]");
  field?.focus();
  field?.select();
  return Boolean(field);
}

/** Go to the next row, or the one before; beside a list, it opens at once. */
function step(by) {
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => row.closest(".pane") && row.offsetParent);
  if (!rows.length) return false;
  const here = rows.indexOf(document.activeElement);
  const current = here < 0 ? rows.findIndex((row) => row.getAttribute("aria-current")) : here;
  const row = rows[Math.max(0, Math.min(rows.length - 1, current + by))];
  if (row.tabIndex < 0) row.tabIndex = 0;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  // Without a step in the browser's history for each row.
  if (row.closest(".split") && row.href) location.replace(row.href);
  return true;
}

/** Close what is on top: the field that is typed in, the tray, or what is opened beside a list. */
function leave(event) {
  if (event.target.matches("input, textarea, select")) return event.target.blur();
  const tool = document.querySelector(".tool[aria-expanded=true]");
  const closing = tool || document.querySelector(".opened .close");
  closing?.click();
  tool?.focus();
  return Boolean(closing);
}
