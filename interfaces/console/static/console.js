// What the pages of the console do in the browser: times, keys, dialogs, selection, the state of the stream.
// Rules are on the server; a page's own script is a file beside this one.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Times: in the zone of the browser, with the zone in the tooltip; ages are counted on.
  const zone = { timeZoneName: "short" };
  const shapes = {
    minute: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
    second: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
    moment: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" },
    day: { day: "numeric", month: "short", year: "numeric" },
  };
  const words = (seconds) => {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return `${whole} s`;
    if (whole < 3600) {
      const minutes = Math.floor(whole / 60);
      return whole % 60 && minutes < 10 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
    }
    if (whole < 86400) {
      const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
      return minutes && hours < 10 ? `${hours} h ${minutes} min` : `${hours} h`;
    }
    const days = Math.floor(whole / 86400);
    return days === 1 ? "1 day" : `${days} days`;
  };
  const showTime = (element) => {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.valueOf())) return;
    const kind = element.dataset.shown || "minute";
    const text = kind === "age" || kind === "seconds" ? words((Date.now() - moment) / 1000) : moment.toLocaleString([], shapes[kind]);
    if (element.textContent !== text) element.textContent = text;
    if (!element.dataset.titled) {
      element.title = moment.toLocaleString([], { dateStyle: "full", timeStyle: "long" });
      element.dataset.titled = "1";
    }
  };
  const showTimes = (root = document) => all("time[datetime]", root).forEach(showTime);
  setInterval(() => all('time[data-shown="age"], time[data-shown="seconds"]').forEach(showTime), 1000);

  const say = (text) => { const said = one("#said"); if (said) said.textContent = text; };

  // The stream: a grey bar while it is lost. Its end by a session that has ended leads to the sign-in.
  const lost = (since) => {
    const bar = one("#lost");
    if (!bar) return;
    if (since && bar.hidden) { one("time", bar).dateTime = since.toISOString(); one("time", bar).dataset.shown = "second"; showTimes(bar); }
    bar.hidden = !since;
    document.body.classList.toggle("lost", Boolean(since));
  };
  let heard = new Date();
  // What ended while no stream was read, as in a hidden tab, is in no message of the next one: its list is loaded again.
  const loadAgain = () => { const list = one("[data-load-again]"); if (list) htmx.ajax("GET", location.href, { source: list, target: list, swap: "outerMorph" }); };
  document.addEventListener("htmx:sse:after:connection", (event) => {
    if (event.detail.connection.attempt || document.body.classList.contains("lost")) loadAgain();
    heard = new Date();
    lost(null);
  });
  document.addEventListener("htmx:sse:after:message", () => { heard = new Date(); });
  document.addEventListener("htmx:sse:error", (event) => {
    if (event.detail.status === 401) location.reload(); else lost(heard);
  });
  // The extension comes back after a stream that breaks off, but not after one that never began.
  const streamOf = (event) => { const source = event.detail.ctx?.sourceElement; return source?.hasAttribute("hx-sse:connect") ? source : null; };
  const connectAgain = (stream) => {
    lost(heard);
    setTimeout(() => { if (!stream._htmx?.sse) htmx.ajax("GET", stream.getAttribute("hx-sse:connect"), { source: stream }); }, 2000);
  };
  document.addEventListener("htmx:error", (event) => {
    const stream = streamOf(event);
    if (stream) connectAgain(stream);
    else say("The console does not answer. Nothing was sent twice; try again.");
  });
  document.addEventListener("htmx:response:error", (event) => {
    const stream = streamOf(event);
    if (stream && event.detail.ctx.response.status === 401) location.reload();
    else if (stream) connectAgain(stream);
  });
  addEventListener("offline", () => lost(heard));

  // Dialogs: what is loaded into one opens it; its answer stays until it is closed.
  const dialog = () => one("#dialog");
  const drawerIsOpen = () => Boolean(one("#drawer")?.childElementCount);
  let opener = null;
  // Emptied by htmx, which ends the stream of what was in it; the focus goes back to the row that opened it.
  const closeDrawer = () => {
    const drawer = one("#drawer");
    htmx.swap({ sourceElement: drawer, target: drawer, text: "", swap: "innerHTML swapEmpty:true" });
    if (opener) document.getElementById(opener)?.focus({ preventScroll: true });
    opener = null;
  };
  const closeAll = () => {
    const dialogs = all("dialog[open]");
    dialogs.forEach((each) => each.close());
    if (!dialogs.length && drawerIsOpen()) closeDrawer();
  };
  document.addEventListener("htmx:after:swap", (event) => {
    showTimes();
    const target = event.detail.ctx?.target;
    if (target?.id === "dialog-body" && target.childElementCount && !dialog().open) dialog().showModal();
    if (target?.id === "drawer" && target.childElementCount) target.focus();
    if (target?.id === "dialog-body") one("[autofocus]", target)?.focus();
    countSelected();
    checkOrder();
  });

  // Tables: j and k move the focus, Enter and o open, x selects.
  const LINES = "[data-rows] tbody tr, [data-rows] > details > summary";
  const rows = () => all(LINES, drawerIsOpen() ? one("#drawer") : document);
  const current = () => document.activeElement?.closest?.(LINES);
  const move = (step, every = rows(), from = current()) => {
    if (!every.length) return null;
    const at = every.indexOf(from);
    const next = every[at < 0 ? (step > 0 ? 0 : every.length - 1) : Math.min(every.length - 1, Math.max(0, at + step))];
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    return next;
  };
  const open = (row) => {
    const main = row?.matches("summary") ? row : row && one("[data-main], .do a", row);
    if (main?.getAttribute("hx-target") === "#drawer") opener = row.id;
    main?.click();
  };
  // With the drawer open: the next row is opened in it.
  const openNext = (step) => { if (drawerIsOpen()) open(move(step, all(LINES), document.getElementById(opener))); };
  const boxes = () => all('[data-rows] tbody input[type="checkbox"][name]');
  const selected = () => [...all("[data-basket] input"), ...boxes()].filter((box) => box.checked);
  function countSelected() {
    const bulk = one("[data-bulk]");
    if (!bulk) return;
    const count = selected().length;
    bulk.hidden = !count;
    one("[data-bulk-count]", bulk).textContent = count;
  }
  let last = null;
  const toggle = (box, range) => {
    const every = boxes();
    if (range && last && every.includes(last)) {
      const [from, to] = [every.indexOf(last), every.indexOf(box)].sort((a, b) => a - b);
      every.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    }
    last = box;
    countSelected();
  };

  document.addEventListener("registration:selected", countSelected);

  // The order on the screen never changes by itself; a chip says that a new sort would change it.
  function checkOrder() {
    const chip = one("[data-order-changed]");
    const table = one("[data-rows][data-sort]");
    if (!chip || !table || !table.dataset.sort) return;
    const ranks = all("tbody tr", table).map((row) => row.dataset[table.dataset.sort]).filter(Boolean);
    chip.hidden = ranks.every((each, index) => index === 0 || ranks[index - 1] <= each);
  }

  const cycle = () => {
    const themes = ["system", "light", "dark"];
    const next = themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % 3];
    document.documentElement.dataset.theme = next;
    localStorage.setItem("theme", next);
    nameTheme();
  };
  const nameTheme = () => all("[data-theme-name]").forEach((each) => { each.textContent = document.documentElement.dataset.theme; });

  document.addEventListener("click", async (event) => {
    const on = (selector) => event.target.closest(selector);
    let hit;
    if ((hit = on("[data-copy]"))) {
      await navigator.clipboard.writeText(hit.dataset.copy);
      hit.classList.add("copied");
      setTimeout(() => hit.classList.remove("copied"), 1200);
      say("copied");
    } else if (on("[data-close]")) closeAll();
    else if ((hit = on('a[hx-target="#drawer"]'))) opener = hit.closest("tr")?.id;
    else if ((hit = on("[data-open]"))) one(`#${hit.dataset.open}`).showModal();
    else if (on("[data-theme-switch]")) cycle();
    else if ((hit = on("[data-bulk-dialog]"))) {
      // An address has no room for the ids of hundreds: the dialog of so many is asked for by POST.
      const [boxes, path] = [selected(), hit.dataset.bulkDialog];
      const query = new URLSearchParams(boxes.map((box) => [box.name, box.value]));
      const shown = { source: hit, target: "#dialog-body", swap: "innerHTML" };
      if (boxes.length <= Number(one("[data-bulk]").dataset.named || Infinity)) htmx.ajax("GET", `${path}?${query}`, shown);
      else htmx.ajax("POST", `${path}/dialog`, { ...shown, values: { [boxes[0].name]: boxes.map((box) => box.value).join(" ") } });
    } else if ((hit = on('[data-rows] tbody input[type="checkbox"][name]'))) toggle(hit, event.shiftKey);
    // A click beside an open list of options closes it.
    all("details.pick[open]").forEach((each) => { if (!each.contains(event.target)) each.open = false; });
  });

  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      // A search field would empty itself, and its list would stay as it was filtered.
      if (event.target.type === "search") event.preventDefault();
      if (typing) event.target.blur(); else closeAll();
      return;
    }
    if (typing || one("dialog[open]")) return;
    if (going) {
      going = false;
      const link = all("[data-go]").find((each) => each.dataset.go === event.key);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const row = current();
    const keys = {
      "/": () => one("#search").focus(),
      "?": () => one("#help").showModal(),
      g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
      j: () => move(1),
      k: () => move(-1),
      o: () => open(row),
      a: () => one(".do a", row ?? document.createElement("p"))?.click(),
      J: () => openNext(1),
      K: () => openNext(-1),
      x: () => { const box = row && one('input[type="checkbox"][name]', row); if (box) { box.checked = !box.checked; toggle(box, false); } },
      X: () => { const box = row && one('input[type="checkbox"][name]', row); if (box) { box.checked = true; toggle(box, true); } },
    };
    const named = all("[data-key]").find((each) => each.dataset.key === event.key && each.checkVisibility());
    if (named) keys[event.key] = () => named.click();
    if (event.key === "Enter" && row && event.target === row && row.matches("tr")) keys.Enter = keys.o;
    if (keys[event.key] && !event.defaultPrevented) { event.preventDefault(); keys[event.key](); }
  });

  // A sign-in link has its secret behind #, which is sent to no server by itself and leaves the address at once.
  const signIn = () => {
    const form = one("[data-sign-in]");
    if (!form || location.hash.length < 2) return;
    const field = one('input[name="link"]', form);
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
    if ("atOnce" in form.dataset) form.requestSubmit();
  };
  // Whoever pastes the whole link means the part behind #.
  document.addEventListener("submit", (event) => {
    const field = event.target.matches("[data-sign-in]") && one('input[name="link"]', event.target);
    if (field) field.value = field.value.split("#").pop().trim();
  });

  document.addEventListener("DOMContentLoaded", () => {
    showTimes();
    nameTheme();
    countSelected();
    signIn();
    const again = one("[data-again]");
    if (again) setTimeout(() => location.reload(), 1000 * Number(again.dataset.again));
  });
})();
