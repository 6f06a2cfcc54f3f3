// The page's modules that need no page: files of results, words, choices of the runtime, checked downloads.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";

import { download, forgetOlder } from "../../playground/web/download.js";
import { compare } from "../../playground/web/parity.js";
import { explainUpdate } from "../../playground/web/reasons.js";
import { Results } from "../../playground/web/results.js";
import { chooseProvider, chooseThreads, hasSimd } from "../../playground/web/runtime.js";
import { Templates } from "../../playground/web/update.js";
import { cameraInWords, inWords } from "../../playground/web/words.js";

const golden = JSON.parse(readFileSync(new URL("../golden/twins.json", import.meta.url)));
const own = { fetch: globalThis.fetch, caches: globalThis.caches };
afterEach(() => Object.assign(globalThis, own));

test("boxes files are those that Python writes", () => {
  const results = new Results();
  golden.files.events.forEach((event) => results.add(event));
  assert.equal(results.csv(), golden.files.csv);
  const read = JSON.parse(results.json('a "name"'));
  assert.deepEqual(read, { model: 'a "name"', events: golden.files.events });
});

test("the badge", () => {
  const track = (...lefts) => lefts.map((x) => ({ box: { x, y: 5, w: 6, h: 7 } }));
  assert.equal(compare(track(1), [], "fp32").state, "waiting");
  assert.equal(compare([], track(1, 2), "fp32").state, "waiting");
  assert.deepEqual(compare(track(1), track(1.25, 2), "fp32"), {
    state: "waiting",
    words: "Comparing with PyTorch: 1 of 2, 0.25 px apart",
  });
  assert.deepEqual(compare(track(1, 2), track(1, 2.5), "fp32").state, "agrees");
  assert.deepEqual(compare(track(1, 2), track(-1.51, 2.5), "int8"), {
    state: "differs",
    words: "At most 2.51 px from PyTorch on 2 frames, int8",
  });
  assert.match(compare(track(1.000321), track(1), "fp32").words, /^At most 0.0003 px /);
});

test("why templates changed", () => {
  const [first, better] = [{ frame: 0, score: null }, { frame: 3, score: 0.876 }];
  const rules = { interval: 4, min_score: 0.5 };
  const before = new Templates(first, [first], better, 0.876);
  const taken = new Templates(first, [better], first);
  assert.equal(explainUpdate(before, taken, 3, rules), "");
  assert.equal(explainUpdate(before, taken, 4, rules), "Frame 3 was the surest of frames 1–4: 88 %.");
  assert.equal(explainUpdate(taken, taken, 8, rules), "Kept: no frame of frames 5–8 was surer than 50 %.");
  const back = explainUpdate(taken, before, 8, rules);
  assert.equal(back, "Back to the first template: no frame of frames 5–8 was surer than 50 %.");
});

test("a provider that is there, and why not another one", async () => {
  const gpu = (adapter) => ({ requestAdapter: async () => adapter });
  const choose = async (asked, adapter) => {
    const { provider, note } = await chooseProvider(asked, gpu(adapter));
    return [provider, Boolean(note)];
  };
  const software = { info: { architecture: "swiftshader" } };
  assert.deepEqual(await choose("wasm", {}), ["wasm", false]);
  assert.deepEqual(await choose("auto", {}), ["webgpu", false]);
  assert.deepEqual(await choose("auto", null), ["wasm", false]);
  assert.deepEqual(await choose("webgpu", null), ["wasm", true]);
  assert.deepEqual(await choose("auto", software), ["wasm", true]);
  assert.deepEqual(await choose("webgpu", software), ["webgpu", true]);
  const broken = { requestAdapter: () => Promise.reject(new Error("no driver")) };
  assert.equal((await chooseProvider("webgpu", broken)).provider, "wasm");
  assert.deepEqual(await chooseProvider("auto", undefined), { provider: "wasm", note: "" });
});

test("threads need isolation", () => {
  assert.deepEqual(chooseThreads(0, true, 16), { threads: 4, note: "" });
  assert.deepEqual(chooseThreads(0, true, 2), { threads: 2, note: "" });
  assert.deepEqual(chooseThreads(2, true, 16), { threads: 2, note: "" });
  assert.equal(chooseThreads(0, false, 8).threads, 1);
  assert.match(chooseThreads(2, false, 8).note, /headers/);
});

