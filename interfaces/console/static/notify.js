// Notifications of this browser when questions begin to wait: off until a person switches them on, for this person only.
// They have the name of a batch and a number. One of the open pages asks for what waits, also while none is in sight.
"use strict";
(() => {
  const SECONDS = 30;
  const SHORTEST = 2;
  const one = (selector) => document.querySelector(selector);
  const possible = "Notification" in window && window.isSecureContext;
  const person = () => [".organisation", ".who"].map((each) => one(each)?.textContent).join(" · ");
  const isOn = () => possible && Notification.permission === "granted" && localStorage.getItem("notify") === person();

  const read = async () => {
    localStorage.setItem("notifyAsked", Date.now());
    const answer = await fetch("/notices/waiting", { redirect: "error" }).catch(() => null);
    return answer?.ok ? answer.json() : null;
  };
  const keep = (waiting) => localStorage.setItem("notifyKnown", JSON.stringify(waiting.map((each) => each.key)));
  const tell = (waiting) => {
    if (!document.hidden && location.pathname === waiting.path) return;
    const shown = new Notification(waiting.title, { body: waiting.task, tag: waiting.key });
    shown.addEventListener("click", () => { window.focus(); location.assign(waiting.path); shown.close(); });
  };
  const check = async () => {
    if (!isOn() || Date.now() - Number(localStorage.getItem("notifyAsked")) < 1000 * SHORTEST) return;
    const waiting = await read();
    if (!waiting) return;
    const known = JSON.parse(localStorage.getItem("notifyKnown") ?? "[]");
    keep(waiting);
    waiting.filter((each) => !known.includes(each.key)).forEach(tell);
  };

  const show = () => {
    const place = one("[data-notify]");
    if (!place) return;
    const blocked = !possible || Notification.permission === "denied";
    const button = one("[data-notify-switch]");
    button.disabled = blocked;
    button.textContent = isOn() ? "Switch notifications off" : "Notify me in this browser";
    one("[data-notify-words]").textContent = blocked
      ? "This browser shows no notifications of this site; its settings can allow them."
      : isOn() ? "This browser tells you when questions begin to wait, as long as a page of the console is open." : "";
    place.hidden = false;
  };
  const change = async () => {
    if (isOn()) localStorage.removeItem("notify");
    else if ((await Notification.requestPermission()) === "granted") {
      // What waits already was seen by whoever switches this on.
      keep((await read()) ?? []);
      localStorage.setItem("notify", person());
    }
    show();
  };

  document.addEventListener("DOMContentLoaded", () => {
    show();
    check();
    const count = one("#inbox-count");
    if (count) new MutationObserver(check).observe(count, { childList: true, characterData: true, subtree: true });
    setInterval(check, 1000 * SECONDS);
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-notify-switch]")) change(); });
})();
