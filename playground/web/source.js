// Where frames come from: the camera, a file, or the example. All have the same few properties and methods.
//
// A source has `name`, `kind`, `live`, `width`, `height`, `duration` and `time` in seconds. It calls `onframe(time)`
// whenever it shows another frame, which `draw(context)` puts on a canvas, `onend()` after the last one, and
// `onlost(sentence)` when no more can come. `play`, `pause`, `step` and `close` say what they do; `seek(time)` resolves
// once that frame is there. Functions that open one throw an Error whose message is for people.

import { cameraInWords, fileInWords } from "./words.js";

const CAMERA = { video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "environment" }, audio: false };
const USUAL_FRAME_S = 1 / 30;

/** The camera, shown in `place`. */
export async function openCamera(place) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia(CAMERA);
  } catch (error) {
    throw new Error(cameraInWords(error));
  }
  const source = new VideoSource(place, "webcam", "camera");
  source.video.srcObject = stream;
  for (const track of stream.getTracks()) {
    track.addEventListener("ended", () => source.onlost("The camera stopped. Connect it again, or choose a file."));
  }
  return source.opened(() => stream.getTracks().forEach((track) => track.stop()));
}

/** A video file, which stays on this machine. */
export async function openFile(place, file) {
  const address = URL.createObjectURL(file);
  const source = new VideoSource(place, file.name, "file");
  source.video.src = address;
  return source.opened(() => URL.revokeObjectURL(address));
}

/** The example: `facts` is example.json, whose picture holds all frames. */
export async function openExample(facts) {
  try {
    const answer = await fetch(facts.file);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const plain = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
    return new SheetSource(facts, await createImageBitmap(await answer.blob(), plain));
  } catch (error) {
    throw new Error(`The example cannot be loaded (${error.message}). Choose a file or the webcam.`);
  }
}

class VideoSource {
  #closing = () => {};
  #frame_s = USUAL_FRAME_S;
  #last = -1;

  constructor(place, name, kind) {
    Object.assign(this, { name, kind, live: kind === "camera" });
    this.onframe = this.onend = this.onlost = () => {};
    this.video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, preload: "auto" });
    this.video.ariaHidden = "true";
    place.append(this.video); // browsers tell of the frames of a video that is not on the page only now and then
  }

  get width() { return this.video.videoWidth; }
  get height() { return this.video.videoHeight; }
  get duration() { return this.live ? Infinity : this.video.duration; }
  get time() { return this.video.currentTime; }
  get ended() { return this.video.ended; }

  async opened(closing) {
    this.#closing = closing;
    const { video, live } = this;
    try {
      await happens(video, "loadeddata");
      if (!video.videoWidth) throw new Error("no picture in it");
    } catch {
      this.close();
      throw new Error(live ? "The camera gives no picture; choose a file instead." : fileInWords(this));
    }
    video.addEventListener("ended", () => this.onend());
    video.addEventListener("error", () => this.onlost(`${this.name} cannot be played further; the file may be damaged.`));
    this.#watch();
    return this;
  }

  draw(context) { context.drawImage(this.video, 0, 0, this.width, this.height); }
  play() { this.video.play().catch(() => {}); } // refused only when pause or close came first
  pause() { this.video.pause(); }

  /** The next frame of a paused source. A video cannot say where that is, so the shortest way so far is taken. */
  step() {
    if (this.live) {
      const { onframe } = this;
      this.onframe = (time) => { this.pause(); this.onframe = onframe; return onframe(time); };
      return this.play();
    }
    if (this.video.currentTime + this.#frame_s / 2 >= this.duration) return this.onend();
    this.video.currentTime += this.#frame_s;
  }

  async seek(time) {
    if (this.live) return;
    const { video } = this;
    this.pause();
    video.currentTime = time;
    await happens(video, "seeked");
  }

  close() {
    this.onframe = this.onend = this.onlost = () => {};
    this.pause();
    this.#closing();
    this.video.remove();
    this.video.removeAttribute("src");
    this.video.srcObject = null;
  }

  #watch() {
    const { video } = this;
    const seen = (time) => {
      const way = time - this.#last;
      if (way > 0.004 && way < this.#frame_s) this.#frame_s = way;
      if (way !== 0) this.onframe(time);
      this.#last = time;
      if (video.isConnected) next();
    };
    const next = "requestVideoFrameCallback" in video
      ? () => video.requestVideoFrameCallback((_, frame) => seen(frame.mediaTime))
      : () => requestAnimationFrame(() => seen(video.currentTime));
    next();
  }
}

class SheetSource {
  #playing = null;
  kind = "example";
  name = "example";
  live = false;
  paced = true; // at its own speed; otherwise as fast as `onframe` resolves

  constructor(facts, sheet) {
    Object.assign(this, { facts, sheet, index: 0, width: facts.width, height: facts.height });
    this.onframe = this.onend = this.onlost = () => {};
  }

  get duration() { return this.facts.frames / this.facts.fps; }
  get time() { return this.index / this.facts.fps; }
  get ended() { return this.index >= this.facts.frames - 1; }

  draw(context) {
    const { width, height, columns } = this.facts;
    const [left, top] = [(this.index % columns) * width, Math.floor(this.index / columns) * height];
    context.drawImage(this.sheet, left, top, width, height, 0, 0, width, height);
  }

  /** No frame is left out: the next one comes when `onframe` of the last one has resolved. */
  async play() {
    const mine = (this.#playing = {});
    for (;;) {
      const due = performance.now() + (this.paced ? 1000 / this.facts.fps : 0);
      await this.step();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
      if (this.#playing !== mine) return;
      if (this.ended) return this.onend();
    }
  }

  pause() { this.#playing = null; }

  async step() {
    if (this.ended) return this.onend();
    this.index += 1;
    await this.onframe(this.time);
  }

  async seek(time) {
    this.pause();
    this.index = Math.min(Math.max(Math.round(time * this.facts.fps), 0), this.facts.frames - 1);
    await this.onframe(this.time);
  }

  close() {
    this.pause();
    this.onframe = this.onend = () => {};
    this.sheet.close();
  }
}

function happens(video, name) {
  return new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener("error", reject, { once: true });
    if (name === "loadeddata" && video.srcObject) video.play().catch(reject);
  });
}
