// The page's requests to the sandbox. All of them go to the address that the page came from.

const ROOT = "/sandbox/page";

/** An error response of the sandbox, with its detail. */
export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Send a query. Empty parameters are omitted. */
export async function ask(what, parameters = {}) {
  return parsed(await fetch(address(what, parameters)));
}

/** Send a change. The header proves that this page sends it, and no other site. */
export async function act(method, what, parameters = {}, body = undefined) {
  const headers = { "X-Lunogram-Page": "1", "Content-Type": "application/json" };
  const options = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  return parsed(await fetch(address(what, parameters), options));
}

/**
 * Send a call to the API, as a client would. An error response of the API is no error of the page: it
 * is in the log of calls. A path or a method that the API does not have is not.
 */
export async function send(project, method, path, text = "") {
  if (!/^\/[\w/-]*(\?.*)?$/.test(path)) throw new Error("The path begins with a slash, such as /users/events.");
  const headers = { "X-Lunogram-Page": "1", "Content-Type": "application/json" };
  const options = { method, headers, body: method === "GET" || !text ? undefined : text };
  try {
    const response = await fetch(`${ROOT}/send/${encodeURIComponent(project)}${path}`, options);
    const isAPI = response.headers.has("Access-Control-Allow-Origin") && response.status !== 405;
    if (!isAPI) await parsed(response);
  } catch (error) {
    // A fault of the sandbox may reset the connection; then, too, the call is in the log.
    if (error instanceof ApiError) throw error;
  }
}

function address(what, parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== "" && value != null);
  return `${ROOT}/${what}?${new URLSearchParams(given)}`;
}

async function parsed(response) {
  const text = await response.text();
  const value = text ? JSON.parse(text) : null;
  if (!response.ok) throw new ApiError(response.status, value?.detail || response.statusText);
  return value;
}

/**
 * Listen to a project's stream. The browser reconnects by itself and resumes where it was. A
 * hidden tab closes its connection, of which browsers allow six to one address.
 */
export function listen(project, { state, news, reload }) {
  let source = null;
  let last = "";
  let isOver = false;

  function open() {
    source = new EventSource(address("stream", { project, after: last }));
    source.addEventListener("hello", received(() => state("live")));
    source.addEventListener("reload", received(() => { state("live"); reload(); }));
    source.addEventListener("call", received((event) => news("call", JSON.parse(event.data))));
    source.addEventListener("event", received((event) => news("event", JSON.parse(event.data))));
    source.addEventListener("lost", received((event) => news("lost", JSON.parse(event.data))));
    source.addEventListener("error", lost);
  }

  // The browser reconnects by itself, unless the response was an error: then the project is gone,
  // and reloading finds that out.
  function lost() {
    state("offline");
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    setTimeout(retry, 1000);
  }

  function retry() {
    if (isOver || source) return;
    reload();
    update();
  }

  function received(action) {
    return (event) => {
      last = event.lastEventId;
      action(event);
    };
  }

  function update() {
    if (!document.hidden && !source) open();
    else if (document.hidden && source) rest();
  }

  function rest() {
    source.close();
    source = null;
  }

  document.addEventListener("visibilitychange", update);
  open();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", update);
    source?.close();
  };
}
