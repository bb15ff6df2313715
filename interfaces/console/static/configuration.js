// The page of configurations: what each line showed, going ahead with it, drafts of the editor, and its keys.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const rows = () => all("#list tbody tr[data-job]");
  const rowOf = (job) => one(`#list tr[data-job="${job}"]`);
  const shownOf = (root) => one('input[name="shown"]', root)?.value ?? "";
  const current = () => document.activeElement?.closest?.("#list tbody tr[data-job]");
  const waits = (row) => row.dataset.kind !== "decided";

  // What has changed since: a proposal is compared with what the line showed when the list was loaded.
  const first = new Map();
  const remember = () => { first.clear(); rows().forEach((row) => first.set(row.dataset.job, shownOf(row))); };
  const configOf = (shown) => (shown ? JSON.parse(shown).config : {});
  const differences = (before, after) => {
    const [old, now] = [configOf(before), configOf(after)];
    const found = [];
    for (const section of new Set([...Object.keys(old), ...Object.keys(now)])) {
      const [left, right] = [old[section] ?? {}, now[section] ?? {}];
      for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
        if (JSON.stringify(left[name]) !== JSON.stringify(right[name])) found.push(name.replaceAll("_", " "));
      }
    }
    return [...new Set(found)].join(", ") || "it is asked anew";
  };
  const clear = () => rows().filter((row) => row.dataset.kind === "clear" && !row.classList.contains("changed"));
  function compare() {
    const known = new Set();
    for (const row of rows()) {
      known.add(row.dataset.position);
      const before = first.get(row.dataset.job);
      const changed = waits(row) && before !== undefined && before !== shownOf(row);
      row.classList.toggle("changed", changed);
      row.classList.toggle("drafted", drafts.has(row.dataset.job));
      const note = one("[data-note]", row);
      if (changed && note && !one(".changed-fields", note)) {
        const words = document.createElement("span");
        words.className = "changed-fields";
        words.textContent = `changed meanwhile: ${differences(before, shownOf(row))}`;
        note.prepend(words, " ");
      }
    }
    const head = one("#head");
    const count = clear().length;
    const button = one("[data-go-all]");
    if (button) { one("[data-clear]", button).textContent = count; button.disabled = !count; }
    const waiting = (head?.dataset.waiting ?? "").split(" ").filter(Boolean);
    const chip = one("[data-arrived]");
    const gone = rows().some((row) => waits(row) && !waiting.includes(row.dataset.position));
    if (chip) chip.hidden = waiting.every((position) => known.has(position)) && !gone && !one("#list tr.changed");
    markEditor();
  }

  // Going ahead: what is sent is what was on the screen when somebody asked for it.
  const put = (form, name, value) => {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    one("[data-sent]", form).append(field);
  };
  const withAll = (form) => { const bar = one("#for-all"); if (bar) new FormData(bar).forEach((value, name) => put(form, name, value)); };
  const collect = (chosen) => {
    const form = one("#go-form");
    one("[data-sent]", form).replaceChildren();
    chosen.map(shownOf).filter(Boolean).forEach((shown) => put(form, "shown", shown));
    withAll(form);
    return form;
  };
  const ask = (chosen) => {
    if (!chosen.length) return;
    collect(chosen);
    const dialog = one("#go-all");
    const names = chosen.map((row) => one(".name", row).textContent.trim());
    all("[data-count]", dialog).forEach((each) => { each.textContent = names.length === 1 ? "1 restaurant" : `${names.length} restaurants`; });
    one("[data-names]", dialog).textContent = names.join(", ");
    const bar = one("#for-all-preview [data-changes]");
    const words = one("[data-for-all-note]", dialog);
    words.hidden = !bar;
    words.textContent = bar?.textContent ?? "";
    dialog.showModal();
  };
  const goAll = () => ask(clear());
  let leaving = null;
  const ready = (row) => Boolean(one("[data-go]", row));
  const go = (row) => { leaving = row.dataset.position; ask([row]); };
  const press = (row, path) => htmx.ajax("GET", `${location.pathname.replace(/(configuration).*/, "$1")}/${row.dataset.job}/${path}`, { source: row, target: "#dialog-body", swap: "innerHTML" });

  // The editor: what somebody typed is kept until it was sent, also while another restaurant is looked at.
  const drafts = new Map();
  const form = () => one("#editor-form");
  const fields = (root, name) => all(`[name="${name}"]`, root);
  const valueOf = (root, name) => {
    const found = fields(root, name);
    return found[0].type === "checkbox" ? found.filter((each) => each.checked).map((each) => each.value) : found[0].value;
  };
  const fill = (root, name, value) => fields(root, name).forEach((each) => {
    if (each.type === "checkbox") each.checked = value.includes(each.value); else each.value = value;
  });
  const check = () => { const inner = one("[data-checked]"); if (inner) htmx.trigger(inner, "check"); };
  const note = (target) => {
    const editor = form();
    if (!editor?.contains(target) || !target.name) return;
    const draft = drafts.get(editor.dataset.job) ?? {};
    draft[target.name] = valueOf(editor, target.name);
    drafts.set(editor.dataset.job, draft);
    markEditor();
  };
  function markEditor() {
    const editor = form();
    if (!editor) return;
    one("[data-unsaved]", editor).hidden = !drafts.has(editor.dataset.job);
    const row = rowOf(editor.dataset.job);
    row?.classList.toggle("drafted", drafts.has(editor.dataset.job));
    const bar = one("[data-changed-meanwhile]", editor);
    const [before, now] = [shownOf(editor), row && waits(row) ? shownOf(row) : ""];
    const changed = now && before !== now;
    bar.hidden = !changed;
    if (changed) one("span", bar).textContent = differences(before, now);
    all("[data-wrong]", editor).forEach((each) => fields(editor, each.dataset.wrong).forEach((field) => field.setAttribute("aria-invalid", "true")));
    all("[aria-invalid]", editor).filter((field) => !one(`[data-wrong="${field.name}"]`, editor)).forEach((field) => field.removeAttribute("aria-invalid"));
  }
  const base = () => location.pathname.replace(/\/configuration\/.*/, "/configuration");
  const open = (job) => {
    const bar = one("#for-all");
    const query = bar ? new URLSearchParams(new FormData(bar)).toString() : "";
    history.replaceState(null, "", `${base()}/${job}`);
    return htmx.ajax("GET", `${base()}/${job}${query ? `?${query}` : ""}`, { source: rowOf(job) ?? document.body, target: "#editor", swap: "innerHTML" });
  };
  const isOpen = () => Boolean(one("#editor").childElementCount);
  const close = () => {
    const job = form()?.dataset.job ?? location.pathname.split("/").pop();
    one("#editor").replaceChildren();
    history.replaceState(null, "", base());
    rowOf(job)?.focus();
  };
  const begin = () => {
    const editor = form();
    if (!editor) return;
    Object.entries(drafts.get(editor.dataset.job) ?? {}).forEach(([name, value]) => { if (fields(editor, name).length) fill(editor, name, value); });
    markEditor();
    if (drafts.has(editor.dataset.job)) check();
    (one("[aria-invalid]", editor) ?? one("h2", editor)).focus();
  };

  const next = (from, wanted) => {
    const every = rows().filter(waits);
    const after = every.filter((row) => Number(row.rowIndex) > from);
    return [...after, ...every].find(wanted);
  };
  const needs = (row) => row.dataset.kind !== "clear" || row.classList.contains("changed");

  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target?.id === "list") remember();
    if (target?.id === "editor") begin();
    if (target?.id === "editor-state") showWeek();
    if (target?.id === "outcome") answered(one("#outcome [data-settled]"));
    compare();
  });
  document.addEventListener("htmx:sse:after:message", compare);
  function answered(strip) {
    all("dialog[open]").forEach((each) => each.close());
    if (!strip) return;
    const settled = strip.dataset.settled.split(" ").filter(Boolean);
    const editing = form()?.dataset.job;
    settled.forEach((job) => drafts.delete(job));
    if (settled.includes(editing)) {
      const following = next(rowOf(editing)?.rowIndex ?? 0, needs);
      one("#editor").replaceChildren();
      if (following) open(following.dataset.job); else history.replaceState(null, "", base());
    } else if ("saved" in strip.dataset && editing) {
      const draft = drafts.get(editing) ?? {};
      strip.dataset.saved.split(" ").forEach((name) => delete draft[name]);
      if (!Object.keys(draft).length) drafts.delete(editing);
      all(`#ask-${editing} img`).forEach((each) => { each.src = `${each.src.split("?")[0]}?${Date.now()}`; });
      open(editing);
    }
    else if (leaving !== null) {
      const row = one(`#list tr[data-position="${leaving}"]`);
      (row && waits(row) ? row : next(row?.rowIndex ?? 0, () => true))?.focus();
    }
    leaving = null;
  }

  // The week day by day writes the text of the opening hours, and follows it once the server has read it.
  const days = () => all("#editor-form [data-day]");
  const writeWeek = () => {
    const hours = one("#editor-form [name=opening_hours]");
    const open = days().filter((day) => day.value.trim() && day.value.trim().toLowerCase() !== "closed");
    hours.value = open.map((day) => `${day.dataset.day} ${day.value.trim()}`).join("; ");
    note(hours);
  };
  const showWeek = () => {
    const week = one("#said-opening_hours")?.dataset.week?.split(";");
    days().forEach((day, index) => { if (week && day !== document.activeElement) day.value = week[index]; });
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("[data-day]")) { writeWeek(); return; }
    const picks = event.target.dataset?.picks;
    if (picks) { const text = one(`#editor-form [name="${picks}"]`); text.value = event.target.value; note(text); return; }
    if (event.target.matches("[name=contact_name]")) { const people = one("#editor-form [data-contact]"); if (people) people.value = ""; }
    note(event.target);
  });
  document.addEventListener("change", (event) => {
    if (!form()?.contains(event.target)) return;
    if (event.target.matches("[data-contact]") && event.target.value) {
      const name = one("#editor-form [name=contact_name]");
      name.value = event.target.value;
      note(name);
    }
    note(event.target);
    check();
  });
  document.addEventListener("reset", (event) => { if (event.target.id === "for-all") setTimeout(() => htmx.trigger(event.target, "change")); });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-with-all]")) withAll(event.target);
  }, true);

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    let hit;
    if (on("[data-go-all]")) goAll();
    else if ((hit = on("[data-go]"))) go(hit.closest("tr"));
    else if ((hit = on("[data-edit]"))) { event.preventDefault(); open(hit.closest("tr").dataset.job); }
    else if ((hit = on("[data-copy-down]"))) {
      const every = days();
      const from = every.indexOf(one("[data-day]", hit.closest("li")));
      every.slice(from + 1).forEach((day) => { day.value = every[from].value; });
      writeWeek();
      check();
    } else if (on("[data-close-editor]")) close();
    else if (on("[data-load-anew]")) open(form().dataset.job);
    else if (on("[data-discard]")) { drafts.delete(form().dataset.job); open(form().dataset.job); }
  });

  // Before the keys of every page: g with a restaurant in focus asks whether it goes ahead.
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || one("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form()) { event.preventDefault(); form().requestSubmit(); return; }
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = current() ?? (form() && rowOf(form().dataset.job));
    const answers = document.body.dataset.role !== "viewer";
    const waiting = row && waits(row);
    const keys = {
      n: () => next(row?.rowIndex ?? 0, needs)?.focus(),
      G: answers ? goAll : null,
      Escape: isOpen() && !one("#drawer").childElementCount ? close : null,
      e: waiting && one("[data-edit]", row) ? () => open(row.dataset.job) : null,
      g: answers && current() && ready(row) ? () => go(row) : null,
      r: answers && waiting ? () => press(row, "extract-again") : null,
      x: answers && waiting ? () => press(row, "leave-out") : null,
    };
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  }, true);

  addEventListener("beforeunload", (event) => { if (drafts.size) event.preventDefault(); });
  document.addEventListener("DOMContentLoaded", () => {
    remember();
    begin();
    compare();
    if (location.hash.startsWith("#ask-")) one(location.hash)?.focus();
  });
})();
