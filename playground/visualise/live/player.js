// Plays a track in a notebook. Stands below playground/web/draw.js in one module: the browser page's own drawing.

const REGION = 112; // px that a search region is cut to

async function render({ model, el }) {
  const { frames, events, fps, lost_score: lostScore } = JSON.parse(model.get("track"));
  const images = await Promise.all(frames.map(decoded));
  const made = (name, values = {}) => Object.assign(document.createElement(name), values);
  const [picture, edges, scores] = ["The frame with its box", "The four edges", "The scores so far"].map((label) => {
    const canvas = made("canvas", { role: "img" });
    canvas.setAttribute("aria-label", label);
    return canvas;
  });
  const button = made("button", { type: "button", textContent: "Play" });
  const slider = made("input", { type: "range", min: 0, max: frames.length - 1, value: 0 });
  slider.setAttribute("aria-label", "Frame");
  const said = made("output");
  picture.style.cssText = "width:100%;max-width:480px";
  edges.style.cssText = "width:300px";
  scores.style.cssText = "width:100%;max-width:480px;height:72px;display:block";
  slider.style.cssText = "width:min(320px, 60%);vertical-align:middle;margin:0 12px";
  const above = made("div");
  above.style.cssText = "display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start";
  above.append(picture, edges);
  const below = made("div");
  below.append(button, slider, said);
  el.append(above, scores, below);

  let [at, timer] = [0, null];
  const show = (index) => {
    at = index;
    const [image, event] = [images[at], events[at]];
    Object.assign(picture, { width: image.width, height: image.height });
    const context = picture.getContext("2d");
    context.drawImage(image, 0, 0);
    drawTrack(context, events.slice(0, at + 1));
    drawScores(scores, events.slice(0, at + 1), lostScore);
    if (event.edges.length) drawEdges(edges, region(image, event.search), event.edges);
    slider.value = at;
    said.textContent = `frame ${at + 1} of ${frames.length}${event.lost ? ", lost" : ""}`;
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    button.textContent = "Play";
  };
  const play = () => {
    if (at === images.length - 1) show(0);
    button.textContent = "Pause";
    timer = setInterval(() => (at + 1 < images.length ? show(at + 1) : stop()), 1000 / fps);
  };
  button.addEventListener("click", () => (timer ? stop() : play()));
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  // A canvas has no size before it is on the page.
  const observer = new ResizeObserver(() => scores.offsetWidth && show(at));
  observer.observe(el);
  return () => { stop(); observer.disconnect(); };
}

async function decoded(encoded) {
  const image = new Image();
  image.src = `data:image/jpeg;base64,${encoded}`;
  await image.decode();
  return image;
}

// What the network saw: the square of the frame, grey where it lies outside.
function region(image, { x, y, w, h }) {
  const canvas = new OffscreenCanvas(REGION, REGION);
  const context = canvas.getContext("2d");
  context.fillStyle = "#808080";
  context.fillRect(0, 0, REGION, REGION);
  context.scale(REGION / w, REGION / h);
  context.drawImage(image, -x, -y);
  return context.getImageData(0, 0, REGION, REGION);
}

export default { render };
