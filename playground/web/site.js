// What the page's server offers: models, the runtime's address, the example, and PyTorch's answers to it.

async function read(address, what) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return await answer.json();
  } catch (error) {
    throw new Error(`${what} cannot be read (${error.message}). Check the connection and reload the page.`);
  }
}

/** { models: [{ name, dtype, at, reference }], runtime: { at, local, ... }, ... } */
export const readSite = () => read("site.json", "The list of models");

/** { file, width, height, frames, columns, fps, box: [x, y, w, h], ... } */
export const readExample = () => read("example.json", "The description of the example");

/** The events that PyTorch gave for the example; none where nobody asked it. */
export async function readReference(model) {
  return model.reference ? (await read(model.reference, "PyTorch's answers to the example")).events : [];
}
