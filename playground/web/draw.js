// What the tracker says, drawn on canvases. Imports nothing, so that a notebook can show the same pictures.
//
// Boxes are { x, y, w, h } in pixels of the frame, pictures { data, width, height } with RGBA bytes, edges four rows of
// probabilities: left, top, right, bottom. `unit` is how many pixels of the frame make one of the screen.

export const EDGES = { left: "#0d9488", top: "#8b5cf6", right: "#ea580c", bottom: "#3b82f6" };
const COLOURS = Object.values(EDGES);
const [FOUND, LOST, INK, PALE] = ["#2dd4a0", "#ff6054", "#101820", "rgb(235 235 235 / 0.8)"];
const TRAIL = 60; // frames

/** Box, search region, score and trail of the `events` so far, the newest last, over a frame already drawn. */
export function drawTrack(context, events, unit = 1) {
  const { box, lost, score, search } = events.at(-1);
  const colour = lost ? LOST : FOUND;
  context.save();
  if (search) strokeBox(context, search, PALE, unit);
  context.strokeStyle = FOUND;
  context.lineWidth = 2 * unit;
  context.beginPath();
  events.slice(-TRAIL).forEach((event, i, all) => {
    const way = event.lost || all[i - 1]?.lost ? "moveTo" : "lineTo";
    context[way](event.box.x + event.box.w / 2, event.box.y + event.box.h / 2);
  });
  context.stroke();
  if (lost) context.setLineDash([8 * unit, 6 * unit]);
  strokeBox(context, box, colour, 3 * unit);
  drawLabel(context, box, [lost && "lost", score?.toFixed(2)].filter(Boolean).join(" "), colour, unit);
  context.restore();
}

/** The box that a person is drawing, with its size. */
export function drawChoice(context, box, unit = 1) {
  context.fillStyle = "rgb(45 212 160 / 0.18)";
  context.fillRect(box.x, box.y, box.w, box.h);
  strokeBox(context, box, FOUND, 3 * unit);
  drawLabel(context, box, `${Math.round(box.w)} × ${Math.round(box.h)}`, FOUND, unit);
}

function strokeBox(context, box, colour, line) {
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.strokeRect(box.x, box.y, box.w, box.h);
}

function drawLabel(context, box, text, colour, unit) {
  if (!text) return;
  context.font = `600 ${13 * unit}px system-ui, sans-serif`;
  const { a: scale } = context.getTransform();
  const [width, height] = [context.measureText(text).width + 10 * unit, 19 * unit];
  const x = Math.max(0, Math.min(box.x, context.canvas.width / scale - width));
  const y = Math.max(0, Math.min(box.y, context.canvas.height / scale) - height);
  context.fillStyle = colour;
  context.fillRect(x, y, width, height);
  context.fillStyle = INK;
  context.textBaseline = "middle";
  context.fillText(text, x + 5 * unit, y + height / 2);
}

/** A picture at its own size; style sheets scale it. */
export function drawPicture(canvas, { data, width, height }) {
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
}

/** The search region with its four edge distributions: left and right below it, top and bottom beside it. */
export function drawEdges(canvas, picture, edges) {
  const [context, width] = sharp(canvas, 0.82);
  const side = width * 0.6;
  const [wide, deep] = [width - side - 8, width * 0.82 - side - 8];
  drawScaled(context, picture, side);
  const most = Math.max(...edges.map((row) => Math.max(...row)), 1e-6);
  edges.forEach((row, edge) => {
    const across = edge % 2 === 0;
    const turned = (along, out) => (across ? [along, out] : [out, along]);
    const point = (along, value) => context.lineTo(...turned(along, side + 8 + (value / most) * (across ? deep : wide)));
    const place = (bin) => ((bin + 0.5) / row.length) * side;
    context.beginPath();
    point(0, 0);
    row.forEach((value, bin) => point(place(bin), value));
    point(side, 0);
    context.fillStyle = `${COLOURS[edge]}40`;
    context.fill();
    context.strokeStyle = COLOURS[edge];
    context.lineWidth = 1.5;
    context.stroke();
    const mean = row.reduce((sum, value, bin) => sum + value * place(bin), 0);
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(...turned(mean, 0));
    context.lineTo(...turned(mean, side + 8 + (across ? deep : wide)));
    context.stroke();
    context.setLineDash([]);
  });
  context.font = "600 12px system-ui, sans-serif";
  Object.entries(EDGES).forEach(([name, colour], i) => {
    context.fillStyle = colour;
    context.fillRect(side + 16, side + 8 + i * 16, 10, 10);
    context.fillText(name, side + 31, side + 17 + i * 16);
  });
}

/** The search region, dimmed, with a square map of attention over it as heat; `most` is the brightest value. */
export function drawAttention(canvas, picture, map, most) {
  const [context, side] = sharp(canvas, 1);
  drawScaled(context, picture, side);
  context.fillStyle = "rgb(10 14 16 / 0.55)";
  context.fillRect(0, 0, side, side);
  const grid = Math.round(Math.sqrt(map.length));
  const cell = side / grid;
  map.forEach((value, i) => {
    const heat = Math.min(1, value / most);
    context.fillStyle = `hsl(${28 + 24 * heat} 100% ${50 + 35 * heat}% / ${heat * 0.9})`;
    context.fillRect((i % grid) * cell, Math.floor(i / grid) * cell, cell + 0.5, cell + 0.5);
  });
}

/** The last scores from 0 to 1, a dot where a template was taken, and the line below which the target is lost. */
export function drawScores(canvas, events, lostScore) {
  const [context, width, height] = sharp(canvas);
  const shown = events.slice(-Math.max(2, Math.floor(width / 3)));
  const place = (i) => (i / Math.max(60, shown.length - 1)) * (width - 8) + 4;
  const up = (score) => height - 5 - score * (height - 10);
  context.fillStyle = "rgb(128 150 150 / 0.5)";
  context.fillRect(0, up(lostScore), width, 1);
  context.strokeStyle = EDGES.left;
  context.lineWidth = 2;
  context.beginPath();
  shown.forEach(({ score }, i) => score !== null && context.lineTo(place(i), up(score)));
  context.stroke();
  context.fillStyle = EDGES.right;
  shown.forEach(({ score, updated }, i) => {
    if (!updated) return;
    context.beginPath();
    context.arc(place(i), up(score), 4, 0, 7);
    context.fill();
  });
}

// A canvas in the screen's own pixels, as large as it is shown: [context, width, height] in those of style sheets.
function sharp(canvas, ratio) {
  const width = canvas.clientWidth || 200;
  const height = ratio ? width * ratio : canvas.clientHeight || 72;
  const dense = globalThis.devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.round(width * dense), height: Math.round(height * dense) });
  const context = canvas.getContext("2d");
  context.scale(dense, dense);
  return [context, width, height];
}

function drawScaled(context, picture, side) {
  const own = document.createElement("canvas");
  drawPicture(own, picture);
  context.drawImage(own, 0, 0, side, side);
}
