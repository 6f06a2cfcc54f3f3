// What went wrong, in words for a person: what happened, and what to do.

export const NO_SIMD =
  "This browser has no WebAssembly with SIMD, which the tracker needs; use a current Firefox, Chrome or Safari.";

const CAMERA = {
  NotFoundError: "No camera was found; connect one, or choose a file or the example.",
  NotAllowedError: "The camera was refused; allow it in the address bar, or choose a file or the example.",
  NotReadableError: "The camera is in use by another program; close that, and try again.",
  OverconstrainedError: "This camera has no picture size that fits; try another one.",
};

/** A sentence for an error from anywhere on the page. */
export function inWords(error) {
  const message = String(error?.message ?? error);
  if (/out of memory|bad_alloc|could not allocate/i.test(message) || error instanceof WebAssembly.RuntimeError) {
    return "There is not enough memory for this model; close other pages, or choose int8.";
  }
  return message.replace(/^\w*Error: /, "");
}

/** A sentence for a camera that did not start. */
export function cameraInWords(error) {
  if (!globalThis.isSecureContext) return "Browsers give a camera only to pages from https or localhost; open the page so.";
  return CAMERA[error.name] ?? `The camera did not start (${error.message}).`;
}

/** A sentence for a video file that does not play. */
export function fileInWords(file) {
  return `${file.name} cannot be played by this browser; MP4 with H.264, or WebM, is played by all.`;
}
