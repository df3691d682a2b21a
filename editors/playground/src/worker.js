// Runs netdsl's front end in the browser: Pyodide, the archive of netdsl's Python files, and the service that it holds.

let ready = null;

onmessage = async ({ data }) => {
  if (ready === null) {
    ready = start(data);
    return;
  }
  let python;
  try {
    python = await ready;
  } catch (error) {
    postMessage({ failed: `Python can't be run in this browser: ${error.message}` });
    return;
  }
  try {
    const answer = python.answer(data.request);
    postMessage({ id: data.id, answer: await withGraphs(python, data.request, answer) });
  } catch (error) {
    // A mistake of netdsl's own: the next request may have an answer. The last line of a traceback says what it is.
    console.error(error);
    postMessage({ id: data.id, error: `netdsl failed: ${error.message.trim().split("\n").at(-1)}` });
  }
};

async function start({ pyodide, frontEnd }) {
  postMessage({ report: "Loading Python, once" });
  const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
  const [runtime, archive] = await Promise.all([loadPyodide({ indexURL: pyodide }), download(frontEnd)]);
  runtime.unpackArchive(archive, "zip");
  const answer = runtime.runPython("from netdsl.playground.packed import packed_service\npacked_service().answer_json");
  postMessage({ report: "" });
  return { answer, runtime, triedGraphs: false };
}

async function download(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} can't be read (${response.status})`);
  return response.arrayBuffer();
}

// A diagram with branches needs igraph, which is loaded when it is first asked for. Not every copy of Pyodide has it.
async function withGraphs(python, request, answer) {
  if (python.triedGraphs || JSON.parse(answer).needs !== "igraph") return answer;
  python.triedGraphs = true;
  postMessage({ report: "Loading the layout of diagrams" });
  try {
    await python.runtime.loadPackage("igraph", { messageCallback: () => {}, errorCallback: () => {} });
  } catch {
    return answer; // which says what is missing
  } finally {
    postMessage({ report: "" });
  }
  return python.answer(request);
}
