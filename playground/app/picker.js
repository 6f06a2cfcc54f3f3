// Draw a box over the picture with mouse, pen or finger. Only its four whole numbers are sent to the server.
const LEAST = 3; // frame pixels a side: less is a click, not a box
let box = props.value.box;
let anchor = null; // where the drag began, in frame pixels

const within = (value, high) => Math.min(Math.max(value, 0), high);

function toFrame(event) {
  const area = element.querySelector(".picker-frame").getBoundingClientRect();
  const { width, height } = props.value;
  return [
    within(((event.clientX - area.left) / area.width) * width, width),
    within(((event.clientY - area.top) / area.height) * height, height),
  ];
}

function between(a, b) {
  const [left, right] = [a[0], b[0]].map(Math.round).sort((p, q) => p - q);
  const [top, bottom] = [a[1], b[1]].map(Math.round).sort((p, q) => p - q);
  return [left, top, right - left, bottom - top];
}

function show() {
  const mark = element.querySelector(".picker-box");
  const drawable = box !== null && box.every((value) => Number.isFinite(value)) && box[2] > 0 && box[3] > 0;
  mark.hidden = !drawable;
  element.querySelector(".picker-hint").hidden = drawable;
  if (!drawable) return;
  const { width, height } = props.value;
  const [x, y, w, h] = box;
  mark.style.left = `${(x / width) * 100}%`;
  mark.style.top = `${(y / height) * 100}%`;
  mark.style.width = `${(w / width) * 100}%`;
  mark.style.height = `${(h / height) * 100}%`;
  mark.dataset.size = `${Math.round(w)} × ${Math.round(h)}`;
}

element.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.target.closest(".picker-frame")) return;
  event.preventDefault();
  element.setPointerCapture(event.pointerId);
  anchor = { point: toFrame(event), before: box };
});

element.addEventListener("pointermove", (event) => {
  if (anchor === null) return;
  box = between(anchor.point, toFrame(event));
  show();
});

function finish(event, keep) {
  if (anchor === null) return;
  const drawn = between(anchor.point, toFrame(event));
  const large = drawn[2] >= LEAST && drawn[3] >= LEAST;
  box = keep && large ? drawn : anchor.before;
  anchor = null;
  show();
  if (keep && large) trigger("select", { box });
}

element.addEventListener("pointerup", (event) => finish(event, true));
element.addEventListener("pointercancel", (event) => finish(event, false));

// The number fields are the one truth: whatever they hold is drawn, unless a drag is under way.
window.addEventListener("picker-box", (event) => {
  if (anchor !== null) return;
  box = event.detail.map((value) => (value === null || value === "" ? NaN : Number(value)));
  show();
});

watch("value", () => {
  box = props.value.box;
  anchor = null;
  show();
});
show();
