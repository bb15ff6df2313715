// A password is on the screen for a short time only: it is removed when the time is over, the dialog closes, or the
// page is left.
"use strict";
(() => {
  let counting = null;
  const hide = () => {
    clearInterval(counting);
    counting = null;
    document.querySelectorAll("[data-secret]").forEach((each) => {
      each.removeAttribute("data-hide-after");
      each.replaceChildren("The password is hidden again.");
    });
  };
  document.addEventListener("htmx:after:swap", () => {
    const secret = document.querySelector("[data-hide-after]");
    if (!secret || counting) return;
    const end = Date.now() + 1000 * Number(secret.dataset.hideAfter);
    counting = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left <= 0) hide(); else secret.querySelector("[data-seconds]").textContent = left;
    }, 250);
  });
  document.addEventListener("close", hide, true);
  addEventListener("pagehide", hide);
})();
