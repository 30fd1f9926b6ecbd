// What lies over the picture: cells, the selection, the cursor, what a hand draws now.

import { darkQuery, themeColour } from "./colours.js";

const SMALLEST_CELL = 8; // pixels: lines closer than a finger can aim would hide the sound

export function drawOverlay(canvas, view) {
  const scale = window.devicePixelRatio;
  const width = Math.max(1, Math.round(canvas.clientWidth * scale));
  const height = Math.max(1, Math.round(canvas.clientHeight * scale));
  canvas.width = width;
  canvas.height = height;
  const { viewport } = view;
  const paper = {
    pen: canvas.getContext("2d"),
    width,
    height,
    scale,
    x: (second) => Math.round(viewport.xOf(second) * width),
    y: (hertz) => Math.round((1 - viewport.yOf(hertz)) * height),
  };
  drawGrid(paper, view);
  drawLines(paper, view);
  drawUnheard(paper, view);
  drawCells(paper, view);
  drawBox(paper, view);
  drawSketch(paper, view);
  drawCursor(paper, view);
}

function drawGrid({ pen, width, height, scale, x, y }, { geometry }) {
  pen.fillStyle = darkQuery.matches ? "rgba(255, 255, 255, 0.11)" : "rgba(20, 10, 40, 0.11)";
  const lines = (edges, place, end) => {
    const placed = edges.map(place);
    const inside = placed.filter((pixel) => pixel > 0 && pixel < end);
    const closest = Math.min(...inside.slice(1).map((p, i) => Math.abs(p - inside[i])));
    return closest < SMALLEST_CELL * scale ? [] : inside;
  };
  for (const left of lines(geometry.timeEdges, x, width)) pen.fillRect(left, 0, 1, height);
  // On a scale of notes cells are close together at the top: lines where there is room.
  const rows = geometry.freqEdges.map(y);
  rows.forEach((top, i) => {
    if (i && rows[i - 1] - top >= SMALLEST_CELL * scale) pen.fillRect(0, top, width, 1);
  });
}

/** Beginnings or beats, dotted: cells have plain lines. */
function drawLines({ pen, height, scale, x }, { lines }) {
  pen.strokeStyle = themeColour("--ink");
  pen.lineWidth = Math.max(1, scale);
  pen.setLineDash([2 * scale, 3 * scale]);
  pen.beginPath();
  for (const line of lines) {
    pen.moveTo(x(line) + 0.5, 0);
    pen.lineTo(x(line) + 0.5, height);
  }
  pen.stroke();
  pen.setLineDash([]);
}

/** What the model does not hear. */
function drawUnheard({ pen, width, scale, y }, { geometry }) {
  if (geometry.heardUpTo >= geometry.highest) return;
  const end = y(geometry.heardUpTo);
  if (end <= 0) return;
  pen.globalAlpha = 0.35;
  pen.fillStyle = themeColour("--paper");
  pen.fillRect(0, 0, width, end);
  pen.globalAlpha = 1;
  pen.fillStyle = themeColour("--soft");
  pen.fillRect(0, end, width, Math.max(1, scale));
}

function drawCells({ pen, width, height, scale, x, y }, { geometry, selection, viewport }) {
  const { mapFrames, mapBins } = geometry;
  const inside = (frame, bin) =>
    frame >= 0 && bin >= 0 && frame < mapFrames && bin < mapBins && selection.has(frame, bin);
  const line = Math.max(2, Math.round(2 * scale));
  const isBox = selection.box !== null;
  const first = geometry.cellAt(viewport.time[0], 0).frame;
  const last = geometry.cellAt(viewport.time[1], 0).frame;
  pen.fillStyle = themeColour("--pick");
  for (let frame = first; frame <= last; frame += 1) {
    for (let bin = 0; bin < mapBins; bin += 1) {
      if (!inside(frame, bin)) continue;
      const [left, right] = [x(geometry.timeEdges[frame]), x(geometry.timeEdges[frame + 1])];
      const [top, bottom] = [y(geometry.freqEdges[bin + 1]), y(geometry.freqEdges[bin])];
      if (bottom < 0 || top > height || right < 0 || left > width) continue;
      // Of a box's cells only what lies in it is heard: they are hinted at.
      pen.globalAlpha = isBox ? 0.07 : 0.2;
      pen.fillRect(left, top, right - left, bottom - top);
      pen.globalAlpha = 1;
      if (isBox) continue;
      const thick = (side) => Math.min(line, Math.max(1, side / 2));
      if (!inside(frame - 1, bin)) pen.fillRect(left, top, line, bottom - top);
      if (!inside(frame + 1, bin)) pen.fillRect(right - line, top, line, bottom - top);
      if (!inside(frame, bin + 1)) pen.fillRect(left, top, right - left, thick(bottom - top));
      if (!inside(frame, bin - 1))
        pen.fillRect(left, bottom - thick(bottom - top), right - left, thick(bottom - top));
    }
  }
}

/** An exact box, with grips at its corners and sides. */
function drawBox({ pen, scale, x, y }, { selection: { box } }) {
  if (!box) return;
  const [left, right] = [x(box.start), x(box.end)];
  const [top, bottom] = [y(box.high), y(box.low)];
  pen.globalAlpha = 0.16;
  pen.fillStyle = themeColour("--pick");
  pen.fillRect(left, top, right - left, bottom - top);
  pen.globalAlpha = 1;
  pen.strokeStyle = themeColour("--pick");
  pen.lineWidth = 2 * scale;
  pen.strokeRect(left, top, right - left, bottom - top);
  const grip = 3.5 * scale;
  const middle = [(left + right) / 2, (top + bottom) / 2];
  for (const across of [left, middle[0], right]) {
    for (const down of [top, middle[1], bottom]) {
      if (across === middle[0] && down === middle[1]) continue;
      pen.fillRect(across - grip, down - grip, 2 * grip, 2 * grip);
    }
  }
}

function drawSketch({ pen, width, height, scale, x, y }, { sketch }) {
  if (!sketch) return;
  pen.strokeStyle = themeColour("--pick");
  pen.lineWidth = 2 * scale;
  pen.beginPath();
  if (sketch.outline) {
    for (const point of sketch.outline) pen.lineTo(point.x * width, (1 - point.y) * height);
    pen.closePath();
  }
  if (sketch.disc) {
    const { x: across, y: up, radius } = sketch.disc;
    pen.arc(across * width, (1 - up) * height, radius * scale, 0, 2 * Math.PI);
  }
  for (const hertz of sketch.lines ?? []) {
    pen.moveTo(x(sketch.start), y(hertz));
    pen.lineTo(x(sketch.end), y(hertz));
  }
  pen.stroke();
}

function drawCursor({ pen, scale, x, y }, { cursor, geometry }) {
  if (!cursor) return;
  const { start, end, low, high } = geometry.cellBox(cursor.frame, cursor.bin);
  pen.strokeStyle = themeColour("--ink");
  pen.lineWidth = 2 * scale;
  pen.setLineDash([3 * scale, 3 * scale]);
  pen.strokeRect(x(start), y(high), x(end) - x(start), y(low) - y(high));
  pen.setLineDash([]);
}
