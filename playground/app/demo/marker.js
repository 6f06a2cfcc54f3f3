// Marks on the plot the frame that the video shows, and takes the video to a frame of the plot that is clicked.
const line = document.createElement("div");
line.className = "plot-marker";
let wired = null;

function parts() {
  const plot = document.querySelector("#plot .js-plotly-plot");
  const video = document.querySelector("#video video");
  return plot && video && plot._fullLayout && plot.layout.meta ? { plot, video } : null;
}

function place() {
  requestAnimationFrame(place);
  const found = parts();
  if (found === null) return;
  const { plot, video } = found;
  if (wired !== plot) {
    wired = plot;
    plot.style.position = "relative";
    plot.append(line);
    plot.on("plotly_click", ({ points }) => {
      const { first, fps } = plot.layout.meta;
      const shown = document.querySelector("#video video");
      if (shown) shown.currentTime = (points[0].x - first + 0.5) / fps;
    });
  }
  const { first, fps } = plot.layout.meta;
  const axis = plot._fullLayout.xaxis;
  const frame = first + Math.floor(video.currentTime * fps + 0.01);
  const at = axis._offset + axis.d2p(frame);
  const size = plot._fullLayout._size;
  line.hidden = at < size.l - 1 || at > size.l + size.w + 1;
  line.dataset.frame = frame;
  line.style.left = `${at}px`;
  line.style.top = `${size.t}px`;
  line.style.height = `${size.h}px`;
}
place();
