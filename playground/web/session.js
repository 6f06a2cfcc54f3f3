// One track after another: frames go from a source to the worker, one at a time and the newest first, never a queue.
//
// States: empty (no source), stored (a result from before plays), choosing (a box), tracking, paused, ended.

import { Results } from "./results.js";

const SHOWN_EVENTS = 90;

export class Session {
  state = "empty";
  source = null;
  origin = null; // { time, box } of the track's first frame
  results = new Results();
  skipped = 0; // frames that came while another one was being tracked
  #stored = [];
  #busy = null; // resolves once the frame is tracked that was sent last
  #missed = false;
  #stepping = false;
  #run = 0; // a track's number: answers to an older one are too late

  /** `on`: state(), frame(), answer(answer), problem(sentence). */
  constructor(remote, stage, on) {
    Object.assign(this, { remote, stage, on });
  }

  /** Take frames from another source. */
  async use(source) {
    this.#giveUp();
    this.source?.close();
    Object.assign(this, { source, origin: null, results: new Results() });
    source.onframe = () => this.#frame();
    source.onend = () => this.#end();
    source.onlost = (sentence) => {
      this.hold();
      this.on.problem(sentence);
    };
    this.stage.resize(source.width, source.height);
    await this.choose(0);
  }

  /** Choose a box, on the frame at `time` where the source goes back. */
  async choose(time) {
    this.hold();
    if (this.source.live) this.source.play();
    else await this.source.seek(time);
    this.stage.take(this.source);
    this.stage.paint();
  }

  /** Choose a box on the frame that is shown. */
  hold() {
    if (!this.source) return;
    this.#giveUp();
    this.source.pause();
    this.stage.events = [];
    this.#to("choosing");
    this.stage.paint();
  }

  /** Begin a track on the frame that is shown. */
  async start(box) {
    this.#giveUp();
    this.source.pause();
    this.origin = { time: this.source.time, box };
    this.results = new Results();
    this.skipped = 0;
    Object.assign(this.stage, { choice: null, events: [] });
    this.#to("tracking");
    const mine = this.#run;
    const { x, y, w, h } = box;
    await this.#send((bitmap, time) => this.remote.start(bitmap, [x, y, w, h], time));
    if (mine === this.#run && this.state === "tracking") this.source.play();
  }

  pause() {
    this.source.pause();
    this.#missed = false; // it stays left out: after "Go on" the next frame comes first
    this.#to("paused");
  }

  resume() {
    this.#to("tracking");
    this.source.play();
  }

  /** One frame further, tracked. */
  async step() {
    if (this.state === "tracking") this.pause();
    await this.#busy;
    this.#stepping = true;
    await this.source.step();
  }

  /** The same track again; a camera's frames are gone, so there a box has to be chosen anew. */
  async restart() {
    const { time, box } = this.origin;
    await this.choose(time);
    if (!this.source.live) await this.start(box);
  }

  /** Show events from before on the example, over and over, until something else begins. */
  async replay(events) {
    this.#giveUp();
    this.source.pause();
    this.#stored = events;
    Object.assign(this.stage, { choice: null, events: [] });
    this.#to("stored");
    await this.source.seek(0);
    if (this.state === "stored") this.source.play();
  }

  #frame() {
    this.on.frame();
    const { source, stage, state } = this;
    if (state === "tracking" || (state === "paused" && this.#stepping)) {
      if (!this.#busy) return this.#track();
      this.#missed = true;
      this.skipped += 1;
      return this.#busy;
    }
    if (state === "paused") return undefined;
    stage.take(source);
    if (state === "stored") return this.#show({ event: this.#stored[source.index] });
    return stage.paint();
  }

  #track() {
    this.#stepping = false;
    this.stage.take(this.source);
    return this.#send((bitmap, time) => this.remote.step(bitmap, time));
  }

  #send(ask) {
    const mine = this.#run;
    const { time } = this.source;
    const asked = async () => {
      try {
        const answer = await ask(await this.stage.bitmap(), time);
        if (!answer || mine !== this.#run) return;
        this.results.add(answer.event);
        this.#show(answer);
      } catch (error) {
        if (mine !== this.#run) return;
        this.source.pause();
        this.#to("ended");
        this.on.problem(error.message);
      } finally {
        if (mine === this.#run) this.#busy = null;
      }
      if (mine !== this.#run || !this.#missed || this.state !== "tracking") return;
      this.#missed = false;
      this.skipped -= 1;
      this.#track(); // a newer frame is there already
    };
    this.#busy = asked();
    return this.#busy;
  }

  #show(answer) {
    const { stage } = this;
    stage.events = [...(answer.event.index ? stage.events : []), answer.event].slice(-SHOWN_EVENTS);
    stage.paint();
    this.on.answer(answer);
  }

  async #end() {
    if (this.state === "stored") return this.replay(this.#stored);
    await this.#busy;
    if (this.state === "tracking" || this.state === "paused") this.#to("ended");
  }

  #giveUp() {
    this.#run += 1;
    this.#busy = null;
    this.#missed = this.#stepping = false;
    this.remote.giveUp();
  }

  #to(state) {
    this.state = state;
    this.on.state();
  }
}
