// Draw boxes over the picture with mouse, pen, finger or arrow keys. Only their whole numbers are sent to the server.
const LEAST = 3; // frame pixels a side: less is a click, not a box
const MOST_STEPS = 50; // of undo
// Copies: Gradio tells a new value by comparing it with the one that it gave, which is not to change under it.
const given = () => structuredClone({ boxes: props.value.boxes, active: props.value.active });
let { boxes, active } = given();
let caption = props.value.caption;
let past = []; // what was there before each change, newest last
let anchor = null; // where the drag began, in frame pixels

const within = (value, high) => Math.min(Math.max(value, 0), high);
const usable = (box) => box !== null && box.every((value) => Number.isFinite(value)) && box[2] > 0 && box[3] > 0;
const copy = () => ({ boxes: boxes.map((box) => (box === null ? null : [...box])), active });
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

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

function mark(box, index) {
  const made = document.createElement("div");
  const { width, height, colours } = props.value;
  const [x, y, w, h] = box;
  made.className = index === active ? "picker-box active" : "picker-box";
  made.style.setProperty("--colour", colours[index]);
  made.style.left = `${(x / width) * 100}%`;
  made.style.top = `${(y / height) * 100}%`;
  made.style.width = `${(w / width) * 100}%`;
  made.style.height = `${(h / height) * 100}%`;
  made.dataset.size = `${boxes.length > 1 ? `${index + 1}: ` : ""}${Math.round(w)} × ${Math.round(h)}`;
  return made;
}

function chip(index) {
  const made = document.createElement("button");
  made.type = "button";
  made.dataset.index = index;
  made.ariaPressed = String(index === active);
  made.ariaLabel = `Target ${index + 1}`;
  const dot = document.createElement("i");
  dot.style.background = props.value.colours[index];
  made.append(dot, String(index + 1));
  return made;
}

function show() {
  const marks = boxes.map((box, i) => (usable(box) ? mark(box, i) : null)).filter(Boolean);
  element.querySelector(".picker-boxes").replaceChildren(...marks);
  element.querySelector(".picker-hint").hidden = usable(boxes[active]);
  element.querySelector(".picker-chips").replaceChildren(...boxes.map((_, i) => chip(i)));
  const button = (name) => element.querySelector(`[data-do=${name}]`);
  button("add").disabled = boxes.length >= props.value.colours.length || !boxes.every(usable);
  button("remove").disabled = boxes.length === 1 && boxes[0] === null;
  button("undo").disabled = past.length === 0;
}

function remember() {
  past = [...past, copy()].slice(-MOST_STEPS);
}

let waiting = 0; // a held key sends once, when it is let go
const sendLater = () => {
  clearTimeout(waiting);
  waiting = setTimeout(send, 250);
};
const send = () => trigger("select", { boxes: boxes.map((box) => (usable(box) ? box.map(Math.round) : null)), active });

const actions = {
  add() {
    remember();
    boxes = [...boxes, null];
    active = boxes.length - 1;
  },
  remove() {
    remember();
    boxes = boxes.length === 1 ? [null] : boxes.filter((_, i) => i !== active);
    active = Math.min(active, boxes.length - 1);
  },
  undo() {
    ({ boxes, active } = past.pop());
  },
};

element.addEventListener("click", (event) => {
  const button = event.target.closest(".picker-tools button");
  if (button === null || button.disabled) return;
  if (button.dataset.do) actions[button.dataset.do]();
  else active = Number(button.dataset.index);
  show();
  send();
});

element.addEventListener("pointerdown", (event) => {
  if (event.button !== 0 || !event.target.closest(".picker-frame")) return;
  event.preventDefault();
  element.querySelector(".picker-frame").focus({ preventScroll: true, focusVisible: false });
  element.setPointerCapture(event.pointerId);
  anchor = { point: toFrame(event), before: copy() };
});

element.addEventListener("pointermove", (event) => {
  if (anchor === null) return;
  boxes[active] = between(anchor.point, toFrame(event));
  show();
});

function finish(event, keep) {
  if (anchor === null) return;
  const drawn = between(anchor.point, toFrame(event));
  const large = drawn[2] >= LEAST && drawn[3] >= LEAST;
  ({ boxes, active } = anchor.before);
  anchor = null;
  if (keep && large) {
    remember();
    boxes[active] = drawn;
  }
  show();
  if (keep && large) send();
}

element.addEventListener("pointerup", (event) => finish(event, true));
element.addEventListener("pointercancel", (event) => finish(event, false));

element.addEventListener("keydown", (event) => {
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!way || !event.target.matches(".picker-frame") || !usable(boxes[active])) return;
  event.preventDefault();
  const [x, y, w, h] = boxes[active];
  const far = event.shiftKey ? 10 : 1;
  remember();
  boxes[active] = [
    within(x + way[0] * far, props.value.width - w), within(y + way[1] * far, props.value.height - h), w, h,
  ];
  show();
  sendLater();
});

// The number fields are the one truth of the active box: what they hold is drawn, unless a drag is under way.
window.addEventListener("picker-box", (event) => {
  if (anchor !== null) return;
  const typed = event.detail.map((value) => (value === null || value === "" ? NaN : Number(value)));
  const box = typed.every(Number.isNaN) ? null : typed;
  if (same(box, boxes[active] ?? null)) return;
  if (usable(box) && usable(boxes[active])) remember();
  boxes[active] = box;
  show();
});

watch("value", () => {
  ({ boxes, active } = given());
  if (props.value.caption !== caption) past = []; // another clip
  caption = props.value.caption;
  anchor = null;
  show();
});
show();
