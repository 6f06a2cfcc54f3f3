// Keeps the page's address in step with what is chosen, so that it can be sent or bookmarked.
// Not before what the address itself asks for is there: until then the page shows what it always begins with, and what
// somebody chooses meanwhile waits. This script can be loaded before or after that.
let waiting = {};
window.playgroundOpened = () => {
  window.playgroundLink(waiting);
  waiting = {};
};
window.playgroundLink = (changes) => {
  if (!window.playgroundIsOpen) {
    Object.assign(waiting, changes);
    return;
  }
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "" || Number.isNaN(value)) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  if (address.href === window.location.href) return;
  window.history.replaceState(window.history.state, "", address);
  // A Space stands in a frame of the Hub's page, whose own address has to follow.
  if (window.parent !== window) {
    window.parent.postMessage({ queryString: address.search.slice(1) }, "https://huggingface.co");
  }
};

element.querySelector("button").addEventListener("click", async (event) => {
  const said = element.querySelector("span");
  try {
    await navigator.clipboard.writeText(window.location.href);
    said.textContent = "Copied.";
  } catch {
    said.textContent = window.location.href; // where the browser does not allow it, it can be copied by hand
  }
});
