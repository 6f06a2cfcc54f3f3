// What goes on inside the tracker: score, speed, milliseconds, edges, attention, templates and why they changed.

import { drawAttention, drawEdges, drawPicture, drawScores } from "./draw.js";

const TOKENS = ["left", "right", "top", "bottom"]; // in the order that the network has them
const STAGES = { crop: ["cut and resize", "#8b5cf6"], locate: ["network", "#0d9488"], update: ["templates", "#ea580c"] };
const SMOOTH = 20; // frames
const LOGGED = 30;

const element = (name, values = {}, ...children) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
};
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share) => `${Math.round(share * 100)}\u00a0%`;

export class Inside {
  #find;
  #model = null;
  #rules = null;
  #latest = null; // the answer that is to be drawn
  #shown = null; // { region, event, attention } of the last one with a search region
  #times = []; // of the last frames: { at, took, timing }
  #layered = false; // whether a layer was chosen for this model
  #pictures = new Map(); // of templates, by frame
  #seen = "";

  constructor(find) {
    this.#find = find;
    find("layer").addEventListener("change", () => this.#draw());
  }

  /** Another model: `manifest` says its sizes. */
  use({ model, tracker }, hasAttention) {
    this.#model = model;
    this.#rules = tracker;
    this.#shown = null;
    this.#layered = false;
    const layers = Array.from({ length: model.depth }, (_, i) => element("option", { value: i, textContent: i + 1 }));
    this.#find("layer").replaceChildren(...layers);
    const names = model.tokens === 1 ? ["all edges"] : TOKENS;
    const figures = names.map((name) => {
      const canvas = element("canvas", { role: "img", ariaLabel: `Where the token of ${name} looks` });
      return element("figure", {}, canvas, element("b", { textContent: name }), element("span"));
    });
    this.#find("attention").replaceChildren(...figures);
    this.#find("looking").hidden = !hasAttention;
  }

  /** An answer of the worker, or a stored event. */
  show(answer, results, skipped) {
    const { event, templates, reason, took } = answer;
    if (event.index === 0) this.#restart();
    if (took) this.#times = [...this.#times, { at: performance.now(), took, timing: event.timing_ms }].slice(-SMOOTH);
    if (templates) this.#showTemplates(templates);
    if (reason) this.#log(reason);
    if (event.problem) this.#log(event.problem);
    if (!this.#latest) requestAnimationFrame(() => this.#paint());
    this.#latest = { answer, results, skipped };
  }

  #restart() {
    this.#times = [];
    this.#pictures.clear();
    this.#seen = "";
    this.#find("reasons").replaceChildren();
  }

  #log(sentence) {
    this.#find("reasons").prepend(element("li", { textContent: sentence }));
    this.#find("reasons").children[LOGGED]?.remove();
  }

  #paint() {
    const { answer: { event, region, attention }, results, skipped } = this.#latest;
    this.#latest = null;
    const say = (id, text) => { this.#find(id).textContent = text; };
    const [first, last] = [this.#times[0], this.#times.at(-1)];
    say("score", event.score === null ? "–" : event.score.toFixed(2));
    say("frames", skipped ? `${event.index + 1}, ${skipped} left out` : event.index + 1);
    say("fps", last && last !== first ? (((this.#times.length - 1) * 1000) / (last.at - first.at)).toFixed(0) : "–");
    say("total", last ? `${mean(this.#times.map(({ took }) => took)).toFixed(1)} ms` : "–");
    if (last) this.#showStages();
    if (this.#rules) drawScores(this.#find("scores"), results, this.#rules.lost_score);
    if (!region) return;
    this.#shown = { region, event, attention };
    this.#draw();
  }

  #draw() {
    if (!this.#shown) return;
    const { region, event, attention } = this.#shown;
    if (event.edges.length) drawEdges(this.#find("edges"), region, event.edges);
    if (attention) this.#showAttention(region, attention);
  }

  // Means over the same frames as that of the whole, lest the parts contradict it.
  #showStages() {
    const taken = ([stage, look]) => [mean(this.#times.map(({ timing }) => timing[stage] ?? 0)), ...look];
    const rows = Object.entries(STAGES).map(taken);
    const bars = rows.map(([ms, , background]) => {
      const bar = element("i");
      Object.assign(bar.style, { background, flexGrow: ms });
      return bar;
    });
    const words = rows.map(([ms, name, background]) => {
      const spot = element("i");
      spot.style.background = background;
      return element("li", {}, spot, `${name} ${ms.toFixed(1)} ms`);
    });
    const [bar, list] = this.#find("stages").children;
    bar.replaceChildren(...bars);
    list.replaceChildren(...words);
  }

  #showAttention(region, attention) {
    const { dims: [layers, , tokens] } = attention;
    const cells = (this.#model.search_size / this.#model.patch) ** 2;
    const rest = cells + tokens; // the keys behind those of the templates
    const select = this.#find("layer");
    if (!this.#layered) {
      const shares = Array.from({ length: layers }, (_, layer) => {
        return mean(rowsOf(attention, layer).map((row) => onTemplates(row, rest)));
      });
      select.value = shares.indexOf(Math.max(...shares)); // in some layers all look at the search region alone
      this.#layered = true;
    }
    const rows = rowsOf(attention, Number(select.value));
    const seen = rows.map((row) => row.subarray(-rest, -tokens));
    const most = Math.max(...seen.map((map) => Math.max(...map)));
    rows.forEach((row, token) => {
      const figure = this.#find("attention").children[token];
      drawAttention(figure.firstChild, region, seen[token], most);
      figure.lastChild.textContent = `${percent(onTemplates(row, rest))} on templates`;
    });
  }

  #showTemplates(templates) {
    for (const { frame, picture } of templates) if (picture) this.#pictures.set(frame, picture);
    const now = templates.map(({ frame }) => frame).join();
    if (now === this.#seen) return;
    this.#seen = now;
    const last = templates.length - 1;
    const figures = templates.map(({ frame, score }, i) => {
      const canvas = element("canvas", { role: "img", ariaLabel: `Template from frame ${frame}` });
      drawPicture(canvas, this.#pictures.get(frame));
      const name = i === 0 ? "first" : i === last ? "candidate" : last > 2 ? `online ${i}` : "online";
      const from = score === null ? `frame ${frame}` : `frame ${frame}, ${percent(score)}`;
      const words = [element("b", { textContent: name }), element("span", { textContent: from })];
      return element("figure", { className: name }, canvas, ...words);
    });
    this.#find("templates").replaceChildren(...figures);
  }
}

// Where each token looks in one layer, as the mean over its heads. Keys are templates first, then the search region,
// then the tokens themselves.
function rowsOf({ data, dims: [, heads, tokens, keys] }, layer) {
  return Array.from({ length: tokens }, (_, token) => {
    const row = new Float32Array(keys);
    for (let head = 0; head < heads; head++) {
      const from = ((layer * heads + head) * tokens + token) * keys;
      for (let i = 0; i < keys; i++) row[i] += data[from + i] / heads;
    }
    return row;
  });
}

const onTemplates = (row, rest) => row.subarray(0, -rest).reduce((sum, value) => sum + value, 0);
