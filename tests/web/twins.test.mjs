// The twins in playground/web against golden values that the Python functions wrote; see tests/golden/make_twins.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Box } from "../../playground/web/box.js";
import { CropMap, crop, crop_map, normalise, round } from "../../playground/web/crop.js";
import { Tracker } from "../../playground/web/tracker.js";
import { beats, consider, refresh, same_online, Templates } from "../../playground/web/update.js";

const golden = JSON.parse(readFileSync(new URL("../golden/twins.json", import.meta.url)));
const { width: WIDTH, height: HEIGHT } = golden;
const box_of = (values) => new Box(...values);

/** The picture of make_twins.py as a frame. */
function picture(shift = 0) {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let i = 0; i < WIDTH; i++) {
      const x = i + shift;
      for (let c = 0; c < 3; c++) {
        data[4 * (y * WIDTH + i) + c] = (x * 7 + y * 13 + c * 29 + ((x * y) % 17) * 5 + ((x ^ y) & 7) * 11) % 256;
      }
    }
  }
  return { width: WIDTH, height: HEIGHT, cut: (x, y, w, h) => rectangle(data, x, y, w, h) };
}

function rectangle(data, x, y, w, h) {
  assert.ok(w > 0 && h > 0 && x >= 0 && y >= 0 && x + w <= WIDTH && y + h <= HEIGHT, "a cut outside the frame");
  const out = new Uint8ClampedArray(w * h * 4);
  for (let row = 0; row < h; row++) {
    const from = 4 * ((y + row) * WIDTH + x);
    out.set(data.subarray(from, from + 4 * w), 4 * w * row);
  }
  return out;
}

function rgb(image) {
  return [...image.data].filter((_, i) => i % 4 < 3);
}

function assert_close(found, wanted, within, what) {
  assert.equal(found.length, wanted.length, what);
  const apart = Math.max(0, ...found.map((value, i) => Math.abs(value - wanted[i])));
  assert.ok(apart <= within, `${what}: differs by ${apart}`);
  return apart;
}

test("round goes half to even and never to minus zero", () => {
  for (const [value, wanted] of golden.round) assert.ok(Object.is(round(value), wanted), `${value}`);
});

test("clip", () => {
  for (const row of golden.box.clip) {
    assert.deepEqual(box_of(row.box).clip(WIDTH, HEIGHT, row.margin).as_tuple(), row.out);
  }
});

test("check_start refuses the same boxes with the same words", () => {
  for (const row of golden.box.check_start) {
    const box = box_of(row.box);
    if (row.said) assert.throws(() => box.check_start(WIDTH, HEIGHT), { name: "RangeError", message: row.said });
    else assert.equal(box.check_start(WIDTH, HEIGHT), box);
  }
  assert.throws(() => new Box(1, 2, NaN, 4).check_start(WIDTH, HEIGHT), /^RangeError: box: every value/);
});

test("crop_map", () => {
  for (const [box, factor, wanted] of golden.crop_map) {
    const { x0, y0, side } = crop_map(box_of(box), factor, 32);
    assert.deepEqual([x0, y0, side], wanted);
  }
  assert.throws(() => crop_map(new Box(5, 5, 0, 9), 2, 32), /^RangeError: box: too small to crop/);
});

test("crop: the same place, and pixels within one grey level", () => {
  let most = 0;
  for (const row of golden.crop) {
    const [image, place] = crop(picture(), box_of(row.box), row.factor, row.size);
    assert.ok(place instanceof CropMap);
    assert.deepEqual([place.x0, place.y0, place.side], row.place);
    assert.deepEqual(place.to_crop(box_of(row.box)), row.to_crop);
    assert.deepEqual(place.to_frame([0.25, 0.5, 0.75, 0.625]).as_tuple(), row.to_frame);
    most = Math.max(most, assert_close(rgb(image), row.pixels, 1, `crop of ${row.box} by ${row.factor}`));
    assert.ok(image.data.every((value, i) => i % 4 < 3 || value === 255));
  }
  console.log(`largest difference of a crop: ${most} grey levels`);
});

test("normalise gives the same float32 values", () => {
  const { pixels, mean, std, input } = golden.normalise;
  const side = Math.sqrt(pixels.length / 3);
  const data = Uint8ClampedArray.from({ length: side * side * 4 }, (_, i) => (i % 4 < 3 ? pixels[(i >> 2) * 3 + (i % 4)] : 255));
  assert.deepEqual([...normalise({ data, width: side, height: side }, mean, std)], input);
});

test("update", () => {
  for (const run of golden.update) {
    let templates = Templates.start(0);
    run.rows.forEach((row, i) => {
      const [frame, score] = [i + 1, run.scores[i]];
      const better = beats(templates, score, run.config);
      const before = templates;
      templates = refresh(consider(templates, score, better ? frame : null, run.config), frame, run.config);
      const { candidate, best, oldest } = templates;
      const found = { beats: better, same_online: same_online(before, templates), stack: templates.stack() };
      assert.deepEqual({ ...found, candidate, best, oldest }, row, `frame ${frame}`);
    });
  }
});

for (const run of golden.tracker) {
  test(`tracker, ${run.answers[0][1] === null ? "without" : "with"} scores`, async () => {
    const { backend, seen, shown } = fake_backend(run.answers);
    const tracker = new Tracker(backend, run.config);
    let { state, event } = await tracker.start(picture(), box_of(run.box));
    const states = [state];
    check_event(event, run.events[0]);
    for (let i = 1; i < run.events.length; i++) {
      ({ state, event } = await tracker.step(state, picture(i), i / 25));
      check_event(event, run.events[i]);
      states.push(state);
    }
    // On average a fiftieth of a grey level.
    assert_close(seen, run.seen, 3 * 32 * 32 * 0.02, "sums of what was shown");
    assert.deepEqual(shown, run.shown);
    assert.deepEqual(states[0].box.as_tuple(), run.box, "an earlier state was changed");
  });
}

/** As FakeBackend in backend.py: answers in turn, and notes what it was shown. */
function fake_backend(answers) {
  const [seen, shown, left] = [[], [], [...answers]];
  const backend = {
    template_size: 16,
    search_size: 32,
    encode: async (templates) => templates,
    locate: async (search, memory) => {
      const [box, score] = left.shift();
      seen.push(Math.round(search.reduce((sum, value) => sum + value, 0) * 255));
      shown.push(memory.length);
      return { box_rel: box.map((value) => value ?? NaN), score, edges: Array(4).fill([0.5, 0.5]) };
    },
  };
  return { backend, seen, shown };
}

function check_event(event, wanted) {
  const { timing_ms, ...found } = JSON.parse(JSON.stringify(event));
  const { timing_ms: _, ...rest } = wanted;
  assert.deepEqual(found, rest);
  assert.ok(Object.values(timing_ms).every((value) => value >= 0));
}
