// The storyboard: ticking all, dragging shots to another place, moving one by the keyboard, and
// leaving a form by Escape. Each also has a button that works without this.
(() => {
  "use strict";
  const doc = document;
  const ticks = () => [...doc.querySelectorAll("input[type='checkbox'][name='shots']")];
  // What nobody can make is ticked by hand alone, for changing its tier.
  const makeable = () => ticks().filter((box) => !box.dataset.blocked);

  function count() {
    const all = doc.querySelector("[data-tick-all]");
    if (!all) return;
    const marked = makeable().filter((box) => box.checked).length;
    all.checked = marked > 0 && marked === makeable().length;
    all.indeterminate = marked > 0 && !all.checked;
  }

  doc.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      const boxes = event.target.checked ? makeable() : ticks();
      boxes.forEach((box) => (box.checked = event.target.checked));
    }
    if (event.target.matches("[data-tick-all], input[name='shots']")) {
      count();
      doc.body.dispatchEvent(new Event("ticked"));
    }
  });
  doc.addEventListener("htmx:afterSettle", count);
  count();

  // --- Dragging by the grip; the line shows where the shot would go.
  let dragged = null;

  const over = (event) => dragged && event.target.closest?.(".strip > li");
  const clean = () => doc.querySelectorAll(".frame-over").forEach((e) => e.classList.remove("frame-over"));

  doc.addEventListener("dragstart", (event) => {
    const grip = event.target.closest?.(".frame-grip");
    if (!grip) return;
    dragged = grip.closest("li");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.shot);
    event.dataTransfer.setDragImage(dragged, 24, 24);
    dragged.classList.add("frame-drag");
  });
  doc.addEventListener("dragover", (event) => {
    const place = over(event);
    if (!place) return;
    event.preventDefault();
    clean();
    if (place !== dragged) place.classList.add("frame-over");
  });
  doc.addEventListener("drop", (event) => {
    const place = over(event);
    if (!place || place === dragged) return;
    event.preventDefault();
    place.before(dragged);
    send(place.parentElement);
  });
  doc.addEventListener("dragend", () => {
    dragged?.classList.remove("frame-drag");
    dragged = null;
    clean();
  });

  function send(strip) {
    const order = [...strip.querySelectorAll("[data-shot]")].map((e) => e.dataset.shot);
    const values = { order, chosen: "1", shots: ticks().filter((b) => b.checked).map((b) => b.value) };
    values.takes_each = doc.getElementById("takes_each")?.value || "1";
    window.htmx.ajax("POST", strip.dataset.orderTo, { target: "#storyboard", swap: "outerHTML", values });
  }

  // --- Alt with an arrow moves the shot that one is in; Escape leaves a form.
  doc.addEventListener("keydown", (event) => {
    const card = event.target.closest?.(".strip > li[data-shot]");
    const step = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (card && step && event.altKey && !event.target.matches("textarea, input[type='number'], select")) {
      event.preventDefault();
      doc.getElementById(`${step}-${card.dataset.shot}`)?.click();
    }
    const form = event.target.closest?.(".shot-form");
    if (form && event.key === "Escape") form.querySelector("[data-cancel]").click();
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
})();
