// The net that is shown, and an input for each of its parameters.
import { element, part } from "./dom.js";

// The choice of a net and its parameters. `changed` is called when another net or value is chosen.
export class Settings {
  constructor(changed) {
    this.changed = changed;
    this.net = null;
    this.values = {};
    this.nets = part("nets");
    this.fields = part("parameters");
    this.drawn = "";
    this.nets.addEventListener("change", () => {
      this.net = this.nets.value;
      this.values = {};
      changed();
    });
    part("reset").addEventListener("click", () => {
      this.values = {};
      for (const field of this.fields.querySelectorAll("input")) field.value = "";
      changed();
    });
  }

  // Begins with a net and values, those of a link or none.
  begin(net, values) {
    this.net = net;
    this.values = { ...values };
    this.drawn = "";
  }

  // Shows the nets of a text and the parameters of one of them. A text that can't be read keeps those before it.
  // False where the chosen net is there no more, so that another one must be asked for.
  show(nets, shown) {
    if (!nets.length) return true;
    if (this.net !== null && !nets.some(({ name }) => name === this.net)) {
      this.begin(null, {});
      return false;
    }
    this.fillNets(nets, shown);
    const net = nets.find((each) => each.name === shown) ?? nets[0];
    const names = new Set(net.parameters.map((each) => each.name));
    this.values = Object.fromEntries(Object.entries(this.values).filter(([name]) => names.has(name)));
    const wanted = JSON.stringify([net.name, [...names]]);
    if (wanted !== this.drawn) this.fillParameters(net.parameters);
    this.drawn = wanted;
    this.showStandards(net.parameters);
    part("settings").hidden = !net.parameters.length;
    part("reset").hidden = !Object.keys(this.values).length;
    return true;
  }

  // Marks the inputs whose values are mistakes.
  markWrong(names) {
    for (const field of this.fields.querySelectorAll("input")) {
      field.setAttribute("aria-invalid", names.has(field.name));
    }
  }

  fillNets(nets, shown) {
    this.nets.replaceChildren(...nets.map(({ name }) => element("option", { value: name }, name)));
    if (shown) this.nets.value = shown;
    part("nets-label").hidden = nets.length < 2;
  }

  fillParameters(parameters) {
    const focused = this.fields.contains(document.activeElement) ? document.activeElement.name : null;
    this.fields.replaceChildren(...parameters.map((each) => this.field(each)));
    if (focused) this.fields.querySelector(`input[name="${CSS.escape(focused)}"]`)?.focus();
  }

  field({ name }) {
    const input = element("input", {
      name,
      value: this.values[name] ?? "",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      oninput: () => {
        const written = input.value.trim();
        if (written) this.values[name] = written;
        else delete this.values[name];
        this.changed();
      },
    });
    return element("label", { class: "parameter" }, element("span", {}, name), input);
  }

  // What an empty input stands for: the value that the net has, or the header's words where it can't be built.
  showStandards(parameters) {
    for (const { name, default: standard, value } of parameters) {
      const field = this.fields.querySelector(`input[name="${CSS.escape(name)}"]`);
      if (name in this.values) continue;
      field.placeholder = value ?? standard ?? "";
      field.size = Math.min(Math.max(field.placeholder.length, 4), 18);
    }
  }
}
