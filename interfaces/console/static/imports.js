// The import page: a file may be dropped anywhere, a key leads to the next wrong cell, an outcome takes the focus.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root) => [...root.querySelectorAll(selector)];
  const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event) || !one("[data-drop]")) return;
    event.preventDefault();
    one("[data-drop]").classList.add("over");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) one("[data-drop]")?.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    const field = one("[data-drop] input");
    if (!holdsFiles(event) || !field) return;
    event.preventDefault();
    one("[data-drop]").classList.remove("over");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  // The same file, chosen again after it was put right, is read again; a text does not stay beside a file.
  document.addEventListener("click", (event) => { if (event.target.matches("[data-drop] input")) event.target.value = ""; });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-drop] input")) one("#pasted").value = ""; });
  document.addEventListener("input", (event) => { if (event.target.id === "pasted") one("[data-drop] input").value = ""; });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) return;
    if (event.key === "v") { event.preventDefault(); one("#pasted")?.focus(); }
    if (event.key === "n") { event.preventDefault(); one(".field.wrong input")?.focus(); }
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail.ctx?.target;
    if (target?.id !== "import") return;
    one("[autofocus]", target)?.focus();
    // The tallies are said, not the whole table.
    one("#said").textContent = all(".tallies, .outcome h2, .note.wrong", target).map((each) => each.textContent).join(" ").slice(0, 200);
  });
})();
