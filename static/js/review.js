// A proposed rewrite: taken into the form, or left. Nothing is taken without a press.
(() => {
  "use strict";
  const doc = document;

  function put(name, text) {
    const field = doc.getElementById(name);
    if (!field || field.value === text) return;
    field.value = text;
    field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function leave() {
    doc.getElementById("rewrite")?.replaceChildren();
    doc.getElementById("prompt")?.focus();
  }

  // A proposal for what stood there before is of no use, and must not come in late.
  doc.addEventListener("input", (event) => {
    if (event.target.id !== "prompt") return;
    doc.getElementById("propose")?.dispatchEvent(new Event("htmx:abort"));
    doc.getElementById("rewrite")?.replaceChildren();
  });

  doc.addEventListener("click", (event) => {
    const button = event.target.closest("[data-accept-rewrite], [data-keep-mine]");
    if (!button) return;
    if (button.matches("[data-accept-rewrite]")) {
      doc.querySelectorAll("[data-rewrite]").forEach((kept) => put(kept.dataset.rewrite, kept.value));
    }
    leave();
  });
})();
