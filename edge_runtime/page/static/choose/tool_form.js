// The form that says which tool to apply and how.

import { PRESETS } from "./presets.js";
import {
  argumentHint,
  argumentName,
  choiceName,
  TOOLS,
  toolHint,
  toolName,
} from "./tools.js";
import { Variation } from "./variation.js";

// Fields of a request that are fields of the form; effects have others of their own.
const SETTINGS = [
  "phase",
  "seed",
  "prior",
  "variation",
  "predict",
  "temperature",
  "neighbourhood",
  "order",
];

const byId = (id) => document.getElementById(id);

const options = (values) => values.map((value) => new Option(choiceName(value), value));

/** A number for people: shares in percent. */
function shown({ min, max, value }) {
  const isShare = Number(min) === 0 && Number(max) === 1;
  return isShare ? `${Math.round(Number(value) * 100)} %` : value;
}

export class ToolForm extends EventTarget {
  constructor(form, model) {
    super();
    this.form = form;
    this.model = model;
    this.#addTools();
    this.#addArguments();
    this.#addChoices();
    [byId("temperature").min, byId("temperature").max] = model.temperatures;
    byId("seed").max = model.largest_seed;
    this.newSeed();
    this.variation = new Variation(this);
    // Tools that choose for a person may send the second of these alone.
    for (const event of ["input", "change"]) form.addEventListener(event, () => this.update());
    this.update();
  }

  get tool() {
    return this.form.elements.tool.value;
  }

  set tool(name) {
    this.form.elements.tool.value = name;
  }

  /** What it is called for people: the preset, or else the tool. */
  get label() {
    return PRESETS[this.variation.chosen]?.label ?? toolName(this.tool);
  }

  get takes() {
    return this.model.tools.find((tool) => tool.name === this.tool).takes;
  }

  get variations() {
    return Math.min(8, Math.max(1, Math.round(Number(byId("variations").value)) || 1));
  }

  /** What the server is asked, without the cells. */
  request() {
    const { takes } = this;
    const value = (id) => byId(id).value;
    const request = { tool: this.tool, phase: value("phase"), seed: this.seed };
    for (const { name, choices } of this.model.arguments) {
      if (takes.includes(name)) request[name] = choices ? value(name) : Number(value(name));
    }
    if (takes.includes("prior")) {
      request.prior = value("prior");
      if (request.prior === "learned") {
        request.variation = Number(value("variation"));
      } else {
        request.predict = value("predict");
        if (request.predict === "sample") request.temperature = Number(value("temperature"));
      }
      if (request.prior === "naive_bayes") {
        request.neighbourhood = value("neighbourhood");
        request.order = value("order");
      }
    }
    return request;
  }

  /** Show the settings of an edit, as `request` gives them. */
  read({ tool, ...settings }) {
    this.tool = tool;
    const names = [...this.model.arguments.map(({ name }) => name), ...SETTINGS];
    for (const name of names) if (name in settings) byId(name).value = settings[name];
    this.update();
  }

  get seed() {
    const seed = Math.floor(Number(byId("seed").value));
    return Number.isFinite(seed) ? Math.min(Math.max(seed, 0), this.model.largest_seed) : 0;
  }

  /** A seed to write down: six digits are enough. */
  newSeed() {
    byId("seed").value = crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000;
  }

  /** What another model offers; what was chosen stays if it can. */
  useModel(model) {
    this.model = model;
    this.#addChoices();
    this.update();
  }

  /** Show the fields this tool takes and no others. */
  update() {
    const { takes } = this;
    for (const field of this.form.querySelectorAll("[data-takes]")) {
      const fits = takes.includes(field.dataset.takes);
      // Some fields belong to some values of another: data-prior, data-predict.
      const chosen = ["prior", "predict"].every(
        (name) =>
          !(name in field.dataset) || field.dataset[name].split(" ").includes(byId(name).value),
      );
      field.hidden = !fits || !chosen;
      // What is not shown is not checked either.
      for (const input of field.querySelectorAll("input")) input.disabled = field.hidden;
    }
    for (const output of this.form.querySelectorAll("output[data-of]")) {
      output.value = shown(byId(output.dataset.of));
    }
    byId("tool-hint").textContent =
      PRESETS[this.variation?.chosen]?.hint ?? toolHint(this.tool);
    this.variation?.show();
    this.dispatchEvent(new Event("change"));
  }

  #addChoices() {
    for (const [name, values] of Object.entries(this.model.choices)) {
      const select = byId(name);
      const chosen = select.value;
      select.replaceChildren(...options(values));
      // A model that brings a prior of its own means it to be used.
      if (name !== "prior" && values.includes(chosen)) select.value = chosen;
    }
  }

  #addTools() {
    const known = Object.keys(TOOLS);
    const place = ({ name }) => (known.includes(name) ? known.indexOf(name) : known.length);
    const tools = [...this.model.tools].sort((a, b) => place(a) - place(b));
    byId("tools").append(
      ...tools.map(({ name }, number) => {
        const label = document.createElement("label");
        label.title = toolHint(name);
        const radio = Object.assign(document.createElement("input"), {
          type: "radio",
          name: "tool",
          value: name,
          checked: number === 0,
        });
        const text = document.createElement("span");
        text.textContent = toolName(name);
        label.append(radio, text);
        return label;
      }),
    );
  }

  /** A field for every argument that an effect may have. */
  #addArguments() {
    const fields = this.model.arguments.map(({ name, choices, low, high, default: usual }) => {
      const label = document.createElement("label");
      label.dataset.takes = name;
      label.title = argumentHint(name);
      label.append(argumentName(name));
      if (choices) {
        const select = Object.assign(document.createElement("select"), { id: name });
        select.append(...options(choices));
        label.append(select);
        return label;
      }
      const range = { id: name, type: "range", min: low, max: high, step: (high - low) / 20 };
      const input = Object.assign(document.createElement("input"), range);
      input.value = usual;
      const output = document.createElement("output");
      output.dataset.of = output.htmlFor = name;
      label.append(input, output);
      return label;
    });
    byId("fields").prepend(...fields);
  }
}
