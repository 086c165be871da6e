// A button that copies the text of a field. Without this script the text stands there to be
// marked by hand, and the button is not shown.
(() => {
  "use strict";

  async function copy(field) {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      // Only a secure address may write to the clipboard; what is marked can be copied anywhere.
      return document.execCommand("copy");
    }
  }

  document.querySelectorAll("[data-copy]").forEach((button) => {
    const field = document.getElementById(button.dataset.copy);
    const told = button.parentElement.querySelector("[data-copied]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copy(field);
      told.textContent = done ? "Copied." : "Marked: press Ctrl-C to copy.";
    });
  });
})();
