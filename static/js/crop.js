// The frame on a picture that is to be animated: it keeps the asked shape, is moved and sized by
// pointer, touch and keys, and says in the form which part it holds. Without it all is animated.
(() => {
  "use strict";
  const doc = document;
  // The frame has no id: htmx would copy its style as an attribute, which the policy forbids.
  const SHORTEST = 300; // pixels a side; the server holds it too
  let work = null;

  const asked = () => doc.querySelector("input[name='ratio']:checked")?.value ?? "16:9";
  const clamp = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));

  function open() {
    const room = doc.querySelector("[data-cropper]");
    if (!room) return void (work = null);
    if (work?.room === room) return;
    work = {
      room,
      frame: room.querySelector("[data-crop-frame]"),
      on: room.querySelector("[data-crop-on]"),
      field: doc.getElementById("crop"),
      width: Number(room.dataset.width),
      height: Number(room.dataset.height),
    };
    room.hidden = false;
    room.closest(".drop").classList.add("drop-cropping");
    const kept = work.field.value.split(",").map(Number);
    work.on.checked = kept.length === 4 || !room.dataset.whole;
    if (kept.length === 4) [work.x, work.y, work.w, work.h] = kept;
    fit(kept.length === 4 ? kept[2] : Infinity);
  }

  // The frame in the asked shape, at most so wide, around the middle that it had.
  function fit(wide) {
    const [a, b] = asked().split(":").map(Number);
    const { width, height } = work;
    const middle = work.w ? [work.x + work.w / 2, work.y + work.h / 2] : [width / 2, height / 2];
    const most = Math.min(width, (height * a) / b);
    const least = Math.min(most, a < b ? SHORTEST : (SHORTEST * a) / b);
    work.shape = a / b;
    work.w = clamp(Math.min(wide, most), least, most);
    work.h = work.w / work.shape;
    put(middle[0] - work.w / 2, middle[1] - work.h / 2);
  }

  function put(x, y) {
    work.x = clamp(x, 0, work.width - work.w);
    work.y = clamp(y, 0, work.height - work.h);
    show();
  }

  function size(wide) {
    const corner = [work.x, work.y];
    const most = Math.min(work.width - work.x, (work.height - work.y) * work.shape);
    fit(Math.min(wide, most));
    put(...corner);
  }

  function show() {
    const { frame, room, field, width, height } = work;
    const w = Math.min(Math.round(work.w), width);
    const h = Math.min(Math.round(work.h), height);
    const x = Math.min(Math.round(work.x), width - w);
    const y = Math.min(Math.round(work.y), height - h);
    const all = w >= width - 1 && h >= height - 1;
    frame.hidden = !work.on.checked;
    frame.style.left = `${(100 * x) / width}%`;
    frame.style.top = `${(100 * y) / height}%`;
    frame.style.width = `${(100 * w) / width}%`;
    frame.style.height = `${(100 * h) / height}%`;
    field.value = work.on.checked && !all ? `${x},${y},${w},${h}` : "";
    room.querySelector("[data-crop-ratio]").textContent = asked();
    const part = `${w} × ${h} px, from ${x} across and ${y} down`;
    room.querySelector("[data-crop-words]").textContent = field.value ? part : "All of the picture";
  }

  // --- By keys: arrows move, plus and minus size; with Shift in larger steps.
  doc.addEventListener("keydown", (event) => {
    if (!work || event.target !== work.frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (Math.max(work.width, work.height) / 100) * (event.shiftKey ? 5 : 1);
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const move = moves[event.key];
    if (move) put(work.x + move[0] * step, work.y + move[1] * step);
    else if (event.key === "+" || event.key === "=") fit(work.w + 2 * step);
    else if (event.key === "-" || event.key === "_") fit(work.w - 2 * step);
    else return;
    event.preventDefault();
  });

  // --- By pointer and touch: the frame moves, its corner sizes.
  let held = null;
  doc.addEventListener("pointerdown", (event) => {
    const frame = event.target.closest?.("[data-crop-frame]");
    if (!work || frame !== work.frame || !frame || event.button !== 0) return;
    const grip = event.target.matches("[data-crop-grip]");
    held = { grip, x: event.clientX, y: event.clientY, from: [work.x, work.y, work.w] };
    frame.setPointerCapture(event.pointerId);
    frame.focus();
    event.preventDefault();
  });
  doc.addEventListener("pointermove", (event) => {
    if (!held || !work) return;
    const scale = work.width / work.frame.parentElement.clientWidth;
    const [dx, dy] = [(event.clientX - held.x) * scale, (event.clientY - held.y) * scale];
    const [x, y, w] = held.from;
    if (held.grip) size(w + Math.max(dx, dy * work.shape));
    else put(x + dx, y + dy);
  });
  ["pointerup", "pointercancel"].forEach((name) => doc.addEventListener(name, () => (held = null)));

  doc.addEventListener("change", (event) => {
    if (!work) return;
    if (event.target === work.on) show();
    if (event.target.name === "ratio") fit(Infinity);
  });
  doc.addEventListener("htmx:afterSettle", open);
  open();
})();
