// Right again after sleep and lost connections: what asks for itself rests in a hidden tab, asks at
// once when one comes back, and the page says honestly since when it has heard nothing.
(() => {
  "use strict";
  const doc = document;
  const box = doc.getElementById("connection");
  const AGAIN_SHOWN = 4000;
  const begun = new WeakMap();
  let sends = 0;
  let sends_before = 0;
  let lost = null;
  let calm = 0;

  const asks = (elt) => elt?.getAttribute?.("hx-trigger")?.startsWith("every ") ?? false;
  const asking = () => [...doc.querySelectorAll("[hx-get][hx-trigger^='every ']")];

  function tell(words) {
    clearTimeout(calm);
    if (box && box.textContent !== words) box.textContent = words;
  }

  function gone() {
    if (lost) return;
    lost = new Date();
    sends_before = sends;
    const clock = lost.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    tell(`Connection lost since ${clock}. What you see is from then; this page goes on by itself.`);
  }

  function back() {
    if (!lost) return;
    lost = null;
    tell("Connected again.");
    calm = setTimeout(() => tell(""), AGAIN_SHOWN);
  }

  function ask_now() {
    if (doc.hidden || navigator.onLine === false) return;
    const found = asking();
    found.forEach((elt) => {
      if (!elt.classList.contains("htmx-request")) window.htmx?.ajax("GET", elt.getAttribute("hx-get"), { source: elt });
    });
    // A page on which nothing asks has nothing to wait for.
    if (!found.length) back();
  }

  doc.addEventListener("htmx:configRequest", (event) => {
    if (doc.hidden && asks(event.detail.elt)) event.preventDefault();
  });
  ["htmx:sendError", "htmx:timeout"].forEach((name) => {
    doc.addEventListener(name, (event) => {
      if (asks(event.detail.elt)) gone();
    });
  });
  doc.addEventListener("htmx:beforeSend", (event) => {
    begun.set(event.detail.xhr, ++sends);
  });
  // Any answer at all, a refusal too, shows that the server is there; but not one to a request
  // that was on its way when the connection went.
  doc.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = event.detail;
    if (xhr?.status && (begun.get(xhr) ?? 0) > sends_before) back();
  });
  addEventListener("offline", gone);
  addEventListener("online", ask_now);
  addEventListener("pageshow", (event) => event.persisted && ask_now());
  doc.addEventListener("visibilitychange", ask_now);
  if (navigator.onLine === false) gone();
})();
