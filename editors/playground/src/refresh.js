// Asks what the text has come to, and shows it: findings and hints at once, the diagram behind them.
import { debounce, latestOnly } from "./latest.js";

const PAUSE = 150;

// `state()` is what is to be asked about, `drawing()` how it is to be drawn. Answers about a text that has changed
// since are dropped: another question is on its way.
export class Refresh {
  constructor({ ask, state, drawing, checked, drawn, failed }) {
    this.version = 0;
    this.check = latestOnly(ask);
    this.draw = latestOnly(ask);
    this.parts = { state, drawing, checked, drawn, failed };
    this.soon = debounce(() => this.now(), PAUSE);
  }

  // The text or a setting is another one; `now` is called when it stays so for a moment.
  changed() {
    this.version += 1;
    this.soon();
  }

  async now() {
    const version = this.version;
    const { state, checked, failed } = this.parts;
    try {
      const answer = await this.check({ method: "check", ...state() });
      if (answer === null || version !== this.version) return;
      if (answer.error) throw new Error(answer.error);
      checked(answer);
      if (answer.network) await this.redraw();
    } catch (error) {
      failed(error);
    }
  }

  // Draws anew, where the text is the same and the picture is to be another one.
  async redraw() {
    const version = this.version;
    const { state, drawing, drawn, failed } = this.parts;
    try {
      const answer = await this.draw({ method: "draw", ...state(), ...drawing() });
      if (answer !== null && version === this.version) drawn(answer);
    } catch (error) {
      failed(error);
    }
  }
}
