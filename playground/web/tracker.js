// The tracker's state machine around a backend: the twin of tracker.py, with its names. State is a value.
//
// A backend has `template_size`, `search_size`, `encode(templates)` and `locate(search)`, both asynchronous, as in
// backend.py. A template here is { input, picture, frame, score }: the network's input and, for people, what it shows,
// from which frame, and how sure the network was of it (null for the first one).

import { crop, normalise } from "./crop.js";
import { beats, consider, refresh, same_online, Templates } from "./update.js";

export class Tracker {
  /** `config` is `tracker` of a manifest. */
  constructor(backend, config) {
    this.backend = backend;
    this.config = config;
  }

  /** { state, event } of the first frame, in which `box` is the target. Throws RangeError naming `box`. */
  async start(image, box, time_s = 0) {
    box.check_start(image.width, image.height);
    const begin = performance.now();
    const templates = Templates.start(this.#template(image, box, 0, null));
    const memory = await this.#encode(templates);
    const event = track_event({ index: 0, time_s, box, timing_ms: { encode: performance.now() - begin } });
    return { state: { box, frame: 0, templates, memory }, event };
  }

  /** { state, event, region, answer } of the next frame: `region` is the picture that the network saw. */
  async step(state, image, time_s = 0) {
    const frame = state.frame + 1;
    const begin = performance.now();
    const [region, place] = crop(image, state.box, this.config.crop.search_factor, this.backend.search_size);
    const search = normalise(region, this.config.crop.mean, this.config.crop.std);
    const cropped = performance.now();
    const answer = await this.backend.locate(search, state.memory);
    const located = performance.now();
    const timing_ms = { crop: cropped - begin, locate: located - cropped };
    const seen = { index: frame, time_s, search: place.region, timing_ms };
    if (![...answer.box_rel, answer.score ?? 0].every(Number.isFinite)) {
      const problem = `frame ${frame}: the network's output is not finite; the box was left where it was.`;
      const event = track_event({ ...seen, box: state.box, lost: true, problem });
      return { state: { ...state, frame }, event, region, answer };
    }
    const box = place.to_frame(answer.box_rel).clip(image.width, image.height, this.config.clip_margin);
    const { templates, memory, updated } = await this.#update(state, image, box, answer.score, frame);
    timing_ms.update = performance.now() - located;
    const lost = answer.score !== null && answer.score < this.config.lost_score;
    const event = track_event({ ...seen, box, score: answer.score, lost, edges: answer.edges, updated });
    return { state: { box, frame, templates, memory }, event, region, answer };
  }

  async #update(state, image, box, score, frame) {
    const kept = { templates: state.templates, memory: state.memory, updated: false };
    if (score === null) return kept; // without a score head nothing tells a good template from a bad one
    const rules = this.config.update;
    const better = beats(state.templates, score, rules);
    const candidate = better ? this.#template(image, box, frame, score) : null;
    const templates = refresh(consider(state.templates, score, candidate, rules), frame, rules);
    if (same_online(templates, state.templates)) return { ...kept, templates };
    return { templates, memory: await this.#encode(templates), updated: true };
  }

  #encode(templates) {
    return this.backend.encode(templates.stack().map((template) => template.input));
  }

  #template(image, box, frame, score) {
    const { template_factor, mean, std } = this.config.crop;
    const [picture] = crop(image, box, template_factor, this.backend.template_size);
    return { input: normalise(picture, mean, std), picture, frame, score };
  }
}

// The fields and defaults of TrackEvent in events.py.
function track_event(values) {
  const usual = { score: null, lost: false, search: null, edges: [], updated: false, problem: "" };
  return Object.freeze({ ...usual, ...values });
}
