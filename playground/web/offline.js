// A service worker that keeps the page for visits without a network: newest from the network, else what was kept.
// Models and ONNX Runtime are kept by download.js, which checks them.

const CACHE = "mixformer-page";

async function keepAll() {
  const { shell, models } = await (await fetch("site.json")).json();
  const told = models.flatMap(({ at, reference }) => [`${at}manifest.json`, reference]).filter(Boolean);
  const cache = await caches.open(CACHE);
  await cache.addAll(["./", "site.json", ...shell, ...new Set(told)]);
  await skipWaiting();
}

async function newest(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  try {
    const answer = await fetch(request);
    if (kept && answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

oninstall = (event) => event.waitUntil(keepAll());
onactivate = (event) => event.waitUntil(clients.claim());
onfetch = (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(newest(event.request));
};
