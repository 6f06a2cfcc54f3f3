// The tracker off the page's thread. It does one thing after the other; the page sends the newest frame when it is free.
//
// In:  load {id, site, base, model, provider, threads}   start {id, bitmap, box, time_s}   step {id, bitmap, time_s}
// Out: progress {url, received, total}   ready {id, facts, manifest}   answer {id, ...}   failed {id, words}

import { fetchModel, openBackend, readManifest } from "./backend.js";
import { Box } from "./box.js";
import { explainUpdate } from "./reasons.js";
import { chooseProvider, chooseThreads, hasSimd, loadRuntime } from "./runtime.js";
import { Tracker } from "./tracker.js";
import { inWords, NO_SIMD } from "./words.js";

const HANDLERS = { load, start, step };
let context = null;
let tracker = null;
let state = null;
let shown = new Set(); // templates whose pictures the page has
let last = Promise.resolve();

onmessage = ({ data }) => {
  const { id, type } = data;
  const handle = async () => {
    const answer = await HANDLERS[type](data);
    if (answer) postMessage({ id, ...answer });
  };
  last = last.then(handle).catch((error) => postMessage({ type: "failed", id, words: inWords(error) }));
};

async function load({ site, base, model, provider: asked, threads: askedThreads }) {
  if (!hasSimd()) throw new Error(NO_SIMD);
  const begin = performance.now();
  const tell = (progress) => postMessage({ type: "progress", ...progress });
  const url = new URL(model.at, base).href;
  const chosen = await chooseProvider(asked);
  const { threads, note } = chooseThreads(askedThreads);
  const manifest = await readManifest(url);
  const fetched = fetchModel(manifest, url, tell);
  const attempt = async (provider) => {
    const [{ ort, notes }, { files, notes: more }] = await Promise.all([
      loadRuntime(site.runtime, base, { provider, threads }, tell),
      fetched,
    ]);
    return { backend: await openBackend(ort, manifest, files, provider), notes: [...notes, ...more] };
  };
  let { provider } = chosen;
  const said = [chosen.note, note];
  const opened = await attempt(provider).catch((error) => {
    if (provider !== "webgpu" || error.name === "DownloadError") throw error;
    said.push(`WebGPU gave up (${error.message}); WebAssembly runs instead.`);
    provider = "wasm";
    return attempt(provider);
  });
  tracker = new Tracker(opened.backend, manifest.tracker);
  const facts = { provider, threads, isolated: Boolean(globalThis.crossOriginIsolated) };
  facts.notes = [...new Set([...said, ...opened.notes])].filter(Boolean);
  facts.hasAttention = opened.backend.hasAttention;
  facts.load_ms = performance.now() - begin;
  return { type: "ready", facts, manifest };
}

async function start({ bitmap, box, time_s }) {
  const { state: begun, event } = await tracker.start(frameOf(bitmap), new Box(...box), time_s);
  state = begun;
  shown = new Set();
  return { type: "answer", event, templates: showTemplates(), reason: "" };
}

async function step({ bitmap, time_s }) {
  const begin = performance.now();
  const image = frameOf(bitmap);
  const before = state.templates;
  const { state: next, event, region, answer } = await tracker.step(state, image, time_s);
  state = next;
  const reason = explainUpdate(before, state.templates, state.frame, tracker.config.update);
  const took = performance.now() - begin;
  return { type: "answer", event, region, attention: answer.attention, templates: showTemplates(), reason, took };
}

// The templates in their order, candidate last. A picture is sent once; the page keeps it by frame number.
function showTemplates() {
  const { first, online, candidate } = state.templates;
  return [first, ...online, candidate].map((template) => {
    const { frame, score } = template;
    const picture = shown.has(template) ? null : template.picture;
    shown.add(template);
    return { frame, score, picture };
  });
}

// A frame as crop.js takes it. Only the rectangle that is asked for is read back.
function frameOf(bitmap) {
  const { width, height } = bitmap;
  if (context?.canvas.width !== width || context.canvas.height !== height) {
    context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true, alpha: false });
  }
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, cut: (x, y, w, h) => context.getImageData(x, y, w, h).data };
}
