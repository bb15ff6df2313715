// The page and the drawer of a restaurant: bars of what goes on grow with the time.
"use strict";
(() => {
  const grow = () => document.querySelectorAll("svg.bars[data-end]").forEach((chart) => {
    const more = Math.max(0, Date.now() / 1000 - Number(chart.dataset.end));
    chart.setAttribute("viewBox", `0 0 ${Number(chart.dataset.length) + more} 12`);
    chart.querySelectorAll("[data-open]").forEach((bar) => bar.setAttribute("width", Number(bar.dataset.open) + more));
  });
  setInterval(grow, 1000);
  document.addEventListener("htmx:after:swap", grow);
  document.addEventListener("DOMContentLoaded", grow);
})();
