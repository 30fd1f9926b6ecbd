// Start, end, low and high as numbers beside the picture, to read and to type.

const FIELDS = { start: 3, end: 3, low: 1, high: 1 }; // decimals

/** An edge that passes the one across takes it along: the box is as large as before. */
function movedBeyond(edge, typed, before) {
  for (const [first, last] of [
    ["start", "end"],
    ["low", "high"],
  ]) {
    if (typed[last] > typed[first] || !before) continue;
    const size = before[last] - before[first];
    if (edge === first) typed[last] = typed[first] + size;
    else typed[first] = typed[last] - size;
  }
}

export class ExactFields {
  /** @param changed called after a number was typed */
  constructor(selectionOf, changed) {
    this.inputs = Object.fromEntries(
      Object.keys(FIELDS).map((name) => [name, document.getElementById(`box-${name}`)]),
    );
    for (const [edge, input] of Object.entries(this.inputs)) {
      input.addEventListener("change", () => {
        const selection = selectionOf();
        if (!selection) return;
        const typed = Object.fromEntries(
          Object.entries(this.inputs).map(([name, { value }]) => [
            name,
            value === "" ? this.#usual(name, selection.geometry) : Number(value),
          ]),
        );
        movedBeyond(edge, typed, selection.bounds);
        if (selection.geometry.inside(typed)) selection.box = typed;
        changed();
      });
    }
  }

  #usual(name, { duration, highest }) {
    return { start: 0, end: duration, low: 0, high: highest }[name];
  }

  show(selection) {
    const bounds = selection.bounds;
    for (const [name, decimals] of Object.entries(FIELDS)) {
      const input = this.inputs[name];
      if (input === document.activeElement && bounds?.[name] === Number(input.value)) continue;
      input.value = bounds ? Number(bounds[name].toFixed(decimals)) : "";
    }
  }
}
