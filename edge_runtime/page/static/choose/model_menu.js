// Which model edits the sound, and what it is for.

import { getModel } from "../api.js";
import { attempt, say } from "../messages.js";

const byId = (id) => document.getElementById(id);

export function connectModelMenu(session, tool) {
  const menu = byId("model");
  const { models, name } = session.model;
  menu.append(
    ...models.map((each) => {
      const text = `${each.name}: ${each.purpose}`;
      return new Option(text, each.name, false, each.name === name);
    }),
  );
  describe(session.model);
  session.addEventListener("model", () => {
    tool.useModel(session.model);
    describe(session.model);
    menu.value = session.model.name;
  });
  menu.addEventListener("change", () =>
    attempt(async () => {
      session.useModel(await getModel(menu.value));
      const { purpose } = models.find((each) => each.name === session.model.name);
      say(`${session.model.name}: ${purpose}`);
    }).finally(() => {
      menu.value = session.model.name;
    }),
  );
}

function describe({ name, models, licence, attribution, codebook_size: codes, spectrogram }) {
  const { purpose } = models.find((each) => each.name === name);
  byId("model").title =
    `${purpose} (${codes} codes at ${spectrogram.sample_rate / 1000} kHz)`;
  byId("credit").textContent = `Model: ${licence}. ${attribution}`;
}
