// Between a sound and what an edit made of it: less of the change, or all of it.

import { interleaved, wavLayout, writer } from "./wav_layout.js";

/**
 * In doubles, halves rounded up: the command line does the same (edge_runtime/edit/mix.py).
 *
 * @param share how much of the edit, from 0 to 1; 1 is the edited sound itself
 */
export function blended(edited, share) {
  if (!edited.base || share === 1) return edited;
  const patch = edited.patch.slice(0);
  const layout = wavLayout(patch);
  const write = writer(new DataView(patch), layout);
  const dry = edited.base.piece(edited.first, edited.end);
  interleaved(edited.patch, layout).forEach((wet, i) => {
    write(layout.start + i * layout.width, dry[i] + (wet - dry[i]) * share);
  });
  const report = { ...edited.report, id: null, first_sample: edited.first };
  return edited.base.edited(report, patch);
}
