// What the tracker runs on: what was asked for, kept in the page's address, and what this machine makes of it.

const NAMES = { wasm: "WebAssembly", webgpu: "WebGPU" };

export class Settings {
  /** `changed` is called when a person asks for something else. */
  constructor(form, models, changed) {
    Object.assign(this, { form, models });
    const fill = (select, values) => select.replaceChildren(...[...new Set(values)].map((value) => new Option(value)));
    const dtypes = () => fill(form.dtype, models.filter(({ name }) => name === form.model.value).map(({ dtype }) => dtype));
    fill(form.model, models.map(({ name }) => name));
    const asked = new URLSearchParams(location.hash.slice(1));
    this.#ask("model", asked);
    dtypes();
    for (const name of ["dtype", "provider", "threads"]) this.#ask(name, asked);
    form.addEventListener("change", ({ target }) => {
      if (target === form.model) dtypes();
      history.replaceState(null, "", `#${new URLSearchParams(new FormData(form))}`);
      changed();
    });
  }

  /** { model, provider, threads } as asked for. */
  get asked() {
    const { model, dtype, provider, threads } = this.form;
    const chosen = this.models.find((one) => one.name === model.value && one.dtype === dtype.value);
    return { model: chosen, provider: provider.value, threads: Number(threads.value) };
  }

  /** What came of it. */
  show({ provider, threads, isolated, notes, load_ms }, find) {
    const many = threads === 1 ? "1 thread" : `${threads} threads`;
    const kept = isolated ? "isolated" : "not isolated";
    find("facts").textContent = `${NAMES[provider]}, ${many}, ${kept}; ready in ${(load_ms / 1000).toFixed(1)} s`;
    find("notes").replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
  }

  #ask(name, asked) {
    const select = this.form[name];
    if ([...select.options].some(({ value }) => value === asked.get(name))) select.value = asked.get(name);
  }
}
