// The square crop around a box, and the map between frame and crop: the twin of crop.py, with its names.
//
// A frame has `width`, `height` and `cut(x, y, w, h)`, which gives the RGBA bytes of a rectangle inside it. The corner
// is rounded half to even, and the last column and row of the frame count as outside once the crop reaches them.

import { Box } from "./box.js";

export class CropMap {
  /** Where a crop lies: top-left corner x0, y0 and side in frame pixels, size in crop pixels. */
  constructor(x0, y0, side, size) {
    Object.assign(this, { x0, y0, side, size });
    Object.freeze(this);
  }

  /** The square that was cut, as a box in frame pixels. */
  get region() {
    return new Box(this.x0, this.y0, this.side, this.side);
  }

  /** [x1, y1, x2, y2] in fractions of the crop -> box in frame pixels, not clipped. */
  to_frame([x1, y1, x2, y2]) {
    const { x0, y0, side } = this;
    return new Box(x0 + x1 * side, y0 + y1 * side, (x2 - x1) * side, (y2 - y1) * side);
  }

  /** Box in frame pixels -> [x1, y1, x2, y2] in fractions of the crop. */
  to_crop(box) {
    const { x0, y0, side } = this;
    return [(box.x - x0) / side, (box.y - y0) / side, (box.x2 - x0) / side, (box.y2 - y0) / side];
  }
}

/** Half to even, as Python's round does. */
export function round(value) {
  const below = Math.floor(value);
  const over = value - below;
  const up = over > 0.5 || (over === 0.5 && below % 2 !== 0);
  return below + (up ? 1 : 0) + 0; // + 0 turns -0 into 0
}

/** The square around `box` whose side is ceil(sqrt(w * h) * factor) pixels, to be shown at `size` pixels. */
export function crop_map(box, factor, size) {
  const side = Math.ceil(Math.sqrt(box.w * box.h) * factor);
  if (!(side >= 1)) {
    throw new RangeError(`box: too small to crop; width and height must be above 0, got ${box.w} x ${box.h}.`);
  }
  return new CropMap(round(box.x + 0.5 * box.w - side * 0.5), round(box.y + 0.5 * box.h - side * 0.5), side, size);
}

/** [image, place]: the square of crop_map cut from a frame and resized; what lies outside the frame is black. */
export function crop(frame, box, factor, size) {
  const place = crop_map(box, factor, size);
  const { x0, y0, side } = place;
  const [x1, y1] = [x0 + side, y0 + side];
  const right = x1 - Math.max(0, x1 - frame.width + 1);
  const bottom = y1 - Math.max(0, y1 - frame.height + 1);
  const [left, top] = [Math.max(x0, 0), Math.max(y0, 0)];
  const [width, height] = [Math.max(right - left, 0), Math.max(bottom - top, 0)];
  const empty = width === 0 || height === 0;
  const inside = { data: empty ? null : frame.cut(left, top, width, height), width, height };
  return [resize(inside, left - x0, top - y0, side, size), place];
}

// Bilinear, without smoothing first: pixel centres at half, the border repeated. Weights are whole 2048ths and what is
// below a sixteenth of a 2048th is cut off, as in OpenCV's INTER_LINEAR, so that results are mostly bit-equal to it.
// `inside` lies at (dx, dy) of a black square of `side` pixels.
function resize(inside, dx, dy, side, size) {
  const image = { data: new Uint8ClampedArray(size * size * 4), width: size, height: size };
  const columns = taps(side, size, dx, inside.width, 4);
  const rows = taps(side, size, dy, inside.height, 4 * inside.width);
  const { data } = inside;
  for (let y = 0, to = 0; y < size; y++) {
    const [top, bottom, below] = [rows.first[y], rows.second[y], rows.weight[y]];
    for (let x = 0; x < size; x++, to += 4) {
      const [left, right, beside] = [columns.first[x], columns.second[x], columns.weight[x]];
      for (let channel = 0; channel < 3; channel++) {
        const upper = mix(data, top, left, right, beside, channel);
        const lower = mix(data, bottom, left, right, beside, channel);
        image.data[to + channel] = ((((2048 - below) * (upper >> 4)) >> 16) + ((below * (lower >> 4)) >> 16) + 2) >> 2;
      }
      image.data[to + 3] = 255;
    }
  }
  return image;
}

function mix(data, row, left, right, beside, channel) {
  if (row < 0) return 0;
  const a = left < 0 ? 0 : data[row + left + channel];
  const b = right < 0 ? 0 : data[row + right + channel];
  return a * (2048 - beside) + b * beside;
}

// For each place of the result: the offsets of its two sources, -1 where they are outside, and the second's weight.
function taps(side, size, shift, length, stride) {
  const [first, second, weight] = [0, 0, 0].map(() => new Int32Array(size));
  const offset = (at) => (at >= shift && at < shift + length ? (at - shift) * stride : -1);
  for (let i = 0; i < size; i++) {
    const from = Math.min(Math.max(Math.fround((i + 0.5) * (side / size) - 0.5), 0), side - 1);
    const at = Math.floor(from);
    first[i] = offset(at);
    second[i] = offset(Math.min(at + 1, side - 1));
    weight[i] = round((from - at) * 2048);
  }
  return { first, second, weight };
}

/** A crop as network input: (v / 255 - mean) / std, channels first, float32. */
export function normalise(image, mean, std) {
  const pixels = image.width * image.height;
  const input = new Float32Array(3 * pixels);
  for (let channel = 0; channel < 3; channel++) {
    const table = new Float32Array(256);
    const [middle, spread] = [Math.fround(mean[channel]), Math.fround(std[channel])];
    for (let v = 0; v < 256; v++) table[v] = Math.fround(Math.fround(v / 255) - middle) / spread;
    for (let i = 0; i < pixels; i++) input[channel * pixels + i] = table[image.data[4 * i + channel]];
  }
  return input;
}
