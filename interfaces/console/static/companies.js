// The company gate: keys, what was decided and not yet sent, and the evidence of the row one is at.
// What can be answered stands in the rows; what an answer means, and whether it is taken, the server says.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const table = one("#companies");
  if (!table) return;
  const path = table.dataset.path;
  const slot = one("#company-form");
  const form = one("#company-send");
  const say = (text) => all("#said, #company-said").forEach((each) => { each.textContent = text; });
  const jobOf = (row) => row.id.slice(4);
  const rowOf = (job) => document.getElementById(`ask-${job}`);
  const waits = (row) => row.dataset.letters !== undefined;

  // What is decided and not sent, what was typed in forms, and what came back: of this person and batch, in this tab.
  const person = ` as ${one(".who").textContent}`;
  const key = `companies ${path}${person}`;
  // What another person left in this tab is nobody's any more.
  Object.keys(sessionStorage).filter((name) => name.startsWith("companies ") && !name.endsWith(person)).forEach((name) => sessionStorage.removeItem(name));
  const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
  const drafts = new Map(kept.drafts || []);
  const typed = new Map(kept.typed || []);
  const results = new Map();
  const undo = [];
  let at = null;
  let sending = false;
  const keep = () => sessionStorage.setItem(key, JSON.stringify({ drafts: [...drafts], typed: [...typed] }));

  const isStale = (row, draft) => !waits(row) || row.dataset.visit !== draft.visit;
  const visible = () => all("tbody tr", table).filter((row) => row.getClientRects().length);
  const open = (row) => waits(row) && !drafts.has(jobOf(row));
  const toSend = () => [...drafts].filter(([job, draft]) => draft.answer && rowOf(job) && !isStale(rowOf(job), draft));

  const paint = (row) => {
    const cell = one("td.draft", row);
    if (!cell) return;
    const draft = drafts.get(jobOf(row));
    const before = results.get(jobOf(row));
    // What became of an answer says nothing of the question that is asked now.
    const result = before && !(waits(row) && Number(row.dataset.visit) > before.visit) ? before : null;
    const stale = draft && isStale(row, draft);
    const [kind, text] = stale ? ["stale", `not sent: ${waits(row) ? "it is asked anew" : "it is decided"} (yours: ${draft.label})`]
      : draft ? [draft.answer ? "draft" : "later", draft.label]
      : result ? [result.accepted ? "accepted" : "refused", result.text] : ["", ""];
    if (cell.textContent !== text) cell.textContent = text;
    const title = result && !draft && result.label || text;
    if (cell.title !== title) cell.title = title;
    if (kind && cell.dataset.kind !== kind) cell.dataset.kind = kind;
    if (!kind) delete cell.dataset.kind;
    row.toggleAttribute("data-at", jobOf(row) === at);
  };
  const paintAll = () => {
    all("tbody tr", table).forEach(paint);
    const clear = visible().filter((row) => open(row) && row.dataset.clear).length;
    if (form) {
      one("#company-accept").disabled = !clear;
      one("#company-accept b").textContent = clear;
      one("#company-submit").disabled = sending || !toSend().length;
      one("#company-submit b").textContent = toSend().length;
      one("#company-undo").hidden = !undo.length;
      const letters = (at && rowOf(at)?.dataset.letters) || "";
      all(".presses [data-press]").forEach((each) => { each.disabled = ![...each.dataset.press === "s" ? "sc" : each.dataset.press].some((one) => letters.includes(one)); });
    }
  };

  // The evidence of the row one is at; when one moves fast, only that of the last row is asked for.
  let asked = null;
  let soon = 0;
  const showEvidence = (job, delay = 60) => {
    clearTimeout(soon);
    soon = setTimeout(async () => {
      asked?.abort();
      asked = new AbortController();
      const headers = { "HX-Request": "true", "HX-Request-Type": "partial" };
      try {
        const answer = await fetch(`${path}/${job}`, { headers, signal: asked.signal });
        if (answer.status === 401) location.reload();
        const text = await answer.text();
        if (job === at) one("#evidence").innerHTML = text;
      } catch (error) {
        if (error.name !== "AbortError") one("#evidence").textContent = "The console does not answer; what you decided is kept.";
      }
    }, delay);
  };
  const go = (row, { load = true } = {}) => {
    const moved = jobOf(row) !== at;
    at = jobOf(row);
    paintAll();
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    if (!moved) return;
    closeForm();
    history.replaceState(history.state, "", `#${row.id}`);
    if (load) showEvidence(at);
  };
  const current = () => { const row = at && rowOf(at); return row && row.getClientRects().length ? row : null; };
  const move = (step) => {
    const every = visible();
    const index = every.indexOf(current());
    const next = every[index < 0 ? 0 : Math.min(every.length - 1, Math.max(0, index + step))];
    if (next) go(next);
  };
  const nextThatNeeds = (quiet = false) => {
    const every = visible();
    const from = every.indexOf(current()) + 1;
    const next = [...every.slice(from), ...every.slice(0, from)].find((row) => open(row) && "needs" in row.dataset);
    if (next) go(next);
    else if (!quiet) say(toSend().length ? "Nothing more needs you: Enter sends what is decided." : "Nothing more needs you.");
  };

  // Decisions: nothing is sent before Enter, so each can be taken back.
  const decide = (entries) => {
    undo.push(entries.map(([row]) => [jobOf(row), drafts.get(jobOf(row))]));
    entries.forEach(([row, answer, label]) => {
      results.delete(jobOf(row));
      drafts.set(jobOf(row), { visit: row.dataset.visit, answer, label });
    });
    keep();
    paintAll();
  };
  const decideOne = (row, answer, label) => {
    decide([[row, answer, label]]);
    say(`${one(".name", row).textContent.trim()}: ${label}`);
    nextThatNeeds(true);
  };
  const choose = (row, index) => {
    const [number, label] = JSON.parse(row.dataset.choices || "[]")[index] || [];
    if (number) decideOne(row, { kind: "company", company_number: number }, `${index + 1} ${label}`);
    else say(`There is no company ${index + 1}.`);
  };
  const acceptClear = () => {
    const taken = visible().filter((row) => open(row) && row.dataset.clear);
    if (!taken.length) return;
    decide(taken.map((row) => [row, JSON.parse(row.dataset.clear), "as proposed"]));
    if (!current() || !open(current())) nextThatNeeds();
    say(`${taken.length} clear accepted as proposed`);
  };
  const takeBack = () => {
    const entries = undo.pop();
    if (!entries) return;
    entries.forEach(([job, before]) => { if (before) drafts.set(job, before); else drafts.delete(job); });
    keep();
    paintAll();
    say(`${entries.length} taken back`);
    const row = rowOf(entries[0][0]);
    if (row?.getClientRects().length) go(row);
  };

  // Sending: what was decided goes with the visit at which it was decided; each restaurant gets a verdict of its own.
  const fill = () => {
    const answers = toSend().map(([job, draft]) => ({ job_id: job, visit: Number(draft.visit), answer: draft.answer }));
    one("[name=answers]", form).value = JSON.stringify(answers);
    return answers.length;
  };
  const send = () => {
    if (sending) return;
    if (!toSend().length) { say("Nothing is decided yet."); return; }
    form.requestSubmit();
  };
  const takeResults = (root) => {
    const found = all("li[data-job]", root);
    found.forEach((each) => {
      const job = each.dataset.job;
      const label = drafts.get(job)?.label;
      drafts.delete(job);
      typed.delete(`${job} search`);
      typed.delete(`${job} by-hand`);
      const accepted = each.dataset.accepted === "true";
      results.set(job, { accepted, visit: Number(each.dataset.visit), label: accepted ? label : "", text: accepted ? "✓ sent" : one("[data-why]", each).textContent });
    });
    if (!found.length) return false;
    undo.length = 0;
    keep();
    paintAll();
    return true;
  };

  // Forms: what is typed is kept until it is sent; no stream touches them.
  function closeForm() { slot?.replaceChildren(); }
  const openForm = (row, kind) => {
    go(row);
    htmx.ajax("GET", `${path}/${jobOf(row)}/${kind}`, { source: slot, target: slot, swap: "innerHTML" });
  };
  const fieldsOf = (root) => all("input[name]:not([type=hidden])", root);
  document.addEventListener("input", (event) => {
    const own = event.target.closest("#company-form form");
    if (!own) return;
    typed.set(own.dataset.form, Object.fromEntries(fieldsOf(own).map((field) => [field.name, field.value])));
    keep();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target?.id === "company-outcome") takeResults(target);
    if (target?.id !== "company-form") return;
    if (takeResults(target)) { one("#company-outcome").replaceChildren(...target.childNodes); closeForm(); current()?.focus(); nextThatNeeds(); return; }
    const own = one("form", target);
    const before = own && typed.get(own.dataset.form);
    if (before) fieldsOf(own).forEach((field) => { if (field.name in before) field.value = before[field.name]; });
    (one("[aria-invalid]", target) || fieldsOf(target)[0])?.focus();
  });
  form?.addEventListener("submit", () => { fill(); }, true);
  document.addEventListener("htmx:before:request", (event) => { if (event.detail.ctx?.sourceElement === form) { sending = true; paintAll(); } });
  document.addEventListener("htmx:finally:request", (event) => { if (event.detail.ctx?.sourceElement === form) { sending = false; paintAll(); } });

  const press = (pressed) => {
    const row = current();
    const letter = (which, then) => { if (row && row.dataset.letters?.includes(which)) then(); else say("That cannot be answered here."); };
    const search = () => { if (row && /[cs]/.test(row.dataset.letters || "")) openForm(row, "search"); else say("It cannot be searched again now."); };
    const keys = {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1), n: () => nextThatNeeds(),
    };
    if (form) Object.assign(keys, {
      m: () => letter("m", () => decideOne(row, { kind: "no_match" }, "no match")),
      x: () => letter("x", () => decideOne(row, { kind: "leave_out" }, "leave out")),
      l: () => letter("l", () => decideOne(row, null, "later")),
      s: search, c: search,
      h: () => letter("h", () => openForm(row, "by-hand")),
      u: takeBack, A: acceptClear, Enter: send,
    });
    if (form && row && /^[1-9]$/.test(pressed)) return choose(row, Number(pressed) - 1) ?? true;
    if (!keys[pressed]) return false;
    keys[pressed]();
    return true;
  };
  let going = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inField = event.target.matches("input, textarea, select, [contenteditable]");
    if (event.key === "Escape" && slot?.contains(event.target)) { closeForm(); current()?.focus(); return; }
    if (inField || one("dialog[open]")) return;
    // After g a letter leads to another page.
    if (going || event.key === "g") { going = !going; if (going) setTimeout(() => { going = false; }, 1500); return; }
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    // A key that is held moves on; it does not answer row after row.
    if (event.repeat && !/^(j|k|n|Arrow)/.test(event.key)) return;
    if (press(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-press]");
    if (button) { press(button.dataset.press); return; }
    const chosen = form && event.target.closest("[data-choose]");
    const asking = chosen && rowOf(one("[data-evidence]").dataset.evidence);
    if (asking && waits(asking)) {
      decideOne(asking, { kind: "company", company_number: chosen.dataset.choose }, chosen.dataset.label);
      return;
    }
    const row = event.target.closest("#companies tbody tr");
    if (row && !event.target.closest("a")) go(row);
  });

  // Rows that the stream brings: what a person decided stays beside them, and the evidence follows the row one is at.
  new MutationObserver((changes) => {
    paintAll();
    const own = at && rowOf(at);
    const changed = ({ target, attributeName }) => attributeName !== "data-at" && own?.contains(target) && !(target.closest ? target : target.parentElement)?.closest("td.draft, time");
    if (changes.some(changed)) showEvidence(at, 0);
  }).observe(one("tbody", table), { subtree: true, childList: true, attributes: true, characterData: true });

  // What stands under the head leaves it room, however high it is.
  const top = one(".gate-top");
  new ResizeObserver(() => document.documentElement.style.setProperty("--gate-top", `${top.offsetHeight}px`)).observe(top);

  document.addEventListener("DOMContentLoaded", () => {
    // A draft that came too late said so while the page was open; now the row says who decided.
    drafts.forEach((_, job) => { if (!rowOf(job) || !waits(rowOf(job))) drafts.delete(job); });
    const shown = one("[data-evidence]")?.dataset.evidence;
    const linked = location.hash.startsWith("#ask-") && document.getElementById(location.hash.slice(1));
    const row = (linked && linked.getClientRects().length && linked) || (shown && rowOf(shown));
    if (row) go(row, { load: jobOf(row) !== shown });
    paintAll();
  });
})();
