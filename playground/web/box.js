// A bounding box in frame pixels: the twin of box.py, with its names.

export class Box {
  /** Top-left corner and size in frame pixels; never changed. */
  constructor(x, y, w, h) {
    Object.assign(this, { x, y, w, h });
    Object.freeze(this);
  }

  get x2() {
    return this.x + this.w;
  }

  get y2() {
    return this.y + this.h;
  }

  get cx() {
    return this.x + this.w / 2;
  }

  get cy() {
    return this.y + this.h / 2;
  }

  /** [x, y, w, h] in frame pixels. */
  as_tuple() {
    return [this.x, this.y, this.w, this.h];
  }

  /** The box moved and shrunk to lie in a width x height frame, at least `margin` pixels a side. */
  clip(width, height, margin) {
    const margin_x = Math.min(margin, width);
    const margin_y = Math.min(margin, height);
    const x1 = Math.min(Math.max(0, this.x), width - margin_x);
    const x2 = Math.min(Math.max(margin_x, this.x2), width);
    const y1 = Math.min(Math.max(0, this.y), height - margin_y);
    const y2 = Math.min(Math.max(margin_y, this.y2), height);
    return new Box(x1, y1, Math.max(margin_x, x2 - x1), Math.max(margin_y, y2 - y1));
  }

  /** The box, if it can start a track in a width x height frame. Throws RangeError naming `box` and the remedy. */
  check_start(width, height) {
    if (!this.as_tuple().every(Number.isFinite)) {
      throw new RangeError(`box: every value must be a finite number; got ${show(this)}.`);
    }
    if (this.w <= 0 || this.h <= 0) {
      throw new RangeError(`box: width and height must be above 0 pixels; got ${show(this)}.`);
    }
    if (this.x >= width || this.y >= height || this.x2 <= 0 || this.y2 <= 0) {
      throw new RangeError(
        `box: ${show(this)} lies outside the ${width}x${height} frame; ` +
          `choose x in 0..${width} and y in 0..${height}.`,
      );
    }
    if (this.w > 4 * width || this.h > 4 * height) {
      throw new RangeError(
        `box: ${show(this)} is far larger than the ${width}x${height} frame; draw a smaller one.`,
      );
    }
    return this;
  }
}

function show(box) {
  return box.as_tuple().map((value) => String(Number(value.toPrecision(6)))).join(",");
}
