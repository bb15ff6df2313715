// What came since this browser last showed the notices is marked as new.
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("[data-notices] [data-at]")];
  const before = localStorage.getItem("noticesSeen") ?? "";
  const mark = () => {
    rows().forEach((row) => row.classList.toggle("new", Boolean(before) && new Date(row.dataset.at) > new Date(before)));
    const newest = rows()[0]?.dataset.at;
    if (newest) localStorage.setItem("noticesSeen", newest);
  };
  document.addEventListener("DOMContentLoaded", mark);
  document.addEventListener("htmx:after:swap", mark);
})();
