// The list of templates beside the generate form: opened by its button, closed again.
(() => {
  "use strict";
  const doc = document;

  function close() {
    doc.getElementById("pick-place")?.replaceChildren();
    doc.getElementById("pick-open")?.focus();
  }

  doc.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-pick]")) close();
  });
  doc.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.("#library-pick")) close();
  });
  doc.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.closest?.("#library-pick") || event.target.id === "pick-place") {
      const field = doc.getElementById("pick-q");
      field?.focus();
      field?.setSelectionRange(field.value.length, field.value.length);
    }
  });
})();
