// The page and the drawer of a restaurant: bars of what goes on grow with the time, lines lead from needs to their rows.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const number = (bar, name) => bar[name].baseVal.value;

  // Where a row's own bars begin and end, without the time in which it waited for its needs; null before they begin.
  const extent = (row, frame) => {
    const chart = row?.querySelector("svg.bars");
    const bars = chart ? all("rect:not(.need)", chart) : [];
    if (!bars.length) return null;
    const box = chart.getBoundingClientRect();
    const scale = box.width / chart.viewBox.baseVal.width;
    const left = box.left - frame.left;
    return {
      begin: left + scale * Math.min(...bars.map((bar) => number(bar, "x"))),
      end: left + scale * Math.max(...bars.map((bar) => number(bar, "x") + number(bar, "width"))),
      y: box.top - frame.top + box.height / 2,
    };
  };
  const drawn = (x, need, row, decides) => {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", `M${x.toFixed(1)} ${need.y.toFixed(1)}V${row.y.toFixed(1)}`);
    if (decides) path.classList.add("decides");
    return path;
  };
  const link = () => all("svg.needs").forEach((canvas) => {
    const frame = canvas.getBoundingClientRect();
    const lines = all("[data-needs]", canvas.parentElement).flatMap((row) => {
      const own = extent(row, frame);
      const names = own ? row.dataset.needs.split(" ") : [];
      const needs = names.map((name) => extent(canvas.parentElement.querySelector(`#sub-${name}`), frame)).filter(Boolean);
      const last = Math.max(...needs.map((need) => need.end));
      return needs.map((need) => drawn(Math.min(need.end, own.begin), need, own, need.end === last));
    });
    canvas.replaceChildren(...lines);
  });
  const grow = () => {
    const running = all("svg.bars[data-end]");
    running.forEach((chart) => {
      const more = Math.max(0, Date.now() / 1000 - Number(chart.dataset.end));
      chart.setAttribute("viewBox", `0 0 ${Number(chart.dataset.length) + more} 12`);
      all("[data-open]", chart).forEach((bar) => bar.setAttribute("width", Number(bar.dataset.open) + more));
    });
    if (running.length) link();
  };
  const show = () => { grow(); link(); };

  setInterval(grow, 1000);
  addEventListener("resize", link);
  document.addEventListener("toggle", link, true);
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("DOMContentLoaded", show);
})();
