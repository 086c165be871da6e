// Players in step: the first leads, the others follow its clock. Frame by frame, in a loop, and two
// of them over each other with an edge that one moves. Without this script each plays by itself.
(() => {
  "use strict";
  const doc = document;
  const screens = doc.getElementById("screens");
  const videos = [...doc.querySelectorAll(".screen-video")];
  const desk = doc.getElementById("transport");
  if (!screens || !desk || !videos.length) return;
  const [first] = videos;
  const at = (id) => doc.getElementById(id);
  const play = at("play");
  const where = at("where");
  const wipe = at("wipe");
  const edge = at("edge");
  const FRAME = 1 / 24;
  const SLACK = 0.06;
  let looping = true;
  let held = false;

  videos.forEach((video) => {
    video.controls = false;
    video.loop = false;
  });
  desk.hidden = false;

  const length = () => Math.max(...videos.map((video) => video.duration || 0), 0.01);
  const leader = () => videos.reduce((a, b) => ((b.duration || 0) > (a.duration || 0) ? b : a), first);
  const going = () => !leader().paused;

  function seek(seconds) {
    const to = Math.max(0, Math.min(seconds, length()));
    videos.forEach((video) => { video.currentTime = Math.min(to, (video.duration || to) - 0.001); });
    show(to);
  }

  function show(seconds) {
    if (!held) where.value = String(Math.round((1000 * seconds) / length()));
    at("clock").textContent = `${seconds.toFixed(2)} / ${length().toFixed(2)} s`;
  }

  function label() {
    const word = going() ? "Pause" : "Play";
    play.querySelector("span").textContent = word;
    play.setAttribute("aria-label", word);
  }

  function start() {
    if (leader().currentTime >= length() - 0.05) seek(0);
    videos.forEach((video) => { if (video.currentTime < (video.duration || 0) - 0.02) video.play().catch(() => {}); });
  }

  function stop() {
    videos.forEach((video) => video.pause());
  }

  const toggle = () => (going() ? stop() : start());

  function step(by) {
    stop();
    seek(Math.round((leader().currentTime + by) / FRAME) * FRAME);
  }

  function tick() {
    const lead = leader();
    show(lead.currentTime);
    if (!lead.paused) {
      videos.forEach((video) => {
        const there = Math.min(lead.currentTime, (video.duration || 0) - 0.02);
        if (video !== lead && Math.abs(video.currentTime - there) > SLACK) video.currentTime = there;
      });
    }
    requestAnimationFrame(tick);
  }

  leader().addEventListener("play", label);
  leader().addEventListener("pause", label);
  videos.forEach((video) => video.addEventListener("ended", () => {
    if (video !== leader()) return;
    if (looping) {
      seek(0);
      start();
    }
    label();
  }));
  play.addEventListener("click", toggle);
  at("back").addEventListener("click", () => step(-FRAME));
  at("on").addEventListener("click", () => step(FRAME));
  where.addEventListener("pointerdown", () => { held = true; });
  addEventListener("pointerup", () => { held = false; });
  where.addEventListener("input", () => {
    stop();
    seek((where.value / 1000) * length());
  });
  at("loop").addEventListener("click", () => {
    looping = !looping;
    at("loop").setAttribute("aria-pressed", String(looping));
  });

  function cut() {
    const on = wipe.getAttribute("aria-pressed") === "true";
    videos[1].style.clipPath = on ? `inset(0 0 0 ${edge.value}%)` : "";
  }

  wipe?.addEventListener("click", () => {
    const on = wipe.getAttribute("aria-pressed") !== "true";
    wipe.setAttribute("aria-pressed", String(on));
    screens.classList.toggle("wiping", on);
    edge.hidden = !on;
    cut();
  });
  edge?.addEventListener("input", cut);

  doc.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === " " && !event.target.closest?.("button, a")) toggle();
    else if (key === "k") stop();
    else if (key === "l") start();
    else if (key === "j") step(-0.5);
    else if (key === "arrowleft" || key === ",") step(-FRAME);
    else if (key === "arrowright" || key === ".") step(FRAME);
    else return;
    event.preventDefault();
  });

  requestAnimationFrame(tick);
})();
