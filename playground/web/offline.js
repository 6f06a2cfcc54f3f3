// A service worker that keeps the page for visits without a network: from the network, else what was kept.
// Models and ONNX Runtime are kept by download.js, which checks them.
//
// Its address ends in the version of the site, a checksum of all that is kept here. So another version is another
// worker, which keeps everything anew, and nothing that was kept is changed later: what is kept fits together.

const PREFIX = "mixformer-page-";
const CACHE = PREFIX + new URL(location).searchParams.get("v");

async function keepAll() {
  const asked = (address) => new Request(address, { cache: "no-cache" }); // asked of the server, not of the browser
  const { shell, models } = await (await fetch(asked("site.json"))).json();
  const told = models.flatMap(({ at, reference }) => [`${at}manifest.json`, reference]).filter(Boolean);
  const cache = await caches.open(CACHE);
  await cache.addAll(["./", "site.json", ...shell, ...new Set(told)].map(asked));
  await skipWaiting();
}

async function forgetOthers() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

async function newest(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request, { ignoreSearch: true }); // hosts add words of their own to the address
    if (kept) return kept;
    throw error;
  }
}

oninstall = (event) => event.waitUntil(keepAll());
onactivate = (event) => event.waitUntil(forgetOthers());
onfetch = (event) => {
  const { method, url } = event.request;
  if (method === "GET" && new URL(url).origin === location.origin) event.respondWith(newest(event.request));
};
