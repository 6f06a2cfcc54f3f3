// What is kept of a track: boxes as CSV and JSON like boxes_file.py writes them, a recording, and how far two differ.

const CONTAINERS = ["video/mp4;codecs=avc1.42E01F", "video/webm;codecs=vp9", "video/webm"];
const KEPT_EVENTS = 20_000; // of a webcam the latest ten minutes

/** The events of a track: those of TrackEvent in events.py. */
export class Results {
  events = [];

  add(event) {
    this.events.push({ ...event, edges: event.edges.map((row) => Array.from(row)) });
    if (this.events.length > KEPT_EVENTS) this.events.shift();
  }

  csv() {
    const rows = this.events.map(({ index, time_s, box: { x, y, w, h }, score, lost }) => [
      index, time_s.toFixed(4), ...[x, y, w, h].map((value) => value.toFixed(2)), score?.toFixed(4) ?? "", Number(lost),
    ]);
    return ["index,time_s,x,y,w,h,score,lost", ...rows, ""].join("\n");
  }

  json(model) {
    const events = this.events.map((event) => JSON.stringify(event)).join(",\n");
    return `{"model": ${JSON.stringify(model)}, "events": [\n${events}\n]}\n`;
  }
}

/** The largest difference in x, y, w or h, in pixels, of the first of two lists of events to as many of the second. */
export function largestDifference(events, others) {
  return Math.max(...events.flatMap(({ box }, i) => ["x", "y", "w", "h"].map((key) => Math.abs(box[key] - others[i].box[key]))));
}

/** What is drawn on a canvas, as a video. Throws an Error for people where the browser cannot record. */
export class Recording {
  #parts = [];

  constructor(canvas) {
    const type = globalThis.MediaRecorder && CONTAINERS.find((one) => MediaRecorder.isTypeSupported(one));
    if (!type || !canvas.captureStream) throw new Error("This browser cannot record what a page draws.");
    this.suffix = type.includes("mp4") ? "mp4" : "webm";
    this.recorder = new MediaRecorder(canvas.captureStream(), { mimeType: type, videoBitsPerSecond: 6_000_000 });
    this.recorder.ondataavailable = (event) => this.#parts.push(event.data);
    this.recorder.start(1000);
  }

  /** Ends it, and resolves to the file's content. */
  async stop() {
    const ended = new Promise((resolve) => { this.recorder.onstop = resolve; });
    this.recorder.stop();
    this.recorder.stream.getTracks().forEach((track) => track.stop());
    await ended;
    return new Blob(this.#parts, { type: this.recorder.mimeType });
  }
}

/** Hand `content`, text or a Blob, to the browser as a download. */
export function save(content, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([content])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser reads it a little later
}
