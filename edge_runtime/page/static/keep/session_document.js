// A session as plain data: its sound, its steps with their takes, and where one is.
// edge_runtime/page/session_file.py says what the fields mean and reads them too.

import { History } from "./history.js";
import { Sound } from "./sound.js";
import { Step } from "./take.js";

const soundPart = ({ name, wav }) => ({ name, wav });
const passagePart = ({ first, layout }, samples) => ({
  first_sample: first,
  samples,
  of: layout.samples,
});

/** All there is to know; sounds are ArrayBuffers. */
export function documentOf({ history, selection, song }) {
  const steps = history.all.slice(1); // the first is the sound itself
  const seconds = [...new Set(steps.map(({ second }) => second).filter(Boolean))];
  const place = (take, mix) => {
    const step = steps.indexOf(take.step);
    return step < 0 ? null : { step, take: take.step.takes.indexOf(take), mix };
  };
  const here = history.step.take;
  return {
    sound: soundPart(history.all[0].take.sound),
    passage: song && passagePart(song, history.original.samples),
    seconds: seconds.map(soundPart),
    models: Object.fromEntries(steps.map(({ model }) => [model.name, model.sha256])),
    steps: steps.map(({ label, model, edit, takes, from, fromShare, second }) => ({
      label,
      model: model.name,
      edit,
      seeds: takes.map(({ seed }) => seed),
      from: place(from, fromShare),
      second: second ? seconds.indexOf(second) : null,
    })),
    result: place(here, here.share),
    kept: history.kept.map(({ name, take, share }) => ({ name, ...place(take, share) })),
    inputs: history.inputs.map((take) => place(take, take.inputShare)),
    selection: selection?.count ? selection.request() : null,
  };
}

/**
 * The tree of takes in it, at its result; the takes have no sounds yet.
 *
 * @returns {{history, take, share}} with the take that is the result
 */
export function historyOf(document) {
  const { name, wav } = document.sound;
  const history = new History(Sound.opened(name, wav));
  const [root] = history.all;
  const takeAt = (place) => {
    const take = place ? history.all[place.step + 1]?.takes[place.take] : root.take;
    if (!take) throw new Error("This session names a take that is not in it.");
    return take;
  };
  for (const { label, model, edit, seeds, from, second } of document.steps) {
    const made = {
      label,
      edit,
      model: { name: model, sha256: document.models[model] },
      second: second === null ? null : document.seconds[second],
    };
    const step = new Step(made, takeAt(from), from?.mix ?? 1);
    for (const seed of seeds) step.add(seed, null);
    step.from.next = step;
    history.all.push(step);
  }
  history.kept = document.kept.map(({ name: kept, mix, ...place }) => ({
    name: kept,
    take: takeAt(place),
    share: mix,
  }));
  for (const input of document.inputs) takeAt(input).inputShare = input.mix;
  return { history, take: takeAt(document.result), share: document.result?.mix ?? 1 };
}

/**
 * Give takes the sounds that they had.
 *
 * @param made function of a step and a take, both by number, that gives a patch and the
 *   server's report of it, or null
 */
export function fill(history, made) {
  history.all.slice(1).forEach((step, number) =>
    step.takes.forEach((take, i) => {
      const known = step.from.sound && made(number, i);
      if (known) take.sound = step.base.edited(known.report, known.patch);
    }),
  );
}
