// Footage plays while one points at it or stands on it by keyboard, silent and from its list.
// Moving the pointer over the picture scrubs; leaving puts the still picture back.
(() => {
  "use strict";
  const doc = document;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const touch = matchMedia("(hover: none)");
  let playing = null;

  function start(holder) {
    if (playing?.holder === holder || calm.matches || touch.matches) return;
    stop();
    const still = holder.querySelector(".still");
    if (!still) return;
    const video = doc.createElement("video");
    Object.assign(video, { muted: true, loop: true, playsInline: true, src: holder.dataset.clip });
    video.setAttribute("aria-hidden", "true");
    video.tabIndex = -1;
    playing = { holder, still, video, scrubbing: false };
    // Only once there is a picture: before that the still one stays.
    video.addEventListener("loadeddata", () => {
      if (playing?.video !== video) return;
      still.append(video);
      video.play().catch(() => {});
    });
  }

  function stop() {
    if (!playing) return;
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