test("SIMD is there, and is missed when it is not", () => {
  assert.equal(hasSimd(), true);
  const { validate } = WebAssembly;
  WebAssembly.validate = () => false;
  assert.equal(hasSimd(), false);
  WebAssembly.validate = validate;
});

test("errors in words", () => {
  assert.equal(inWords(new RangeError("box: too small.")), "box: too small.");
  assert.match(inWords(new Error("std::bad_alloc")), /not enough memory/);
  globalThis.isSecureContext = true;
  assert.match(cameraInWords({ name: "NotAllowedError" }), /refused/);
  assert.match(cameraInWords({ name: "NotFoundError" }), /No camera was found/);
  assert.match(cameraInWords({ name: "Other", message: "odd" }), /odd/);
  globalThis.isSecureContext = false;
  assert.match(cameraInWords({ name: "TypeError" }), /https or localhost/);
  delete globalThis.isSecureContext;
});

const DATA = new Uint8Array(1000).map((_, i) => i % 251);
const FILE = {
  url: "https://example.org/a/weights.bin",
  bytes: DATA.length,
  sha256: createHash("sha256").update(DATA).digest("hex"),
};

/** A network that gives `data`, and a cache that can refuse to keep. */
function around({ data = DATA, refuse = null, kept = new Map() }) {
  const asked = [];
  globalThis.fetch = async (url) => {
    asked.push(url);
    if (data instanceof Error) throw data;
    return typeof data === "number" ? new Response("", { status: data }) : new Response(data);
  };
  const cache = {
    match: async (url) => kept.get(url)?.clone(),
    delete: async (url) => kept.delete(url),
    put: async (url, answer) => {
      if (refuse) throw Object.assign(new Error("no room"), { name: refuse });
      kept.set(url, answer);
    },
  };
  globalThis.caches = { open: async () => cache };
  return { asked, kept };
}

test("a download is checked, told of and kept", async () => {
  const { asked, kept } = around({});
  const told = [];
  const first = await download(FILE, "c", (progress) => told.push(progress.received));
  assert.deepEqual(first, { data: DATA, note: "" });
  assert.equal(told.at(0), 0);
  assert.equal(told.at(-1), DATA.length);
  assert.ok(kept.has(FILE.url));
  const again = await download(FILE, "c", () => {});
  assert.deepEqual(again, { data: DATA, note: "" });
  assert.equal(asked.length, 1, "the second time it came from the cache");
});

test("what was kept but is damaged is fetched again", async () => {
  const { asked } = around({ kept: new Map([[FILE.url, new Response(DATA.slice(1))]]) });
  assert.deepEqual((await download(FILE, "c", () => {})).data, DATA);
  assert.equal(asked.length, 1);
});

for (const [name, data, words] of [
  ["another file of the same size", DATA.map((value) => value + 1), /checksum differs/],
  ["a shorter file", DATA.slice(1), /ended too early/],
  ["a longer file", new Uint8Array(1001), /larger than was promised/],
  ["a status", 404, /the server said 404/],
  ["no network", new TypeError("failed"), /are you online/],
]) {
  test(`a download refuses ${name}`, async () => {
    const { kept } = around({ data });
    await assert.rejects(download(FILE, "c", () => {}), { name: "DownloadError", message: words });
    assert.equal(kept.size, 0);
  });
}

test("without room the download still works, and says so", async () => {
  around({ refuse: "QuotaExceededError" });
  const { data, note } = await download(FILE, "c", () => {});
  assert.deepEqual(data, DATA);
  assert.match(note, /no room/);
});

test("nor does any other fault of the cache end it", async () => {
  around({ refuse: "UnknownError" });
  const { data, note } = await download(FILE, "c", () => {});
  assert.deepEqual(data, DATA);
  assert.match(note, /could not keep \(no room\)/);
  const broken = () => Promise.reject(new Error("broken"));
  globalThis.caches = { open: async () => ({ match: broken, put: broken }), keys: broken };
  assert.deepEqual((await download(FILE, "c", () => {})).data, DATA);
  await forgetOlder("m-", "m-2");
});

test("without a cache likewise", async () => {
  around({});
  globalThis.caches = undefined;
  assert.match((await download(FILE, "c", () => {})).note, /no cache/);
});

test("older versions are forgotten, others are not", async () => {
  const gone = [];
  globalThis.caches = { keys: async () => ["m-1", "m-2", "other"], delete: async (name) => gone.push(name) };
  await forgetOlder("m-", "m-2");
  assert.deepEqual(gone, ["m-1"]);
});
