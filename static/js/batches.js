// The form for many prompts: the name of the chosen sheet, and choosing none again.
(() => {
  "use strict";
  const field = document.getElementById("file");
  const name = document.getElementById("file-name");
  const none = document.getElementById("file-none");
  if (!field || !name || !none) return;

  function show() {
    name.textContent = field.files.length ? field.files[0].name : "Choose a CSV";
    none.hidden = !field.files.length;
  }

  field.addEventListener("change", show);
  none.addEventListener("click", () => {
    field.value = "";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
  show();
})();
