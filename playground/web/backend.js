// The network behind two calls, through ONNX Runtime Web: what backend.py asks for, over an exported folder.

import { download, forgetOlder } from "./download.js";

const CACHE = "mixformer-model-";

/** The manifest of the exported folder at `url` (it ends in a slash). */
export async function readManifest(url) {
  const response = await fetch(new URL("manifest.json", url)).catch(() => null);
  if (!response?.ok) throw new Error(`There is no exported model at ${url}; run playground export and look again.`);
  const manifest = await response.json();
  if (manifest.format !== 1) {
    throw new Error(`The model at ${url} is of format ${manifest.format}, and this page reads 1; export it again.`);
  }
  return manifest;
}

/** Graphs and weights by file name, from the cache or the network: { files, notes }. */
export async function fetchModel(manifest, url, tell) {
  const prefix = `${CACHE}${manifest.name}-${manifest.dtype}-`;
  const cacheName = prefix + manifest.files[manifest.weights].sha256.slice(0, 12);
  const names = Object.keys(manifest.files);
  const loaded = await Promise.all(
    names.map((name) => download({ ...manifest.files[name], url: new URL(name, url).href }, cacheName, tell)),
  );
  await forgetOlder(prefix, cacheName);
  return {
    files: Object.fromEntries(names.map((name, i) => [name, loaded[i].data])),
    notes: loaded.map(({ note }) => note),
  };
}

/** A backend for Tracker over the two graphs; both read the one file of weights. */
export async function openBackend(ort, manifest, files, provider) {
  const options = {
    executionProviders: [provider],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3, // errors
    externalData: [{ path: manifest.weights, data: files[manifest.weights] }],
  };
  const open = (graph) => ort.InferenceSession.create(files[graph.file], options);
  const encoder = await open(manifest.encode); // one after the other: the runtime starts with the first
  const stepper = await open(manifest.step);
  return new OrtBackend(ort, manifest, encoder, stepper);
}

class OrtBackend {
  #ort;
  #encoder;
  #stepper;

  constructor(ort, manifest, encoder, stepper) {
    this.#ort = ort;
    this.#encoder = encoder;
    this.#stepper = stepper;
    this.template_size = manifest.model.template_size;
    this.search_size = manifest.model.search_size;
    this.hasAttention = manifest.step.outputs.some(({ name }) => name === "attention");
  }

  /** Templates as [3 * t * t] arrays -> memory, which belongs to `locate`. */
  async encode(templates) {
    const size = this.template_size;
    const stacked = new Float32Array(templates.length * 3 * size * size);
    templates.forEach((template, i) => stacked.set(template, i * template.length));
    const input = new this.#ort.Tensor("float32", stacked, [templates.length, 3, size, size]);
    return (await this.#encoder.run({ templates: input })).memory;
  }

  /** { box_rel, score, edges, attention }; attention is null unless it was exported. */
  async locate(search, memory) {
    const size = this.search_size;
    const input = new this.#ort.Tensor("float32", search, [1, 3, size, size]);
    const found = await this.#stepper.run({ search: input, memory });
    const [rows, bins] = found.edges.dims;
    return {
      box_rel: [...found.box.data],
      score: found.score ? found.score.data[0] : null,
      edges: Array.from({ length: rows }, (_, i) => found.edges.data.slice(i * bins, (i + 1) * bins)),
      attention: found.attention ? { data: found.attention.data, dims: found.attention.dims } : null,
    };
  }
}
