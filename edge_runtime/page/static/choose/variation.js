// One control from the likeliest sound to a wild one, and presets that set it.

import { FIRST, PRESETS, drawsOf, variationText } from "./presets.js";

const byId = (id) => document.getElementById(id);

/** @param form the ToolForm whose fields are set */
export class Variation {
  constructor(form) {
    this.form = form;
    byId("presets").append(...Object.entries(PRESETS).map(([name, preset]) => this.#chip(name, preset)));
    byId("variation").addEventListener("input", () => this.#spread());
    this.choose(FIRST);
  }

  choose(name) {
    const { tool, variation, strength } = PRESETS[name];
    this.form.tool = tool;
    if (strength !== undefined) byId("strength").value = strength;
    if (variation !== undefined) {
      byId("variation").value = variation;
      this.#spread();
    }
    this.form.update();
  }

  /** Which preset the fields are now; undefined if none. */
  get chosen() {
    const { tool } = this.form;
    const isSet = (preset, id) =>
      preset[id] === undefined || preset[id] === Number(byId(id).value);
    return Object.keys(PRESETS).find((name) => {
      const preset = PRESETS[name];
      return preset.tool === tool && isSet(preset, "variation") && isSet(preset, "strength");
    });
  }

  /** Show what is chosen now. */
  show() {
    for (const input of byId("presets").querySelectorAll("input")) {
      input.checked = input.value === this.chosen;
    }
    byId("variation-text").value = variationText(Number(byId("variation").value));
  }

  /** The number becomes what is under Details. */
  #spread() {
    const { predict, temperature } = drawsOf(Number(byId("variation").value));
    byId("predict").value = predict;
    if (temperature) byId("temperature").value = temperature;
  }

  #chip(name, { label, hint }) {
    const element = document.createElement("label");
    element.title = hint;
    const input = Object.assign(document.createElement("input"), {
      type: "radio",
      name: "preset",
      value: name,
    });
    const text = document.createElement("span");
    text.textContent = label;
    input.addEventListener("change", () => this.choose(name));
    element.append(input, text);
    return element;
  }
}
