// Charts, each drawn from the table that stands beside it: the table says it all, and without
// this script it stands alone.
//
// <div class="chart" data-chart="id of the table" data-unit="money|seconds|percent">
// It draws the columns of its unit, where their heads have a data-unit. A column head with data-series ("bars", "line", "soft" or "ahead") is drawn from the data-value
// of its cells, at the data-day of their rows, and named by its data-label. A row with data-limit
// is a line across. "ahead" goes on from the series before it; data-step names the step between.
(() => {
  "use strict";
  if (typeof uPlot === "undefined") return;
  const DAY = 86400;
  const FONT = '12px "Inter Variable", sans-serif';
  const dated = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  const day = (at) => dated.format(at * 1000);

  function grouped(amount, places) {
    return Math.abs(amount).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
  }

  const UNITS = {
    money: {
      scale: 1e-6,
      say: (amount) => `${amount < 0 ? "-" : ""}$${grouped(amount, amount && Math.abs(amount) < 0.01 ? 4 : 2)}`,
      mark: (amount, step) => `${amount < 0 ? "-" : ""}$${grouped(amount, step < 0.01 ? 4 : step < 1 ? 2 : 0)}`,
    },
    seconds: {
      scale: 1,
      say: (amount) => (amount < 100 ? `${Math.max(Math.round(amount), 1)} s` : `${Math.round(amount / 60)} min`),
      mark: (amount, step) => (step < 60 ? `${+amount.toFixed(1)} s` : `${amount / 60} min`),
      steps: [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600, 7200],
      dots: true,
    },
    percent: { scale: 1, most: 100, say: (amount) => `${Math.round(amount)} %`, mark: (amount) => `${amount} %` },
  };

  // --- What the table says.
  function number(cell, unit) {
    return cell?.dataset.value === undefined ? null : Number(cell.dataset.value) * unit.scale;
  }

  function read(table, unit, name) {
    const rows = [...table.tBodies[0].rows];
    const heads = [...table.tHead.rows[0].cells];
    return {
      days: rows.map((row) => Date.parse(`${row.dataset.day}T00:00:00Z`) / 1000),
      series: heads.flatMap((head, place) => (head.dataset.series && (head.dataset.unit ?? name) === name ? [{
        kind: head.dataset.series,
        label: head.dataset.label || head.textContent.trim(),
        step: head.dataset.step,
        values: rows.map((row) => number(row.cells[place], unit)),
      }] : [])),
      limits: [...table.querySelectorAll("tr[data-limit]")].map((row) => ({
        label: row.cells[0].textContent.trim(),
        value: Number(row.dataset.limit) * unit.scale,
      })),
    };
  }

  // --- Colours come from the sheet, through elements, since a theme may be the system's.
  function colours(room) {
    const found = {};
    for (const name of ["ink", "soft", "axis", "line", "text", "ground"]) {
      const probe = document.createElement("span");
      probe.className = `chart-${name}`;
      room.append(probe);
      found[name] = getComputedStyle(probe).color;
      probe.remove();
    }
    return found;
  }

  function drawn(one, tone, unit) {
    const say = (_, amount) => (amount == null ? "" : unit.say(amount));
    const shape = { label: one.label, value: say, spanGaps: true, points: { show: false } };
    if (one.kind === "bars") return { ...shape, stroke: tone.ink, fill: tone.ink, width: 0, paths: uPlot.paths.bars({ size: [0.7, 28] }) };
    if (one.kind === "ahead") return { ...shape, stroke: tone.soft, width: 2, dash: [2, 4] };
    if (one.kind === "soft") return { ...shape, stroke: tone.soft, width: 1.5, points: { show: true, size: 4 } };
    return { ...shape, stroke: tone.ink, width: 2, points: { show: Boolean(unit.dots) || one.values.filter((value) => value != null).length < 3, size: 5 } };
  }

  // --- Words on the drawing itself: what a line is, and what it came to.
  function last(values) {
    for (let at = values.length - 1; at >= 0; at -= 1) if (values[at] != null) return at;
    return -1;
  }

  function highest(values) {
    return values.reduce((best, value, at) => (value != null && (best < 0 || value > values[best]) ? at : best), -1);
  }

  function words(chart, told, unit) {
    const found = [];
    const y = (value) => chart.valToPos(value, "y", true);
    const x = (at) => chart.valToPos(told.days[at], "x", true);
    told.limits.forEach((one) => found.push({ text: `${one.label} ${unit.say(one.value)}`, x: chart.bbox.left, y: y(one.value), side: "left" }));
    told.series.forEach((one, place) => {
      const at = one.kind === "bars" && !unit.most ? highest(one.values) : last(one.values);
      if (at < 0 || (one.kind === "bars" && !one.values[at])) return;
      const label = one.kind === "bars" ? unit.say(one.values[at]) : `${one.label} ${unit.say(one.values[at])}`;
      // What goes on from here stands above the line, so its own words stand below it.
      const goesOn = told.series[place + 1]?.kind === "ahead" && last(told.series[place + 1].values) >= 0;
      found.push({ text: label, x: x(at), y: y(one.values[at]), side: one.kind === "bars" ? "middle" : "right", below: goesOn });
      const step = stepOf(told, place);
      // On the last day there is no way from what is held to the forecast: one set of words does.
      if (step && step.to > step.from && step.at !== at) found.push({ text: `${one.step} ${unit.say(step.to - step.from)}`, x: x(step.at), y: y(step.to), side: "right" });
    });
    return found;
  }

  function stepOf(told, place) {
    const one = told.series[place];
    const before = told.series[place - 1];
    if (one.kind !== "ahead" || !before) return null;
    const at = one.values.findIndex((value) => value != null);
    return at < 0 || before.values[at] == null ? null : { at, from: before.values[at], to: one.values[at] };
  }

  function write(chart, told, unit, tone) {
    const { ctx, bbox } = chart;
    const ratio = devicePixelRatio || 1;
    const height = 15 * ratio;
    const taken = [];
    ctx.save();
    ctx.font = FONT.replace("12px", `${12 * ratio}px`);
    ctx.fillStyle = tone.text;
    // What lies below the words gives way to them.
    ctx.strokeStyle = tone.ground;
    ctx.lineWidth = 4 * ratio;
    ctx.lineJoin = "round";
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    words(chart, told, unit).forEach((one) => {
      const width = ctx.measureText(one.text).width;
      const shift = { left: 0, middle: width / 2, right: width }[one.side];
      const left = Math.min(Math.max(one.x - shift, bbox.left), bbox.left + bbox.width - width);
      // Above its point; where something stands already, higher, and else below the point.
      const above = [4, 19, 34];
      const below = [-18, -33, -48];
      const places = (one.below ? [...below, ...above] : [...above, ...below]).map((up) => one.y - up * ratio);
      const fits = (foot) => foot - height >= bbox.top - 16 * ratio && foot <= bbox.top + bbox.height
        && !taken.some((box) => left < box.left + box.width + 6 * ratio && box.left < left + width + 6 * ratio && foot - height < box.foot && box.foot - height < foot);
      const foot = places.find(fits) ?? places.at(-1);
      taken.push({ left, width, foot });
      ctx.strokeText(one.text, left, foot);
      ctx.fillText(one.text, left, foot);
    });
    ctx.restore();
  }

  function stroke(chart, colour, from, to, dash = []) {
    const { ctx } = chart;
    const ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(dash.map((part) => part * ratio));
    ctx.beginPath();
    ctx.moveTo(...from);
    ctx.lineTo(...to);
    ctx.stroke();
    ctx.restore();
  }

  function onTop(chart, told, unit, tone) {
    const { bbox } = chart;
    told.limits.forEach((one) => {
      const y = chart.valToPos(one.value, "y", true);
      stroke(chart, tone.text, [bbox.left, y], [bbox.left + bbox.width, y]);
    });
    told.series.forEach((one, place) => {
      const step = stepOf(told, place);
      if (!step || step.to <= step.from) return;
      const x = chart.valToPos(told.days[step.at], "x", true);
      stroke(chart, tone.soft, [x, chart.valToPos(step.from, "y", true)], [x, chart.valToPos(step.to, "y", true)], [3, 2]);
    });
    write(chart, told, unit, tone);
  }

  // --- One chart.
  function options(room, told, unit, tone, readout) {
    const bars = told.series.some((one) => one.kind === "bars");
    const axis = { stroke: tone.axis, ticks: { show: false }, font: FONT, gap: 4 };
    const most = Math.max(0, ...told.limits.map((one) => one.value));
    const wide = (_, marks) => (marks ? Math.max(...marks.map((mark) => String(mark).length)) * 7 + 12 : 48);
    return {
      width: room.clientWidth,
      height: room.clientHeight,
      padding: [20, 24, 0, 0],
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { show: !bars } },
      scales: {
        x: { time: false, range: (_, low, high) => (bars || low === high ? [low - DAY / 2, high + DAY / 2] : [low, high]) },
        y: { range: (_, low, high) => [Math.min(0, low ?? 0), unit.most ? unit.most * 1.12 : (Math.max(high ?? 0, most) * 1.2 || 1)] },
      },
      axes: [
        { ...axis, grid: { show: false }, values: (_, marks) => marks.map(day), size: 24, space: 64, incrs: [1, 2, 7, 14, 28, 91].map((days) => days * DAY) },
        { ...axis, grid: { stroke: tone.line, width: 1 }, values: (_, marks, __, ___, step) => marks.map((mark) => unit.mark(mark, step)), size: wide, space: 32, ...(unit.steps && { incrs: unit.steps }) },
      ],
      series: [{}, ...told.series.map((one) => drawn(one, tone, unit))],
      hooks: {
        draw: [(chart) => onTop(chart, told, unit, tone)],
        setCursor: [(chart) => { readout.textContent = spoken(told, unit, chart.cursor.idx); }],
      },
    };
  }

  function spoken(told, unit, at) {
    if (at == null) return "";
    const parts = told.series.filter((one) => one.values[at] != null).map((one) => `${one.label} ${unit.say(one.values[at])}`);
    return [day(told.days[at]), ...parts].join(" · ");
  }

  function chartIn(room) {
    const table = document.getElementById(room.dataset.chart);
    const unit = UNITS[room.dataset.unit];
    if (!table || !unit) return null;
    const told = read(table, unit, room.dataset.unit);
    if (told.days.length < 2) return null;
    const readout = document.createElement("p");
    readout.className = "chart-told small";
    readout.ariaHidden = "true";
    room.replaceChildren(readout);
    let chart = null;
    return () => {
      if (!room.clientWidth) return;
      chart?.destroy();
      const data = [told.days, ...told.series.map((one) => one.values)];
      chart = new uPlot(options(room, told, unit, colours(room), readout), data, room);
    };
  }

  const draws = [...document.querySelectorAll(".chart[data-chart]")].map(chartIn).filter(Boolean);
  const redraw = () => draws.forEach((draw) => draw());
  let wait = 0;
  let width = innerWidth;
  redraw();
  document.fonts?.ready.then(redraw);
  addEventListener("resize", () => {
    if (innerWidth === width) return;
    width = innerWidth;
    clearTimeout(wait);
    wait = setTimeout(redraw, 150);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
})();
