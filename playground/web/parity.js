// The badge: how far boxes of the example, tracked here, lie from those that PyTorch gave, measured while they come.

import { largestDifference } from "./results.js";

const LIMIT_PX = 0.5;

/** { state, words } for the badge. `events` is a track of the example's own box, as far as it is. */
export function compare(events, reference, dtype) {
  if (!reference.length) return { state: "waiting", words: "PyTorch's boxes are not known for this model" };
  if (!events.length) return { state: "waiting", words: "Not compared with PyTorch yet" };
  const apart = largestDifference(events, reference);
  const far = `${apart < 0.1 ? Number(apart.toPrecision(1)) : apart.toFixed(2)} px`;
  if (events.length < reference.length) {
    return { state: "waiting", words: `Comparing with PyTorch: ${events.length} of ${reference.length}, ${far} apart` };
  }
  const words = `At most ${far} from PyTorch on ${events.length} frames, ${dtype}`;
  return { state: apart <= LIMIT_PX ? "agrees" : "differs", words };
}
