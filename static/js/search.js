/* One key opens the search; arrows walk through what it found; Escape goes back. */

(() => {
  "use strict";
  const doc = document;

  function field() {
    const shown = [...doc.querySelectorAll("[data-search] input[type=search]")];
    return shown.find((e) => e.offsetParent);
  }

  function lines(form) {
    return [...form.querySelectorAll(".found-line")];
  }

  function step(form, by) {
    const all = lines(form);
    const next = all.indexOf(doc.activeElement) + by;
    if (next < 0) form.querySelector("input[type=search]").focus();
    else all[Math.min(next, all.length - 1)]?.focus();
  }

  function open(event) {
    const found = field();
    if (!found) {
      const page = doc.querySelector("[data-search-page]");
      if (page) page.click();
      return;
    }
    event.preventDefault();
    found.focus();
    found.select();
  }

  doc.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
    if (command || (event.key === "/" && plain && !typing)) {
      open(event);
      return;
    }
    const form = event.target.closest?.("[data-search]");
    if (!form || !plain) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(form, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      doc.activeElement.blur();
      doc.getElementById("main").focus({ preventScroll: true });
    } else if (event.key === "Enter" && event.target.matches("input")) {
      // The first line is what one means, once something is typed and the list has caught up.
      const typed = event.target.value.trim();
      const first = typed && form.querySelector(".found")?.dataset.q === typed && lines(form)[0];
      if (first) {
        event.preventDefault();
        first.click();
      }
    }
  });
})();
