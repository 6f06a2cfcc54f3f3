// ONNX Runtime Web: which kind this machine can run, and how it is loaded, checked and started.

import { download, forgetOlder } from "./download.js";

const CACHE = "mixformer-runtime-";

/**
 * What to run on: { provider, note }. `asked` is auto, webgpu or wasm; `note` says why it is not what was asked for.
 *
 * auto takes WebGPU when a real adapter answers. A software adapter, many times slower than WebAssembly, has to be
 * asked for.
 */
export async function chooseProvider(asked, gpu = globalThis.navigator?.gpu) {
  if (asked === "wasm") return { provider: "wasm", note: "" };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) {
    const note = asked === "webgpu" ? "WebGPU was asked for, but no adapter answers; WebAssembly runs instead." : "";
    return { provider: "wasm", note };
  }
  const software = adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? isSoftware(adapter.info);
  if (software && asked === "auto") {
    return { provider: "wasm", note: "The only WebGPU adapter is made of software; WebAssembly is faster." };
  }
  return { provider: "webgpu", note: software ? "This WebGPU adapter is made of software, and slow." : "" };
}

const isSoftware = (info) => /swiftshader|llvmpipe|software/i.test(`${info?.architecture} ${info?.description}`);

/** How many threads: { threads, note }. Without isolation browsers share no memory between threads, so it is one. */
export function chooseThreads(asked, isolated = globalThis.crossOriginIsolated, cores = navigator.hardwareConcurrency) {
  const wanted = asked || Math.min(4, cores || 1);
  if (wanted === 1 || isolated) return { threads: wanted, note: "" };
  return { threads: 1, note: asked ? "One thread only: the page's server does not send the headers for more." : "" };
}

/** The module, ready for sessions, and notes. `runtime` is that of site.json; `base` what its addresses are below. */
export async function loadRuntime(runtime, base, { provider, threads }, tell) {
  const { module, binary } = runtime.providers[provider];
  const cacheName = `${CACHE}${runtime.version}`;
  const [code, wasm] = await Promise.all(
    [module, binary].map((name) => {
      const url = new URL(runtime.at + name, base).href;
      return download({ ...runtime.files[name], url }, cacheName, tell);
    }),
  );
  await forgetOlder(CACHE, cacheName);
  // Imported from memory: what runs is exactly what was checked.
  const ort = await import(URL.createObjectURL(new Blob([code.data], { type: "text/javascript" })));
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmBinary = wasm.data.buffer;
  ort.env.logLevel = "error";
  return { ort, notes: [code.note, wasm.note] };
}

/** Whether WebAssembly with SIMD works here: a module that holds one such instruction is accepted. */
export function hasSimd() {
  const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
  return typeof WebAssembly === "object" && WebAssembly.validate(new Uint8Array(bytes));
}
