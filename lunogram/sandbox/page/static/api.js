// What the page asks the sandbox. All of it goes to the address that the page came from.

const ROOT = "/sandbox/page";

/** A refusal, with the sandbox's own words. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Ask a question. Parameters that are empty are left out. */
export async function ask(what, parameters = {}) {
  return answered(await fetch(address(what, parameters)));
}

/** Change something. The header shows that it is this page that asks, and no other site. */
export async function act(method, what, parameters = {}, body = undefined) {
  const headers = { "X-Lunogram-Page": "1", "Content-Type": "application/json" };
  const options = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  return answered(await fetch(address(what, parameters), options));
}

function address(what, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value != null);
  return `${ROOT}/${what}?${new URLSearchParams(given)}`;
}

async function answered(response) {
  const text = await response.text();
  const value = text ? JSON.parse(text) : null;
  if (!response.ok) throw new Refused(response.status, value?.detail || response.statusText);
  return value;
}

/**
 * Listen to a project's stream. The browser connects again by itself and goes on where it was. A
 * tab that nobody looks at lets go of its connection, of which browsers have six for one address.
 */
export function listen(project, { state, news, reload }) {
  let source = null;
  let last = "";
  let isOver = false;

  function open() {
    source = new EventSource(address("stream", { project, after: last }));
    source.addEventListener("hello", heard(() => state("live")));
    source.addEventListener("reload", heard(() => { state("live"); reload(); }));
    source.addEventListener("call", heard((event) => news("call", JSON.parse(event.data))));
    source.addEventListener("event", heard((event) => news("event", JSON.parse(event.data))));
    source.addEventListener("error", lost);
  }

  // It connects again by itself, unless it was refused: then the project is gone, and reloading
  // finds that out.
  function lost() {
    state("offline");
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(again, 1000);
  }

  function again() {
    if (isOver || source) return;
    reload();
    look();
  }

  function heard(action) {
    return (event) => {
      last = event.lastEventId;
      action(event);
    };
  }

  function look() {
    if (!document.hidden && !source) open();
    else if (document.hidden && source) rest();
  }

  function rest() {
    source.close();
    source = null;
  }

  document.addEventListener("visibilitychange", look);
  open();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", look);
    source?.close();
  };
}
