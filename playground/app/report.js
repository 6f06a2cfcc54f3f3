// Draws the figures that stand in the page as data, and shows or hides a tracker everywhere at once.
addEventListener("load", async () => {
  const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d"] };
  const plots = [...document.querySelectorAll(".plot")];
  const hidden = new Set();
  const hide = (plot) => {
    const traces = plot.data.map((_, i) => i).filter((i) => plot.data[i].meta !== undefined);
    if (traces.length) Plotly.restyle(plot, { visible: traces.map((i) => !hidden.has(plot.data[i].meta)) }, traces);
  };
  document.querySelector("#trackers").addEventListener("change", ({ target }) => {
    hidden[target.checked ? "delete" : "add"](target.value);
    plots.filter((plot) => plot.data).forEach(hide);
    for (const mark of document.querySelectorAll("[data-tracker]"))
      mark.classList.toggle("off", hidden.has(mark.dataset.tracker));
  });
  for (const plot of plots) {
    const { data, layout } = JSON.parse(plot.nextElementSibling.textContent);
    await Plotly.newPlot(plot, data, layout, config);
    if (hidden.size) hide(plot);
    await new Promise((next) => setTimeout(next)); // the page stays usable while many figures are drawn
  }
  document.body.dataset.drawn = plots.length;
});
