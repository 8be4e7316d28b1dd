// Draws each chart from its own table. On a canvas, because the page's policy refuses the style attributes that drawings in SVG would need.
(() => {
  "use strict";
  if (!window.echarts) return;

  // Custom properties hold light-dark(…); only the computed colour of an element says which of the two it is.
  const colour = (box, name) => {
    box.style.color = `var(--${name})`;
    const found = getComputedStyle(box).color;
    box.style.color = "";
    return found;
  };

  const read = (chart) => {
    const table = chart.querySelector("table");
    const count = Number(chart.dataset.chart);
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()));
    const names = [...table.tHead.rows[0].cells].slice(1, 1 + count).map((cell) => cell.textContent.trim());
    return { rows, names, numbers: (row) => row.slice(1, 1 + count).map((text) => Number(text.replace(/\D/g, ""))) };
  };

  const draw = (chart) => {
    const box = chart.querySelector(".chart-picture");
    const { rows, names, numbers } = read(chart);
    if (rows.length === 0) return;
    box.hidden = false;
    const narrow = box.clientWidth < 480;
    // On a narrow screen the names break in two lines, and so does the legend.
    const legend = names.length > 1 ? (narrow ? 68 : 40) : 8;
    box.style.height = `${rows.length * (narrow ? 40 : 32) + legend + 52}px`;
    const [ink, soft, line, surface] = ["ink", "ink-soft", "line", "surface"].map((name) => colour(box, name));
    const text = { color: ink, fontFamily: getComputedStyle(box).fontFamily, fontSize: 13 };
    const picture = echarts.getInstanceByDom(box) || echarts.init(box, null, { renderer: "canvas" });
    picture.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      // Stripes and dots besides colours; what it says is in the label of the box.
      aria: { enabled: names.length > 1, label: { enabled: false }, decal: { show: names.length > 1 } },
      color: ["chart-1", "chart-2", "chart-3", "chart-4"].map((name) => colour(box, name)),
      textStyle: text,
      legend: { show: names.length > 1, top: 0, left: 0, textStyle: text, selectedMode: false },
      grid: { left: 8, right: 40, top: legend, bottom: 4, containLabel: true },
      xAxis: { type: "value", minInterval: 1, axisLabel: { ...text, color: soft }, splitLine: { lineStyle: { color: line } } },
      yAxis: {
        type: "category", inverse: true, data: rows.map((row) => row[0]), axisTick: { show: false }, axisLine: { lineStyle: { color: soft } },
        axisLabel: { ...text, lineHeight: 15, ...(narrow ? { width: 110, overflow: "break" } : {}) },
      },
      series: names.map((name, at) => ({
        name, type: "bar", stack: "all", barMaxWidth: 22, silent: true, itemStyle: { borderColor: surface, borderWidth: 1 },
        data: rows.map((row) => numbers(row)[at]),
        label: names.length > 1 ? { show: false } : { ...text, show: true, position: "right" },
      })),
    }, true);
    picture.resize();
  };

  const charts = [...document.querySelectorAll("[data-chart]")].filter((chart) => !chart.dataset.drawn);
  for (const chart of charts) {
    chart.dataset.drawn = "true";
    draw(chart);
    new ResizeObserver(() => draw(chart)).observe(chart);
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(draw));
})();
