// What every page does beyond plain HTML: menus, times that tick, one press per button, and a
// word when the server cannot be reached. Everything works without it, only less comfortably.
(() => {
  "use strict";
  const doc = document;
  const said = () => doc.getElementById("said");
  let hush = 0;

  function say(words) {
    const box = said();
    if (!box) return;
    box.textContent = words;
    quietLater();
  }

  function quietLater() {
    clearTimeout(hush);
    hush = setTimeout(() => said()?.replaceChildren(), 8000);
  }

  // --- Times. The server says since when; the browser counts on.
  function ago(seconds) {
    if (seconds < 5) return "just now";
    if (seconds < 60) return `${seconds} s ago`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
    if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ago`;
    const days = Math.floor(seconds / 86400);
    return days === 1 ? "yesterday" : `${days} days ago`;
  }

  function lasting(seconds) {
    const rest = String(seconds % 60).padStart(2, "0");
    return seconds < 60 ? `${seconds} s so far` : `${Math.floor(seconds / 60)}:${rest} min so far`;
  }

  function since(text) {
    return Math.max(0, Math.floor((Date.now() - Date.parse(text)) / 1000));
  }

  function put(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }

  function tick() {
    doc.querySelectorAll("time[data-ago]").forEach((e) => put(e, ago(since(e.dateTime))));
    doc.querySelectorAll("[data-elapsed]").forEach((e) => put(e, lasting(since(e.dataset.elapsed))));
  }

  tick();
  setInterval(tick, 1000);

  // --- A table wider than its room is scrolled by the keyboard too.
  function reach() {
    doc.querySelectorAll(".table-room").forEach((room) => {
      if (room.scrollWidth > room.clientWidth) room.tabIndex = 0;
      else room.removeAttribute("tabindex");
    });
  }

  reach();
  addEventListener("resize", reach);
  doc.addEventListener("htmx:afterSettle", reach);

  // --- Menus close by Escape and by a press elsewhere.
  doc.addEventListener("click", (event) => {
    doc.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  doc.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      doc.querySelectorAll("details[data-menu][open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  });

  doc.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });

  // --- A button that does something is pressed once.
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((e) => e.setAttribute("aria-disabled", "true"));
  });

  // A page that comes back out of the browser's memory is a new page, with new buttons.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    doc.querySelectorAll("[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach((e) => e.removeAttribute("aria-disabled"));
    });
    doc.querySelectorAll("input[name='token']").forEach((field) => {
      field.value = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
    });
  });

  // --- What arrives is shown where it stands, with a short highlight on what has changed.
  let before = new Map();

  doc.addEventListener("htmx:beforeSwap", () => {
    before = new Map();
    doc.querySelectorAll("[data-state][id]").forEach((e) => before.set(e.id, e.dataset.state));
  });

  doc.addEventListener("htmx:afterSettle", () => {
    tick();
    doc.querySelectorAll(".row[data-state], .shot[data-state]").forEach((e) => {
      const was = before.get(e.id);
      if (was === e.dataset.state || (was === undefined && before.size === 0)) return;
      e.classList.add("fresh");
      if (was !== undefined) before.set(e.id, e.dataset.state);
    });
    const live = doc.getElementById("live");
    if (live && before.has("live") && before.get("live") !== live.dataset.state) {
      say(`Now: ${live.dataset.state.toLowerCase()}.`);
    } else if (said()?.childNodes.length) {
      quietLater();
    }
  });

  // --- When the server does not answer, say so once and keep what was typed.
  function unreachable(event) {
    const polls = event.detail?.requestConfig?.verb === "get";
    // What asks for itself and hears nothing is told of by connection.js, for as long as it lasts.
    if (polls && event.type !== "htmx:responseError" && event.detail.elt?.matches("[hx-trigger^='every ']")) return;
    if (polls) {
      say("This page could not be refreshed. It tries again by itself.");
    } else {
      say("The server did not take that. What you typed is still here; try again in a moment.");
    }
  }

  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) => {
    doc.addEventListener(name, unreachable);
  });
})();
