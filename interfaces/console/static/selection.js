// A selection that outlives filters and pages of a list: what is no longer shown waits in the basket.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const basket = () => one("[data-basket]");
  const shown = () => all("[data-rows] [data-select]");

  const tell = () => {
    const hidden = basket().childElementCount;
    const most = Number(one("[data-bulk]").dataset.most);
    const tooMany = hidden + shown().filter((box) => box.checked).length > most;
    const told = [hidden && `(${hidden} not shown)`, tooMany && `at most ${most} at once`];
    one("[data-bulk-hidden]").textContent = told.filter(Boolean).join(", ");
    all("[data-bulk-dialog]").forEach((button) => { button.disabled = tooMany; });
    const whole = one("[data-select-all]");
    if (!whole) return;
    const boxes = shown();
    whole.checked = boxes.length > 0 && boxes.every((box) => box.checked);
    whole.indeterminate = !whole.checked && boxes.some((box) => box.checked);
  };
  const changed = () => { document.dispatchEvent(new Event("registration:selected")); tell(); };

  // The list is morphed: a row that stays keeps its box, a new row has its box from the basket.
  document.addEventListener("htmx:before:swap", (event) => {
    if (event.detail.ctx?.target?.id !== "list") return;
    const known = new Set(all("[data-select]", basket()).map((box) => box.value));
    shown().filter((box) => box.checked && !known.has(box.value)).forEach((box) => {
      const kept = box.cloneNode();
      kept.checked = true;
      basket().append(kept);
    });
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx?.target?.id !== "list") return;
    const kept = new Map(all("[data-select]", basket()).map((box) => [box.value, box]));
    shown().forEach((box) => {
      const twin = kept.get(box.value);
      box.checked = Boolean(twin);
      twin?.remove();
    });
    changed();
  });

  // All that fits the filters, with what was selected before: what this page does not show goes into the basket.
  const selectFitting = async (button) => {
    const pattern = shown()[0];
    button.disabled = true;
    const answer = await fetch(button.dataset.selectFitting, { redirect: "error" }).catch(() => null);
    button.disabled = false;
    if (!answer?.ok) { button.textContent = "could not be selected: try again"; return; }
    const known = new Map([...all("[data-select]", basket()), ...shown()].map((box) => [box.value, box]));
    (await answer.json()).forEach((id) => {
      const box = known.get(id) ?? Object.assign(pattern.cloneNode(), { value: id });
      box.checked = true;
      if (!box.isConnected) basket().append(box);
    });
    changed();
  };

  document.addEventListener("click", (event) => {
    const fitting = event.target.closest("[data-select-fitting]");
    if (fitting) selectFitting(fitting);
    else if (event.target.closest("[data-bulk-clear]")) {
      basket().replaceChildren();
      shown().forEach((box) => { box.checked = false; });
      changed();
      one("[data-rows] tbody tr")?.focus();
    } else if (event.target.matches("[data-select-all]")) {
      shown().forEach((box) => { box.checked = event.target.checked; });
      changed();
    } else tell();
  });
  document.addEventListener("keydown", (event) => {
    if (["x", "X"].includes(event.key)) setTimeout(tell);
  });
})();
