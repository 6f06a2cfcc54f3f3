// Why the online templates changed, or did not, in words.

const percent = (score) => `${Math.round(score * 100)} %`;

/**
 * A sentence for a frame at the end of an interval, and an empty string for every other frame.
 *
 * `before` and `after` are Templates around the frame; `rules` is `update` of the tracker's settings.
 */
export function explainUpdate(before, after, frame, rules) {
  if (frame % rules.interval) return "";
  const span = `frames ${frame - rules.interval + 1}–${frame}`;
  const taken = after.online.find((template, i) => template !== before.online[i]);
  if (taken === undefined) return `Kept: no frame of ${span} was surer than ${percent(rules.min_score)}.`;
  if (taken === after.first) {
    return `Back to the first template: no frame of ${span} was surer than ${percent(rules.min_score)}.`;
  }
  return `Frame ${taken.frame} was the surest of ${span}: ${percent(taken.score)}.`;
}
