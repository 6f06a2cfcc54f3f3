// The picture: shows a frame with what is drawn over it, and lets a box be chosen by mouse, finger or keyboard.

import { drawChoice, drawTrack } from "./draw.js";

const LEAST = 4; // pixels of the frame a side
const SHARP = 960; // small frames are enlarged to about this width, so that lines over them are sharp
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

export class Stage {
  choice = null; // the box that is being chosen
  events = []; // of the track up to the frame, while one is shown

  /** `on`: choosing() when a choice begins, chosen() when it changed, start() on Enter. */
  constructor(canvas, on) {
    Object.assign(this, { canvas, on, context: canvas.getContext("2d") });
    this.frame = document.createElement("canvas"); // as the source gave it, in its own size
    this.frameContext = this.frame.getContext("2d", { alpha: false });
    this.#listen();
  }

  resize(width, height) {
    this.scale = clamp(Math.round(SHARP / width), 1, 4);
    Object.assign(this.frame, { width, height });
    Object.assign(this.canvas, { width: width * this.scale, height: height * this.scale });
    this.canvas.style.setProperty("--ratio", width / height);
    this.choice = null;
    this.events = [];
  }

  /** Take the frame that a source shows, without painting it yet. */
  take(source) {
    source.draw(this.frameContext);
  }

  /** The frame that was taken, to be handed to the worker. */
  bitmap() {
    return createImageBitmap(this.frame);
  }

  paint() {
    const { context, frame, scale } = this;
    const unit = frame.width / (this.canvas.clientWidth || frame.width);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.drawImage(frame, 0, 0);
    if (this.events.length) drawTrack(context, this.events, unit);
    if (this.choice) drawChoice(context, this.choice, unit);
  }

  choose(box) {
    this.choice = box;
    this.events = [];
    this.on.chosen();
    this.paint();
  }

  #listen() {
    const { canvas } = this;
    let anchor = null;
    let dragging = false;
    const place = ({ clientX, clientY }) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const { frame } = this;
      return [clamp((clientX - left) / width, 0, 1) * frame.width, clamp((clientY - top) / height, 0, 1) * frame.height];
    };
    const end = ({ type }) => {
      if (dragging) this.choose(type === "pointerup" ? this.#inside(this.choice) : null);
      anchor = null;
      dragging = false;
    };
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      canvas.setPointerCapture(event.pointerId);
      anchor = place(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!anchor) return;
      const [x, y] = place(event);
      const [w, h] = [Math.abs(x - anchor[0]), Math.abs(y - anchor[1])];
      if (Math.min(w, h) < LEAST && !dragging) return;
      if (!dragging) this.on.choosing();
      dragging = true;
      this.choose({ x: Math.min(x, anchor[0]), y: Math.min(y, anchor[1]), w, h });
    });
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event) {
    const { key, shiftKey } = event;
    if (key === "Enter" && this.choice) this.on.start();
    else if (key === "Escape" && this.choice) this.choose(null);
    else if (key === "Enter" || key in ARROWS) {
      this.on.choosing();
      this.choose(this.choice ? this.#nudged(ARROWS[key], shiftKey) : this.#middle());
    } else return;
    event.preventDefault();
  }

  #middle() {
    const { width, height } = this.frame;
    const side = Math.min(width, height) / 3;
    return this.#inside({ x: (width - side) / 2, y: (height - side) / 2, w: side, h: side });
  }

  // The top left corner stays where it is while a box is resized.
  #nudged([right, down], resize) {
    const { width, height } = this.frame;
    const way = Math.max(1, Math.round(width / 80));
    const { x, y, w, h } = this.choice;
    if (!resize) return this.#inside({ x: x + right * way, y: y + down * way, w, h });
    return this.#inside({ x, y, w: clamp(w + right * way, LEAST, width - x), h: clamp(h + down * way, LEAST, height - y) });
  }

  // In whole pixels, inside the frame, not too small.
  #inside(box) {
    const { width, height } = this.frame;
    const [w, h] = [clamp(Math.round(box.w), LEAST, width), clamp(Math.round(box.h), LEAST, height)];
    return { x: clamp(Math.round(box.x), 0, width - w), y: clamp(Math.round(box.y), 0, height - h), w, h };
  }
}
