// The generate form: keys, the two ways to set the seconds, and pictures dropped onto it.
(() => {
  "use strict";
  const doc = document;
  const form = () => doc.getElementById("generate-form");

  doc.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    if (form()?.contains(event.target)) {
      event.preventDefault();
      form().requestSubmit();
    }
  });

  // The slider and the number say the same.
  doc.addEventListener("input", (event) => {
    const twin = event.target.dataset?.mirror && doc.getElementById(event.target.dataset.mirror);
    if (twin) twin.value = event.target.value;
    if (event.target.id === "prompt") count();
  });

  function count() {
    const field = doc.getElementById("prompt");
    const place = doc.querySelector("[data-count='prompt']");
    if (!field || !place) return;
    const left = field.maxLength - field.value.length;
    place.textContent = left < 500 ? `${left} characters left` : "";
  }

  function dress() {
    count();
    const mac = /Mac|iPhone|iPad/.test(navigator.platform);
    if (mac) doc.querySelectorAll("[data-mac]").forEach((e) => (e.textContent = e.dataset.mac));
  }

  dress();

  // --- Pictures: dropped, pasted or chosen; each way ends in the file field.
  function take(files) {
    const field = doc.getElementById("file");
    const picture = [...files].find((file) => file.type.startsWith("image/"));
    if (!field || !picture) return;
    doc.getElementById("mode-image").checked = true;
    const box = new DataTransfer();
    box.items.add(picture);
    field.files = box.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  doc.addEventListener("dragover", (event) => {
    if (!form() || ![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    doc.querySelector("[data-drop]")?.classList.add("drop-over");
  });
  doc.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) doc.querySelector("[data-drop]")?.classList.remove("drop-over");
  });
  doc.addEventListener("drop", (event) => {
    if (!form() || !event.dataTransfer.files.length) return;
    event.preventDefault();
    doc.querySelector("[data-drop]")?.classList.remove("drop-over");
    take(event.dataTransfer.files);
  });
  doc.addEventListener("paste", (event) => {
    if (form() && event.clipboardData?.files.length) take(event.clipboardData.files);
  });

  doc.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id === "file") doc.querySelector("[data-uploading]").hidden = false;
  });
  doc.addEventListener("htmx:afterRequest", (event) => {
    const words = doc.querySelector("[data-uploading]");
    if (event.target.id === "file" && words) words.hidden = true;
  });

  doc.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "picture") doc.body.dispatchEvent(new Event("picture"));
    if (event.target.id !== "generate-form") return;
    dress();
    const wrong = form().querySelector("[aria-invalid='true'], .wrong, .banner-bad");
    if (!wrong) return;
    if (wrong.matches("input, textarea, select")) wrong.focus();
    wrong.scrollIntoView({ block: "center" });
  });
})();
