// Who has the page open to which a line leads is said in the line; the reader's own name is left out.
"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const tell = () => {
    const me = document.querySelector("[data-me]")?.dataset.me;
    const open = all("#open-pages li").filter((one) => one.textContent !== me);
    all("#inbox-lines tr[data-path]").forEach((row) => {
      const names = open.filter((one) => one.dataset.path === row.dataset.path).map((one) => one.textContent);
      const text = names.length ? `${names.join(", ")} ${names.length > 1 ? "have" : "has"} it open` : "";
      const here = row.querySelector(".here");
      if (here.textContent !== text) here.textContent = text;
    });
  };
  document.addEventListener("DOMContentLoaded", tell);
  document.addEventListener("htmx:after:swap", tell);
})();
