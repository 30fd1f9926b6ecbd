// Between a sound and what an edit made of it: less of the change, or all of it.

import { channelsOf, wavLayout, writer } from "./wav_layout.js";

/** @param share how much of the edit, from 0 to 1; 1 is the edited sound itself */
export function blended(edited, share) {
  if (!edited.base || share === 1) return edited;
  const patch = edited.patch.slice(0);
  const layout = wavLayout(patch);
  const write = writer(new DataView(patch), layout);
  channelsOf(edited.patch, layout).forEach((wet, channel) => {
    const dry = edited.base.buffer.getChannelData(channel).subarray(edited.first, edited.end);
    wet.forEach((value, i) => {
      const at = layout.start + (i * layout.channels + channel) * layout.width;
      write(at, dry[i] + (value - dry[i]) * share);
    });
  });
  const report = { ...edited.report, id: null, first_sample: edited.first };
  return edited.base.edited(report, patch);
}
