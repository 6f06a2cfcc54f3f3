// Files with a known size and checksum: fetched once with progress, checked, and kept for the next, offline visit.

/** What went wrong, in words for a person. */
export class DownloadError extends Error {
  name = "DownloadError";
}

/**
 * The bytes of `file` ({ url, bytes, sha256 }), from the named cache or the network.
 *
 * `tell({ url, received, total })` is called as bytes arrive.
 * Answers { data, note }: `note` says in words what could not be done (keeping, checking) and is empty otherwise.
 * Throws DownloadError when the file cannot be fetched or is not the one that was promised.
 */
export async function download(file, cacheName, tell) {
  const cache = await openCache(cacheName);
  const kept = await cache?.match(file.url).catch(() => undefined); // a cache that cannot be read holds nothing
  if (kept) {
    const data = new Uint8Array(await kept.arrayBuffer());
    if (await isIntact(data, file)) {
      tell({ url: file.url, received: file.bytes, total: file.bytes });
      return { data, note: "" };
    }
    await cache.delete(file.url);
  }
  const data = await fetchWhole(file, tell);
  if (!(await isIntact(data, file))) {
    throw new DownloadError(`${nameOf(file)} is not the file that was promised (its checksum differs); load again.`);
  }
  return { data, note: (await keep(cache, file.url, data)) || (canCheck() ? "" : UNCHECKED) };
}

/** Forget the caches whose names begin with `prefix`, except `current`: they are of older versions. */
export async function forgetOlder(prefix, current) {
  if (!globalThis.caches) return;
  try {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(prefix) && name !== current);
    await Promise.all(old.map((name) => caches.delete(name)));
  } catch {
    // what cannot be forgotten takes room and does no harm: another visit tries again
  }
}

const UNCHECKED = "Checksums were not checked: browsers offer that only to pages from https or localhost.";

const nameOf = (file) => file.url.split("/").pop();
const canCheck = () => Boolean(globalThis.crypto?.subtle);

async function openCache(name) {
  try {
    return await globalThis.caches?.open(name);
  } catch {
    return undefined; // a private window, or no room: everything is fetched anew at each visit
  }
}

async function fetchWhole(file, tell) {
  tell({ url: file.url, received: 0, total: file.bytes });
  let response;
  try {
    response = await fetch(file.url, { mode: "cors", credentials: "same-origin" });
  } catch {
    throw new DownloadError(`${nameOf(file)} could not be fetched; are you online?`);
  }
  if (!response.ok) throw new DownloadError(`${nameOf(file)} could not be fetched (the server said ${response.status}).`);
  const data = new Uint8Array(file.bytes);
  let received = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new DownloadError(`The connection broke while ${nameOf(file)} was fetched; load again.`);
    });
    if (done) break;
    if (received + value.length > data.length) {
      await reader.cancel();
      throw new DownloadError(`${nameOf(file)} is larger than was promised; load again.`);
    }
    data.set(value, received);
    received += value.length;
    tell({ url: file.url, received, total: file.bytes });
  }
  if (received < data.length) throw new DownloadError(`${nameOf(file)} ended too early; load again.`);
  return data;
}

async function isIntact(data, file) {
  if (data.length !== file.bytes) return false;
  if (!canCheck()) return true;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") === file.sha256;
}

async function keep(cache, url, data) {
  if (!cache) return "Nothing could be kept for the next visit: this browser gives the page no cache here.";
  try {
    await cache.put(url, new Response(data, { headers: { "Content-Length": String(data.length) } }));
    return "";
  } catch ({ name, message }) {
    const reason = name === "QuotaExceededError" ? "There is no room to keep" : `This browser could not keep (${message})`;
    return `${reason} the model for the next visit; it works from memory this time.`;
  }
}
