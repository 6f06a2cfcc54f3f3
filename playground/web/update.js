// When to take a new online template: the twin of update.py, with its names.
//
// Templates is a frozen value: the first template, the online ones, the best candidate since the last update with its
// score, and the place in the ring of online ones that is overwritten next. What a template is, these functions do
// not ask; they only compare for identity.

export const NO_SCORE = -1; // below any real score, so the first candidate after an update always wins

export class Templates {
  constructor(first, online, candidate, best = NO_SCORE, oldest = 0) {
    Object.assign(this, { first, online: Object.freeze([...online]), candidate, best, oldest });
    Object.freeze(this);
  }

  /** As on the first frame: the online template is the first one again. */
  static start(first) {
    return new Templates(first, [first], first);
  }

  /** First and online templates in the order that a backend's encode takes. */
  stack() {
    return [this.first, ...this.online];
  }
}

/** Whether a frame with `score` is a better candidate than the best one so far, once that has decayed. */
export function beats(templates, score, config) {
  return score > config.min_score && score > templates.best * config.decay;
}

/** Decay the best score and, where a `crop` of a better frame is given, make it the candidate. */
export function consider(templates, score, crop, config) {
  const { first, online, candidate, best, oldest } = templates;
  if (crop === null) return new Templates(first, online, candidate, best * config.decay, oldest);
  return new Templates(first, online, crop, score, oldest);
}

/** Every `interval` frames turn the candidate into an online template and start over. */
export function refresh(templates, frame, config) {
  if (frame % config.interval) return templates;
  const online = [...templates.online];
  let { oldest } = templates;
  if (online.length < config.max_templates) {
    online.push(templates.candidate);
  } else {
    online[oldest] = templates.candidate;
    oldest = (oldest + 1) % config.max_templates;
  }
  return new Templates(templates.first, online, templates.first, NO_SCORE, oldest);
}

/** Whether both hold the very same online templates, so that nothing has to be encoded again. */
export function same_online(a, b) {
  return a.online.length === b.online.length && a.online.every((template, i) => template === b.online[i]);
}
