// Asks what the text has come to, and shows it: findings and hints at once, the diagram after them.
import { debounce, latestOnly } from "./latest.js";

// Milliseconds after the last change: before the net that is shown is checked, and before the others are.
const PAUSE = 150;
const LONGER_PAUSE = 500;

// `state()` is what is to be asked about, `drawing()` how it is to be drawn. Answers about a text that has changed
// since are dropped: another question is on its way.
export class Refresh {
  constructor({ ask, state, drawing, checked, drawn, failed }) {
    this.version = 0;
    this.check = latestOnly((whole) => ask({ method: "check", whole, ...state() }));
    this.draw = latestOnly(() => ask({ method: "draw", ...state(), ...drawing() }));
    this.parts = { checked, drawn, failed };
    this.soon = debounce(() => this.now(), PAUSE);
    this.later = debounce((version) => this.others(version), LONGER_PAUSE);
  }

  // The text or a setting is another one; it is checked when it stays so for a moment.
  changed() {
    this.version += 1;
    this.soon();
  }

  // The net that is shown, and its diagram.
  async now() {
    const version = this.version;
    const answer = await this.answer(this.check, false);
    if (answer === null) return;
    this.parts.checked(answer);
    if (answer.network) await this.redraw();
    if (!answer.complete) this.later(version);
  }

  // The other nets of the text, unless it has changed.
  async others(version) {
    if (version !== this.version) return;
    const answer = await this.answer(this.check, true);
    if (answer !== null) this.parts.checked(answer);
  }

  // The diagram: of a text that was checked, or drawn in another way.
  async redraw() {
    const answer = await this.answer(this.draw);
    if (answer !== null) this.parts.drawn(answer);
  }

  // The answer to a question, null where it is one to be dropped.
  async answer(question, ...about) {
    const version = this.version;
    try {
      const answer = await question(...about);
      return version === this.version ? answer : null;
    } catch (error) {
      this.parts.failed(error);
      return null;
    }
  }
}
