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

  // A proposal for what stood there before is of no use, nor may it come in late.
  const written = () => doc.getElementById("prompt")?.value;
  let asked = "";
  doc.addEventListener("input", (event) => {
    if (event.target.id === "prompt") doc.getElementById("rewrite")?.replaceChildren();
  });
  doc.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "propose") asked = written();
  });
  doc.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id === "rewrite" && asked !== written()) event.detail.shouldSwap = false;
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
