// A small line chart as SVG: few points, one of them marked, names below. Called by the Guide's scenes; the charts that
// are zoomed and clicked are plotly's (`ui/chart.js`).

const SPACE = "http://www.w3.org/2000/svg";
const EDGE = { left: 26, right: 26, top: 44, bottom: 22 };

function part(tag, attributes, text = "") {
  const element = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** `lines` = [{values, colour (a token), dash}], `at` the marked point, `log` for a logarithmic height. */
export function lineChart({ width, height, title, words, names, lines, at, log = false, label = null }) {
  const chart = part("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": words,
    class: "imfn-line-chart",
  });
  const x = (i) => EDGE.left + (i / Math.max(1, names.length - 1)) * (width - EDGE.left - EDGE.right);
  const y = scale(
    lines.flatMap((line) => line.values),
    height,
    log,
  );
  const ground = height - EDGE.bottom;
  chart.append(
    part("text", { x: 2, y: 12, class: "imfn-chart-title" }, title),
    part("path", { d: `M2 ${ground + 0.5}H${width - 2}`, class: "imfn-chart-ground" }),
  );
  if (at >= 0) chart.append(part("path", { d: `M${x(at)} ${EDGE.top - 12}V${ground}`, class: "imfn-chart-at" }));
  for (const line of lines) chart.append(...drawn(line, x, y, at, lines.length === 1));
  names.forEach(
    (name, i) =>
      fits(i, names, width, at) &&
      chart.append(
        part("text", { x: x(i), y: height - 6, class: i === at ? "imfn-chart-name imfn-on" : "imfn-chart-name" }, name),
      ),
  );
  if (label && at >= 0)
    chart.append(
      part("text", { x: x(at), y: y(lines[0].values[at]) - 12, class: "imfn-chart-value" }, label(lines[0].values[at])),
    );
  return chart;
}

/** A name every 38 pixels at most, the marked one always. */
function fits(i, names, width, at) {
  const every = Math.max(1, Math.ceil((names.length * 38) / width));
  return i === at || (i % every === 0 && Math.abs(i - at) >= every);
}

function scale(values, height, log) {
  const known = values.filter((value) => value !== null).map((value) => (log ? Math.log(value) : value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const tall = height - EDGE.top - EDGE.bottom - 8;
  return (value) => EDGE.top + tall * (1 - ((log ? Math.log(value) : value) - low) / (high - low || 1));
}

function drawn({ values, colour, dash }, x, y, at, alone) {
  const points = values.map((value, i) => `${x(i).toFixed(1)} ${y(value).toFixed(1)}`);
  const line = part("path", {
    d: `M${points.join("L")}`,
    class: "imfn-chart-line",
    style: `stroke:var(--imfn-${colour})`,
    ...(dash ? { "stroke-dasharray": dash } : {}),
  });
  const dots = values.map((value, i) =>
    part("circle", {
      cx: x(i),
      cy: y(value),
      r: i === at ? 5.5 : 3,
      class: "imfn-chart-dot",
      style: `fill:var(--imfn-${i === at && alone ? "orange" : colour})`,
    }),
  );
  return [line, ...dots];
}
