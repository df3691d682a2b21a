// One request at a time, and of those that wait only the newest: a slow answer must not hold up the ones behind it.
// Resolves to null for a request that another one has overtaken.
export function latestOnly(ask) {
  let running = false;
  let waiting = null;

  const start = async ({ request, resolve, reject }) => {
    running = true;
    try {
      const answer = await ask(request);
      resolve(waiting ? null : answer);
    } catch (error) {
      reject(error);
    }
    running = false;
    const next = waiting;
    waiting = null;
    if (next) start(next);
  };

  return (request) =>
    new Promise((resolve, reject) => {
      const entry = { request, resolve, reject };
      if (!running) {
        start(entry);
        return;
      }
      waiting?.resolve(null);
      waiting = entry;
    });
}

// Calls `act` once nothing has been asked for so many milliseconds.
export function debounce(act, pause) {
  let timer = 0;
  return (...about) => {
    clearTimeout(timer);
    timer = setTimeout(act, pause, ...about);
  };
}
