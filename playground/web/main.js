// The page: one session with its picture, controls and panels, and the model that they run on.

import { Controls } from "./controls.js";
import { Inside } from "./inside.js";
import { compare } from "./parity.js";
import { Remote } from "./remote.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";
import { readExample, readReference, readSite } from "./site.js";
import { openCamera, openExample, openFile } from "./source.js";
import { Stage } from "./stage.js";

const find = (id) => document.getElementById(id);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const remote = new Remote();
const stage = new Stage(find("view"), { choosing: () => session.hold(), chosen, start: () => controls.start() });
const session = new Session(remote, stage, { state: update, frame: () => controls.follow(), answer, problem });
const controls = new Controls(session, stage, find, problem);
const inside = new Inside(find);
let [site, example, settings] = [];
let reference = null; // PyTorch's events of the example, for the model that is chosen, once they are read
let opening = 0; // the number of the latest wish for a source
let loading = 0; // and of the latest wish for a model

function problem(sentence) {
  find("alert").hidden = !sentence;
  find("alert").firstChild.textContent = sentence;
}

function update() {
  controls.update();
  for (const button of find("sources").querySelectorAll("button")) {
    button.ariaPressed = String(button.value === session.source?.kind);
  }
  const begun = session.state === "tracking" || session.state === "paused";
  if (!begun && reference && find("parity").dataset.state === "waiting") badge(compare([], reference));
}

function chosen() {
  const { state, source } = session;
  if (!stage.choice && state === "choosing" && source.live) source.play();
  update();
}

function answer(found) {
  const { state, results, skipped } = session;
  const { index } = found.event;
  inside.show(found, state === "stored" ? stage.events : results.events, skipped);
  if (state === "stored") return;
  if (index < 2) update();
  if (index === 1) performance.mark("first-box");
  if (isExample()) badge(compare(results.events, reference ?? [], settings.asked.model.dtype));
}

// Whether the track is the one that PyTorch was given: the example's own box, from its first frame on.
function isExample() {
  const { source, origin } = session;
  const { x, y, w, h } = origin.box;
  return source.kind === "example" && origin.time === 0 && [x, y, w, h].every((value, i) => value === example.box[i]);
}

function badge({ state, words }) {
  find("parity").dataset.state = state;
  find("parity").textContent = words;
}

async function watch(kind, file) {
  const mine = ++opening;
  problem("");
  const place = find("stage");
  const open = { example: () => openExample(example), camera: () => openCamera(place), file: () => openFile(place, file) };
  const source = await open[kind]();
  if (mine !== opening) return source.close();
  await session.use(source);
  return kind === "example" && chooseTarget();
}

async function chooseTarget() {
  const [x, y, w, h] = example.box;
  await session.choose(0);
  stage.choose({ x, y, w, h });
}

/** Track the example's own target from its first frame. */
async function trackExample() {
  await (session.source.kind === "example" ? chooseTarget() : watch("example"));
  controls.start();
}

/** PyTorch's boxes on the example, until the model is there or something else begins. */
async function showStored(model, mine) {
  const found = await readReference(model);
  if (mine !== loading) return; // another model was chosen meanwhile
  reference = found;
  badge(compare([], reference));
  if (!session.source) await watch("example");
  if (session.source.kind !== "example" || controls.ready) return;
  await (reference.length && !still ? session.replay(reference) : chooseTarget());
}

async function load() {
  const mine = ++loading;
  const { model, provider, threads } = settings.asked;
  controls.ready = false;
  problem("");
  session.hold();
  update();
  find("loading").hidden = false;
  const stored = showStored(model, mine).catch(({ message }) => problem(message));
  try {
    const loaded = await remote.load({ site, base: document.baseURI, model, provider, threads }, progress);
    await stored;
    if (mine !== loading) return;
    ready(model, loaded);
  } catch ({ message }) {
    problem(message);
  }
  find("loading").hidden = true;
}

function ready(model, { facts, manifest }) {
  settings.show(facts, find);
  inside.use(manifest, facts.hasAttention);
  Object.assign(controls, { ready: true, model: model.name });
  update();
  if (session.state === "stored") trackExample();
}

function progress(received, total) {
  Object.assign(find("progress"), { value: received, max: total });
  const mega = (bytes) => (bytes / 1e6).toFixed(1);
  find("progress-words").textContent =
    received < total ? `Model and runtime: ${mega(received)} of ${mega(total)} MB` : "Starting the model …";
}

async function keepPage() {
  if (!site) return;
  try {
    const kept = await navigator.serviceWorker.register(`offline.js?v=${site.version}`);
    await started(kept.installing ?? kept.waiting ?? kept.active);
    find("offline").textContent = "Page and model are kept in this browser: they work without a network from now on.";
  } catch {
    find("offline").textContent = "This browser does not keep the page here: every visit needs the network.";
  }
}

/** Resolves once a service worker has taken over, and rejects when it could not keep everything. */
function started(worker) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new Error("the page was not kept"));
    };
    worker.addEventListener("statechange", look);
    look();
  });
}

function listen() {
  const attempt = (act) => act().catch(({ message }) => { problem(message); update(); });
  for (const button of find("sources").querySelectorAll("button")) {
    const choose = () => (button.value === "file" ? find("file").click() : attempt(() => watch(button.value)));
    button.addEventListener("click", choose);
  }
  find("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (file) attempt(() => watch("file", file));
    target.value = ""; // so that the same file can be chosen again
  });
  find("stage").addEventListener("dragover", (event) => event.preventDefault());
  find("stage").addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) attempt(() => watch("file", file));
  });
  find("alert").lastChild.addEventListener("click", () => problem(""));
  find("parity").addEventListener("click", () => controls.ready && attempt(trackExample));
  new ResizeObserver(() => session.source && stage.paint()).observe(stage.canvas);
}

try {
  [site, example] = await Promise.all([readSite(), readExample()]);
  settings = new Settings(find("settings"), site.models, load);
  listen();
  await load();
} catch ({ message }) {
  problem(message);
}
await keepPage();
