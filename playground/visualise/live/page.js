// The page of a live view: what its controls say is the number of a figure, and that figure is drawn.
const { figures, sources } = JSON.parse(document.querySelector("script[type='application/json']").textContent);
const labels = [...document.querySelectorAll("label")];
const place = document.querySelector("figure");
const message = document.querySelector("[role=alert]");

function number() {
  return labels.reduce((at, label) => at * label.dataset.count + Number(label.control.value), 0);
}

function redraw() {
  for (const label of labels) {
    const shown = label.querySelector("output");
    if (shown) shown.value = JSON.parse(label.control.dataset.words)[label.control.value];
  }
  const { data, layout, message: sentence } = figures[number()];
  message.hidden = !sentence;
  place.hidden = Boolean(sentence);
  if (sentence) {
    message.innerHTML = sentence;
    return;
  }
  const images = (layout.images ?? []).map((image) => ({ ...image, source: sources[image.source] ?? image.source }));
  const first = !place.data;
  Plotly.react(place, data, { ...layout, images }, { displaylogo: false, responsive: true });
  if (first) place.on("plotly_click", choose);
}

// A point that stands for places of controls: they go there.
function choose({ points: [{ customdata: point }] }) {
  for (const { dataset, control } of labels) control.value = point?.places?.[dataset.name] ?? control.value;
  redraw();
}

document.querySelector("form").addEventListener("input", redraw);
redraw();
