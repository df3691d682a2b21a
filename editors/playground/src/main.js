// Starts the page.
import { part } from "./dom.js";
import { Page } from "./page.js";
import { connect } from "./transport.js";

let fading = 0;

// Says something in the bar: what went wrong stays there, and what went well a moment.
function say(words, isWrong = false) {
  const line = part("status");
  clearTimeout(fading);
  // A rendered message has its gist in the first line.
  line.textContent = words.split("\n")[0];
  line.title = words;
  line.classList.toggle("wrong", isWrong);
  if (words && !isWrong) fading = setTimeout(() => say(""), 4_000);
}

function report(words) {
  part("progress").textContent = words && `${words}\u2026`;
  part("progress").hidden = !words;
}

const page = new Page(connect(report), say);
page.begin().catch((error) => say(error.message, true));
