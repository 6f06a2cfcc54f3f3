// Draws the figure that a notebook's kernel sends, and draws it again when it changes.

// One library for all views of a page, whichever of them needs it first.
const SHARED = Symbol.for("playground.plotly");

const text = (model, name) => model.widget_manager.get_model(model.get(name).slice("IPY_MODEL_".length));

async function load(model) {
  const library = await text(model, "library");
  const script = `const module = { exports: {} }, exports = module.exports, define = undefined;
${library.get("value")}
export default module.exports;`;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return (await import(address)).default;
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function plotly(model) {
  globalThis[SHARED] ??= load(model);
  try {
    return await globalThis[SHARED];
  } catch (error) {
    delete globalThis[SHARED];
    throw error;
  }
}

// The figures that the kernel drew ahead for the next moves of a slider; `draw` is called with one as the slider gets there.
async function nearby(model, draw) {
  const ahead = await text(model, "ahead");
  let figures = {};
  let slider;

  const current = () => figures[slider?.get("index")];
  const moved = () => current() && draw(current());
  const forget = () => {
    slider?.off("change:index", moved);
    slider = undefined;
    figures = {};
  };
  const read = async () => {
    if (!ahead.get("value")) return forget();
    const told = JSON.parse(ahead.get("value"));
    const mover = await model.widget_manager.get_model(told.slider);
    if (mover !== slider) {
      forget();
      slider = mover;
      slider.on("change:index", moved);
    }
    Object.assign(figures, told.figures);
  };
  await read();
  ahead.on("change:value", read);
  return {
    current,
    forget: () => {
      ahead.off("change:value", read);
      forget();
    },
  };
}

async function render({ model, el }) {
  const message = document.createElement("p");
  message.setAttribute("role", "alert");
  message.style.cssText = "margin:8px 0;padding:8px 12px;border-left:4px solid #ea580c;max-width:60em";
  const place = document.createElement("div");
  place.style.contain = "layout style"; // a redraw need not ask where the rest of a long notebook lies
  el.append(message, place);
  const Plotly = await plotly(model);
  const shown = await text(model, "shown");
  const near = await nearby(model, (drawn) => redraw(drawn));
  const clicked = await text(model, "clicked");

  const click = ({ points: [{ customdata: point }] }) => {
    if (!point || typeof point !== "object" || Array.isArray(point)) return;
    // So that a second click on the same point is a change too, after a reload of the page as well.
    const number = clicked.get("value") ? JSON.parse(clicked.get("value")).number + 1 : 1;
    clicked.set("value", JSON.stringify({ point, number }));
    clicked.save_changes();
  };

  let last;
  const redraw = (drawn) => {
    if (drawn === last) return;
    last = drawn;
    const { data, layout, message: sentence } = JSON.parse(drawn);
    message.innerHTML = sentence ?? "";
    message.hidden = !sentence;
    place.hidden = Boolean(sentence);
    if (sentence) return;
    const first = !place.data;
    Plotly.react(place, data, layout, { displaylogo: false });
    if (first) place.on("plotly_click", click);
  };
  // A panel that is folded away or narrowed tells no window.
  const observer = new ResizeObserver(() => place.offsetWidth && place.data && Plotly.Plots.resize(place));
  // An answer of the kernel's to an earlier move may come after a later move was drawn.
  const answered = () => redraw(near.current() ?? shown.get("value"));
  redraw(shown.get("value"));
  observer.observe(el);
  shown.on("change:value", answered);
  return () => {
    observer.disconnect();
    shown.off("change:value", answered);
    near.forget();
    Plotly.purge(place);
  };
}

export default { render };
