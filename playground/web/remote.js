// The page's end of worker.js: requests as promises. Errors are sentences for people.

const BROKEN = "The part of the page that tracks did not start; reload the page, or try another browser.";

export class Remote {
  #worker = null;
  #waiting = new Map(); // by number: { resolve, reject, frame }
  #number = 0;

  /** Resolves to { facts, manifest }, or null when another load came. Each has a worker of its own: memory goes back. */
  load(settings, onprogress) {
    const files = new Map();
    this.#settle(() => true, "resolve", null);
    this.#worker?.terminate();
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }) => {
      if (data.type !== "progress") return this.#answer(data);
      files.set(data.url, data);
      const sum = (key) => [...files.values()].reduce((all, file) => all + file[key], 0);
      onprogress(sum("received"), sum("total"));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#settle(() => true, "reject", new Error(BROKEN));
    };
    return this.#ask({ type: "load", ...settings });
  }

  /** The answer to the first frame, which is handed over, or null when it was given up. */
  start(bitmap, box, time_s) {
    return this.#ask({ type: "start", bitmap, box, time_s }, [bitmap]);
  }

  /** The answer to the next frame, likewise. */
  step(bitmap, time_s) {
    return this.#ask({ type: "step", bitmap, time_s }, [bitmap]);
  }

  /** Wait no longer for frames. */
  giveUp() {
    this.#settle(({ frame }) => frame, "resolve", null);
  }

  #ask(message, handed = []) {
    const id = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, frame: handed.length > 0 });
      this.#worker.postMessage({ ...message, id }, handed);
    });
  }

  #answer(data) {
    const waiting = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if (data.type === "failed") waiting?.reject(new Error(data.words));
    else waiting?.resolve(data);
  }

  #settle(which, how, value) {
    for (const [id, waiting] of this.#waiting) {
      if (!which(waiting)) continue;
      this.#waiting.delete(id);
      waiting[how](value);
    }
  }
}
