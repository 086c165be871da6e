// Footage plays while one points at it or stands on it by keyboard, silent and from its list.
// Moving the pointer over the picture scrubs; leaving puts the still picture back.
// Other scripts may steer what plays by the events "footage:start", "footage:stop" on a holder
// and "footage:speed" (-1 backwards, 0 paused, 1 forward) on the document.
(() => {
  "use strict";
  const doc = document;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const touch = matchMedia("(hover: none)");
  let playing = null;

  function start(holder, { asked = false } = {}) {
    if (playing?.holder === holder || (!asked && (calm.matches || touch.matches))) return;
    stop();
    const still = holder.querySelector(".still");
    if (!still || !holder.dataset.clip) return;
    const video = doc.createElement("video");
    Object.assign(video, { muted: true, loop: true, playsInline: true, src: holder.dataset.clip });
    video.setAttribute("aria-hidden", "true");
    video.tabIndex = -1;
    playing = { holder, still, video, scrubbing: false, back: 0 };
    // Only once there is a picture: before that the still one stays.
    video.addEventListener("loadeddata", () => {
      if (playing?.video !== video) return;
      still.append(video);
      video.play().catch(() => {});
    });
  }

  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing.back);
    playing.video.pause();
    playing.video.remove();
    playing.video.removeAttribute("src");
    playing.video.load();
    playing = null;
  }

  function scrub(event) {
    if (!playing) return;
    const box = playing.still.getBoundingClientRect();
    const along = (event.clientX - box.left) / box.width;
    const inside = along >= 0 && along <= 1 && event.clientY >= box.top && event.clientY <= box.bottom;
    const { video } = playing;
    if (inside && Number.isFinite(video.duration)) {
      playing.scrubbing = true;
      video.pause();
      video.currentTime = along * video.duration;
    } else if (playing.scrubbing) {
      playing.scrubbing = false;
      video.play().catch(() => {});
    }
  }

  // Browsers play no video backwards, so it is stepped.
  function backwards(before) {
    playing.back = requestAnimationFrame((now) => {
      if (!playing) return;
      const { video } = playing;
      const at = video.currentTime - (now - before) / 1000;
      video.currentTime = at < 0 ? video.duration || 0 : at;
      backwards(now);
    });
  }

  doc.addEventListener("footage:speed", (event) => {
    if (!playing) return;
    cancelAnimationFrame(playing.back);
    const { video } = playing;
    if (event.detail > 0) {
      video.playbackRate = video.paused ? 1 : Math.min(4, video.playbackRate * 2);
      video.play().catch(() => {});
    } else {
      video.pause();
      video.playbackRate = 1;
      if (event.detail < 0) backwards(performance.now());
    }
  });
  doc.addEventListener("footage:start", (event) => start(event.target, { asked: true }));
  doc.addEventListener("footage:stop", stop);

  const holderOf = (event) => event.target.closest?.("[data-clip]");

  doc.addEventListener("pointerover", (event) => {
    const holder = holderOf(event);
    if (holder) start(holder);
    else if (playing && !playing.holder.contains(doc.activeElement)) stop();
  });
  doc.addEventListener("pointermove", scrub);
  doc.addEventListener("focusin", (event) => {
    const holder = holderOf(event);
    if (holder && event.target.matches(":focus-visible")) start(holder);
    else stop();
  });
  doc.addEventListener("htmx:beforeSwap", (event) => {
    if (playing && event.target.contains(playing.holder)) stop();
  });
})();
