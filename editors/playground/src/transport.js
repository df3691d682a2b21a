// Where questions go: to the server of `netdsl play`, or to Python in a worker of this page.
import { takeToken } from "./address.js";

// A function from a request to a promise of its answer. `report` is told what takes long, and "" once it is done.
export function connect(report) {
  return setting("transport") === "pyodide" ? toWorker(report) : toServer(takeToken());
}

// What a `<meta name="netdsl-...">` of the page says.
export function setting(name) {
  return document.querySelector(`meta[name="netdsl-${name}"]`)?.content ?? "";
}

function toServer(token) {
  return async (request) => {
    const sent = fetch("api", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Netdsl-Token": token },
      body: JSON.stringify(request),
    });
    const response = await sent.catch(() => {
      throw new Error("No answer from netdsl play. Is it still running?");
    });
    if (response.status === 403) {
      throw new Error("This address lacks its token. Open the one that netdsl play has printed.");
    }
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.error ?? `netdsl play answered ${response.status}.`);
    return answer;
  };
}

function toWorker(report) {
  const worker = new Worker("playground-worker.js", { type: "module" });
  const waiting = new Map();
  let count = 0;
  let broken = null;
  const fail = (message) => {
    broken = new Error(message);
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
    report("");
  };
  worker.onerror = (event) => fail(event.message || "The part of the page that runs Python can't be loaded.");
  worker.onmessage = ({ data }) => {
    if ("failed" in data) fail(data.failed);
    else if ("report" in data) report(data.report);
    else {
      const request = waiting.get(data.id);
      waiting.delete(data.id);
      if ("error" in data) request?.reject(new Error(data.error));
      else request?.resolve(JSON.parse(data.answer));
    }
  };
  const absolute = (path) => new URL(path, document.baseURI).href;
  worker.postMessage({ pyodide: absolute(setting("pyodide")), frontEnd: absolute(setting("front-end")) });
  return (request) =>
    new Promise((resolve, reject) => {
      if (broken) {
        reject(broken);
        return;
      }
      count += 1;
      waiting.set(count, { resolve, reject });
      worker.postMessage({ id: count, request: JSON.stringify(request) });
    });
}
