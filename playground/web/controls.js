// Buttons, hints, the slider and the numbers of the box: what a person does to a session, and what is possible now.

import { Recording, save } from "./results.js";

// By state: the buttons that can be pressed, and what is said over the picture.
const FREE = {
  empty: [],
  stored: ["redraw"],
  choosing: [],
  tracking: ["pause", "step", "restart", "redraw"],
  paused: ["pause", "step", "restart", "redraw"],
  ended: ["restart", "redraw"],
};
const HINTS = { paused: "Paused", ended: "The track has ended", tracking: "", stored: "", empty: "" };

export class Controls {
  ready = false; // whether a model is
  model = "";
  #recording = null;

  constructor(session, stage, find, problem) {
    Object.assign(this, { session, stage, find });
    this.form = find("numbers");
    const press = {
      pause: () => (session.state === "paused" ? session.resume() : session.pause()),
      step: () => session.step(),
      restart: () => session.restart(),
      redraw: () => (session.source.ended || session.state === "stored" ? session.choose(0) : session.hold()),
      record: () => this.#record(),
      csv: () => save(session.results.csv(), `${session.source.name}.csv`),
      json: () => save(session.results.json(this.model), `${session.source.name}.json`),
    };
    for (const [id, act] of Object.entries(press)) {
      find(id).addEventListener("click", () => Promise.resolve(act()).catch((error) => problem(error.message)));
    }
    find("seek").addEventListener("input", ({ target }) => session.source.seek(Number(target.value)));
    this.form.addEventListener("input", () => this.#take());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.start();
    });
  }

  start() {
    if (this.ready && this.session.state === "choosing" && this.stage.choice) this.session.start(this.stage.choice);
  }

  /** After anything changed: the state, the choice, the model. */
  update() {
    const { session, stage, find, ready } = this;
    const { state, source } = session;
    const choice = state === "choosing" ? stage.choice : null;
    for (const id of FREE.tracking) find(id).disabled = !FREE[state].includes(id);
    find("go").disabled = !ready || !choice;
    find("record").disabled = !source;
    find("pause").textContent = state === "paused" ? "Go on" : "Pause";
    find("csv").disabled = find("json").disabled = !session.results.events.length;
    find("seek-label").hidden = state !== "choosing" || source.live;
    find("stored").hidden = state !== "stored";
    find("hint").textContent = HINTS[state] ?? this.#advice(choice);
    if (choice) for (const key of "xywh") this.form[key].value = choice[key];
  }

  /** The slider, when another frame is shown. */
  follow() {
    const { source } = this.session;
    Object.assign(this.find("seek"), { max: Number.isFinite(source.duration) ? source.duration : 0, value: source.time });
  }

  #advice(choice) {
    if (!choice) return "Drag a box around the target";
    return this.ready ? "Press Track" : "The model is still loading";
  }

  #take() {
    const [x, y, w, h] = [..."xywh"].map((key) => this.form[key].valueAsNumber);
    if (![x, y, w, h].every(Number.isFinite) || w <= 0 || h <= 0 || this.session.state === "empty") return;
    if (this.session.state !== "choosing" || this.session.source.live) this.session.hold();
    this.stage.choose({ x, y, w, h });
  }

  async #record() {
    const button = this.find("record");
    if (this.#recording) {
      const recording = this.#recording;
      this.#recording = null;
      save(await recording.stop(), `${this.session.source.name}.${recording.suffix}`);
    } else this.#recording = new Recording(this.stage.canvas);
    button.ariaPressed = String(Boolean(this.#recording));
    button.textContent = this.#recording ? "Save recording" : "Record";
  }
}
