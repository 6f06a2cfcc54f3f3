// Draws what the server says over the camera's picture, and sends the box that is dragged over it.
const LEAST = 0.01; // of the frame a side: less is a click, which forgets the box
const layer = document.createElement("div");
layer.className = "webcam-layer";
const mark = document.createElement("div");
mark.className = "webcam-box";
mark.hidden = true;
layer.append(mark);
let anchor = null;

const within = (value) => Math.min(Math.max(value, 0), 1);

// The layer lies over the picture itself, whatever room is around it. Gradio makes the video anew at times.
function settle() {
  requestAnimationFrame(settle);
  const video = document.querySelector("#webcam video");
  if (video === null || video.videoWidth === 0) return layer.remove();
  if (layer.parentElement !== video.parentElement) {
    video.parentElement.style.position = "relative";
    video.parentElement.append(layer);
  }
  const shrink = Math.min(video.clientWidth / video.videoWidth, video.clientHeight / video.videoHeight);
  const [width, height] = [video.videoWidth * shrink, video.videoHeight * shrink];
  layer.style.width = `${width}px`;
  layer.style.height = `${height}px`;
  layer.style.left = `${video.offsetLeft + (video.clientWidth - width) / 2}px`;
  layer.style.top = `${video.offsetTop + (video.clientHeight - height) / 2}px`;
}

function show(box, lost, words) {
  mark.hidden = box === null;
  if (box === null) return;
  const [x, y, w, h] = box.map((value) => `${value * 100}%`);
  Object.assign(mark.style, { left: x, top: y, width: w, height: h });
  mark.classList.toggle("lost", lost);
  mark.dataset.words = words;
}

function place(event) {
  const area = layer.getBoundingClientRect();
  return [within((event.clientX - area.left) / area.width), within((event.clientY - area.top) / area.height)];
}

function between(a, b) {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
}

layer.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  layer.setPointerCapture(event.pointerId);
  anchor = place(event);
});
layer.addEventListener("pointermove", (event) => {
  if (anchor !== null) show(between(anchor, place(event)), false, "");
});
layer.addEventListener("pointerup", (event) => {
  if (anchor === null) return;
  const box = between(anchor, place(event));
  anchor = null;
  const large = box[2] >= LEAST && box[3] >= LEAST;
  show(large ? box : null, false, "");
  trigger("select", { box: large ? box : null });
});
layer.addEventListener("pointercancel", () => {
  anchor = null;
});

watch("value", () => {
  if (anchor !== null) return;
  const { box, score, lost, fps, ms } = props.value;
  show(box, lost, score === null || score === undefined ? "" : score.toFixed(2));
  const said = element.querySelector("p");
  if (said && fps) said.textContent = `${fps.toFixed(1)} frames a second, ${ms.toFixed(0)} ms of them tracking`;
});
settle();
