// A session over a source, a stage and a worker that do what a test says: which frames are tracked, and how often.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Session } from "../../playground/web/session.js";

const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A session of a source whose frames come when the test says so, and the times of the frames that were asked for. */
async function tracking() {
  const waiting = [];
  const asked = [];
  const remote = {
    giveUp: () => {},
    start: async () => ({ event: { index: 0, edges: [] } }),
    step: (_, time) => {
      asked.push(time);
      return new Promise((resolve) => {
        waiting.push(() => resolve({ event: { index: asked.length, edges: [] } }));
      });
    },
  };
  const stage = { resize() {}, take() {}, paint() {}, bitmap: async () => null, events: [], choice: null };
  const source = { width: 8, height: 8, time: 0, live: true, play() {}, pause() {}, close() {} };
  const session = new Session(remote, stage, { state() {}, frame() {}, answer() {}, problem: assert.fail });
  await session.use(source);
  await session.start({ x: 1, y: 1, w: 4, h: 4 });
  const show = async (time) => {
    source.time = time;
    source.onframe();
    await turn();
  };
  const answer = async () => {
    waiting.shift()();
    await turn();
  };
  return { session, show, answer, asked };
}

test("of the frames that come meanwhile the newest is tracked next", async () => {
  const { session, show, answer, asked } = await tracking();
  for (const time of [1, 2, 3]) await show(time);
  assert.deepEqual([asked, session.skipped], [[1], 2]);
  await answer();
  assert.deepEqual([asked, session.skipped], [[1, 3], 1]);
});

test("a frame that came before a pause is not tracked after it", async () => {
  const { session, show, answer, asked } = await tracking();
  await show(1);
  await show(2); // missed
  session.pause();
  await answer();
  session.resume();
  await show(3);
  await answer();
  assert.deepEqual([asked, session.skipped], [[1, 3], 1]);
});
