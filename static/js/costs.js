// The spending by day as bars, drawn from the table that stands under it. The table says it all;
// without this script it stands alone.
(() => {
  "use strict";
  const room = document.getElementById("days-chart");
  const table = document.getElementById("days-table");
  if (!room || !table || typeof uPlot === "undefined") return;

  const rows = [...table.querySelectorAll("tr[data-day]")];
  const days = rows.map((row) => Date.parse(`${row.dataset.day}T00:00:00Z`) / 1000);
  const spent = rows.map((row) => Number(row.dataset.micros) / 1e6);
  if (days.length < 2) return;

  // Colours come from the sheet, through elements, since a theme may be the system's.
  function colour(name) {
    const probe = document.createElement("span");
    probe.className = name;
    room.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  const dollars = (amount) => (amount == null ? "" : `$${amount.toFixed(2)}`);
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  let chart = null;

  function draw() {
    if (chart) chart.destroy();
    const axis = { stroke: colour("chart-axis"), ticks: { show: false }, font: "12px Inter Variable, sans-serif" };
    const ink = colour("chart-ink");
    chart = new uPlot({
      width: room.clientWidth,
      height: 200,
      cursor: { drag: { x: false, y: false } },
      scales: { x: { time: false, range: (_, low, high) => [low - 43200, high + 43200] }, y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.1 : 1] } },
      axes: [
        { ...axis, grid: { show: false }, values: (_, marks) => marks.map((at) => day.format(at * 1000)), space: 64, incrs: [86400, 2 * 86400, 7 * 86400, 14 * 86400, 28 * 86400] },
        { ...axis, grid: { stroke: colour("chart-line"), width: 1 }, values: (_, marks) => marks.map(dollars), size: 72 },
      ],
      series: [
        { label: "Day", value: (_, at) => (at == null ? "" : day.format(at * 1000)) },
        { label: "Spent", stroke: ink, fill: ink, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.7, 28] }), value: (_, amount) => dollars(amount) },
      ],
    }, [days, spent], room);
  }

  draw();
  let wait = 0;
  addEventListener("resize", () => {
    clearTimeout(wait);
    wait = setTimeout(draw, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
