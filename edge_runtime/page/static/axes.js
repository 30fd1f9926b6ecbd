// Labels of time and frequency beside the picture.

function ticks(end, wanted) {
  const rough = end / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * power).find((candidate) => candidate >= rough);
  const inner = [];
  for (let i = 1; i * step < end - step * 0.4; i += 1) inner.push(i * step);
  return [0, ...inner, end];
}

const short = (value) => String(Number(value.toFixed(2)));

function fill(element, labels) {
  element.replaceChildren(
    ...labels.map(({ text, side, share }) => {
      const span = document.createElement("span");
      span.textContent = text;
      span.style[side] = `${share * 100}%`;
      return span;
    }),
  );
}

export function drawTimeAxis(element, duration, width) {
  const labels = ticks(duration, Math.max(2, width / 90)).map((t) => ({
    text: `${short(t)} s`,
    side: "left",
    share: t / duration,
  }));
  fill(element, labels);
}

export function drawFrequencyAxis(element, nyquist) {
  const labels = ticks(nyquist, 5).map((f) => ({
    text: f >= 1000 ? `${short(f / 1000)} kHz` : `${Math.round(f)} Hz`,
    side: "top",
    share: 1 - f / nyquist,
  }));
  fill(element, labels);
}
