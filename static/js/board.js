// The draft board: new takes arrive in place, keys move and judge, several play in step, and two
// to four are chosen to be compared. Every button works without this script.
(() => {
  "use strict";
  const doc = document;
  const bar = doc.getElementById("compare-form");
  const all = doc.getElementById("play-all");
  const MOST = 4;
  const SWIPE = 80;

  const takes = () => [...doc.querySelectorAll(".take")];
  const opener = (take) => take?.querySelector(".take-still");
  const current = () => doc.activeElement?.closest?.(".take") ?? null;

  // --- What has changed is put where it stands; what one is busy with is left for the next time.
  function busy(take) {
    const at = doc.activeElement;
    return take.querySelector("details[open]") || (take.contains(at) && at.matches("input:not([type=checkbox]), textarea"));
  }

  function replace(old, fresh) {
    if (busy(old)) return;
    const focused = old.contains(doc.activeElement) ? doc.activeElement.id : "";
    const chosen = old.querySelector("[data-compare]")?.checked;
    const node = doc.importNode(fresh, true);
    if (old.dataset.state !== node.dataset.state) node.classList.add("fresh");
    old.replaceWith(node);
    htmx.process(node);
    const box = node.querySelector("[data-compare]");
    if (box && chosen) box.checked = true;
    if (focused) (doc.getElementById(focused) ?? opener(node))?.focus({ preventScroll: true });
  }

  // --- How many takes are in which state. What a press changes is moved from one count to the
  // other, since the sheet may show a part of the takes alone.
  const groups = new Map();

  const counted = (value) => doc.querySelector(`[data-count-of="${value}"]`);

  function add(value, by) {
    const place = counted(value);
    if (place) place.textContent = String(Math.max(0, Number(place.textContent) + by));
  }

  function learn() {
    groups.clear();
    takes().forEach((take) => groups.set(take.id, take.dataset.group));
  }

  function recount() {
    takes().forEach((take) => {
      const was = groups.get(take.id);
      if (was === undefined || was === take.dataset.group) return;
      add(was, -1);
      add(take.dataset.group, 1);
      groups.set(take.id, take.dataset.group);
    });
  }

  function count_all(fresh) {
    const shown = [...fresh.querySelectorAll(".take")].map((take) => take.dataset.group);
    doc.querySelectorAll("[data-count-of]").forEach((place) => {
      const value = place.dataset.countOf;
      place.textContent = String(value ? shown.filter((group) => group === value).length : shown.length);
    });
  }

  doc.addEventListener("htmx:afterSettle", recount);
  learn();

  function take_in(text) {
    const parsed = new DOMParser().parseFromString(text, "text/html");
    const sheet = doc.getElementById("board");
    const fresh = parsed.getElementById("board");
    if (!sheet || !fresh) return;
    fresh.querySelectorAll(".take").forEach((node) => {
      const old = doc.getElementById(node.id);
      if (old) {
        if (old.dataset.version !== node.dataset.version) replace(old, node);
      } else if (!sheet.dataset.filter || sheet.dataset.filter === node.dataset.group) {
        const list = doc.getElementById(node.closest(".takes").id);
        if (!list) return;
        const added = doc.importNode(node, true);
        added.classList.add("fresh");
        list.append(added);
        htmx.process(added);
      }
    });
    fresh.querySelectorAll("[data-part]").forEach((part) => {
      const old = doc.getElementById(part.id);
      if (old && old.innerHTML !== part.innerHTML) old.replaceChildren(...part.childNodes);
    });
    sheet.dataset.version = fresh.dataset.version;
    count_all(fresh);
    learn();
  }

  doc.addEventListener("htmx:configRequest", (event) => {
    if (event.target.id !== "board-poll") return;
    event.detail.parameters.v = doc.getElementById("board").dataset.version;
  });
  doc.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (elt.id === "board-poll" && (xhr.status === 200 || xhr.status === 286)) take_in(xhr.responseText);
  });

  // --- A take whose last press is still on its way takes the next one after it.
  const later = new Map();

  function press(take, name) {
    const button = take.querySelector(name);
    if (!button) return;
    if (!take.querySelector(".htmx-request")) return button.click();
    later.set(take.id, [...(later.get(take.id) ?? []), name]);
  }

  doc.addEventListener("htmx:afterSettle", () => {
    later.forEach((names, id) => {
      const take = doc.getElementById(id);
      if (!take || take.querySelector(".htmx-request")) return;
      later.set(id, names.slice(1));
      if (names.length) press(take, names[0]);
      else later.delete(id);
    });
  });

  // Pressed by hand while the last press is on its way: the card is about to be replaced, and what
  // its old buttons send would come back to nowhere.
  doc.addEventListener("click", (event) => {
    const button = event.isTrusted ? event.target.closest?.(".take-acts button[data-rate], .take-acts button[data-do]") : null;
    const take = button?.closest(".take");
    if (!take?.querySelector(".htmx-request")) return;
    event.preventDefault();
    event.stopPropagation();
    press(take, button.dataset.rate ? `[data-rate='${button.dataset.rate}']` : `[data-do='${button.dataset.do}']`);
  }, true);

  // --- Keys.
  function beside(take, key) {
    const shown = takes();
    const at = shown.indexOf(take);
    if (key === "ArrowLeft") return shown[at - 1];
    if (key === "ArrowRight") return shown[at + 1];
    const from = take.getBoundingClientRect();
    const middle = from.left + from.width / 2;
    const below = key === "ArrowDown";
    const rows = shown.map((node) => ({ node, box: node.getBoundingClientRect() }));
    const there = rows.filter(({ box }) => (below ? box.top > from.top + 4 : box.top < from.top - 4));
    const edge = below ? Math.min(...there.map(({ box }) => box.top)) : Math.max(...there.map(({ box }) => box.top));
    const row = there.filter(({ box }) => Math.abs(box.top - edge) < 4);
    row.sort((a, b) => Math.abs(a.box.left + a.box.width / 2 - middle) - Math.abs(b.box.left + b.box.width / 2 - middle));
    return row[0]?.node;
  }

  function go(take) {
    const link = opener(take);
    if (!link) return;
    link.focus({ focusVisible: true });
    take.scrollIntoView({ block: "nearest" });
  }

  function reject(take) {
    const button = take.querySelector("[data-do='reject']");
    if (!button) return;
    button.click();
    take.querySelector("details[open] [name='reason']")?.focus();
  }

  doc.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details[open].act-menu")) event.target.lastElementChild.scrollIntoView({ block: "nearest" });
  }, true);

  function menu_key(event, menu) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const lines = [...menu.querySelectorAll("[name='reason']")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const at = lines.indexOf(doc.activeElement);
    lines[(at + step + lines.length) % lines.length]?.focus();
    event.preventDefault();
  }

  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const menu = event.target.closest?.("details[open].act-menu");
    if (menu && !event.target.matches("summary")) return menu_key(event, menu);
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const key = event.key;
    if (key === " " && !event.target.closest?.("button, summary, a:not(.take-still)")) {
      event.preventDefault();
      return play_all();
    }
    const take = current();
    if (key.startsWith("Arrow")) {
      if (!take && !doc.activeElement?.matches?.("body, main")) return;
      event.preventDefault();
      return go(take ? beside(take, key) : takes()[0]);
    }
    if (!take) return;
    const pressed = key.toLowerCase();
    const speed = { j: -1, k: 0, l: 1 }[pressed];
    if (speed !== undefined) doc.dispatchEvent(new CustomEvent("footage:speed", { detail: speed }));
    else if (/^[1-5]$/.test(key)) press(take, `[data-rate='${key}']`);
    else if (pressed === "p") press(take, "[data-do='pick']");
    else if (pressed === "x") reject(take);
    else if (pressed === "c") take.querySelector("[data-compare]")?.click();
    else return;
    event.preventDefault();
  });

  // --- All that are in view, silent and from their beginnings together.
  let running = [];

  function in_view(node) {
    const box = node.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight;
  }

  function stop_all() {
    running.forEach((video) => {
      video.pause();
      video.remove();
      video.removeAttribute("src");
      video.load();
    });
    running = [];
    all?.setAttribute("aria-pressed", "false");
  }

  function play_all() {
    if (running.length) return stop_all();
    doc.dispatchEvent(new CustomEvent("footage:stop"));
    const shown = takes().filter((take) => take.dataset.clip && in_view(take)).slice(0, 12);
    const ready = shown.map((take) => new Promise((done) => {
      const video = doc.createElement("video");
      Object.assign(video, { muted: true, loop: true, playsInline: true, preload: "auto", src: take.dataset.clip });
      video.setAttribute("aria-hidden", "true");
      running.push(video);
      video.addEventListener("loadeddata", () => {
        opener(take).append(video);
        done();
      }, { once: true });
      video.addEventListener("error", () => done(), { once: true });
    }));
    if (running.length) all?.setAttribute("aria-pressed", "true");
    Promise.all(ready).then(() => running.forEach((video) => video.play().catch(() => {})));
  }

  if (all) {
    all.hidden = false;
    all.addEventListener("click", play_all);
  }

  // --- Choosing what to compare.
  function count() {
    if (!bar) return;
    const boxes = [...doc.querySelectorAll("[data-compare]")];
    const chosen = boxes.filter((box) => box.checked);
    boxes.forEach((box) => { box.disabled = !box.checked && chosen.length >= MOST; });
    bar.hidden = !chosen.length;
    doc.getElementById("compare-count").textContent = String(chosen.length);
    doc.getElementById("compare-go").disabled = chosen.length < 2;
  }

  doc.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-compare]")) count();
  });
  doc.addEventListener("htmx:afterSettle", count);
  count();

  // --- On a phone: a swipe to the right picks, one to the left asks why not.
  let swipe = null;
  doc.addEventListener("pointerdown", (event) => {
    const take = event.pointerType === "touch" ? event.target.closest?.(".take") : null;
    swipe = take ? { take, x: event.clientX, y: event.clientY } : null;
  });
  doc.addEventListener("pointerup", (event) => {
    if (!swipe) return;
    const across = event.clientX - swipe.x;
    const { take } = swipe;
    const level = Math.abs(event.clientY - swipe.y) < SWIPE / 2;
    swipe = null;
    if (!level || Math.abs(across) < SWIPE) return;
    if (across > 0) press(take, "[data-do='pick']");
    else reject(take);
  });
})();
