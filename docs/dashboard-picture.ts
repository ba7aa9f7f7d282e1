/**
 * Draws a dashboard's body as CloudWatch lays it out, in a grid of 24 columns.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */

/** A widget, as far as it is drawn. */
export interface DrawnWidget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly (string | LineSettings)[])[];
    readonly yAxis?: Readonly<Partial<Record<"left" | "right", { readonly label?: string; readonly max?: number }>>>;
    readonly annotations?: { readonly horizontal: readonly { readonly label: string; readonly value: number }[] };
  };
}

interface LineSettings {
  readonly label?: string;
  readonly yAxis?: "left" | "right";
  readonly color?: string;
}

/** Values of a metric with a dimension, oldest first. */
export type Series = (metric: string, dimension: string) => readonly number[];

export const COLUMNS = 24;
const UNIT = 40;
const MARGIN = 6;
const COLOURS = ["#2a78d6", "#d9730d", "#1b8a5a", "#8a4fc7"];

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function drawDashboard(widgets: readonly DrawnWidget[], series: Series): string {
  const height = Math.max(...widgets.map(({ y, height }) => y + height)) * UNIT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * UNIT} ${height}" width="${COLUMNS * UNIT}" height="${height}" role="img" aria-label="The dashboard of a group, with made-up data" font-family="system-ui, sans-serif" font-size="13">
<style>${STYLE}</style>
${widgets.map((widget) => drawWidget(widget, series)).join("\n")}
</svg>
`;
}

const STYLE = `
.card { fill: #ffffff; stroke: #c9ced4 } text { fill: #1f2328 } .title { font-size: 15px; font-weight: 600 } .soft { fill: #59636e; font-size: 12px }
.guide { stroke: #d9dee3 } .mark { stroke: #57606a; stroke-dasharray: 5 4 } .alarm { fill: #e6f4ea; stroke: #1b8a5a }
@media (prefers-color-scheme: dark) {
.card { fill: #161b22; stroke: #3d444d } text { fill: #e6edf3 } .soft { fill: #9da7b3 } .guide { stroke: #30363d } .mark { stroke: #9da7b3 } .alarm { fill: #12261a; stroke: #4cb782 }
}
`;

function drawWidget(widget: DrawnWidget, series: Series): string {
  const [left, top] = [widget.x * UNIT + MARGIN, widget.y * UNIT + MARGIN];
  const [right, bottom] = [(widget.x + widget.width) * UNIT - MARGIN, (widget.y + widget.height) * UNIT - MARGIN];
  const box = { left, top, right, bottom };
  const card = `<rect class="card" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="6"/>`;
  const title = `<text class="title" x="${left + 12}" y="${top + 24}">${escapeText(widget.properties.title ?? "")}</text>`;
  const content = widget.type === "alarm" ? drawAlarms(widget, box) : drawGraph(widget, box, series);
  return `<g class="widget">${card}${title}${content}</g>`;
}

/** Names from the ends of the alarms' ARNs, in as many columns as fit. */
function drawAlarms({ properties }: DrawnWidget, { left, top, right }: Box): string {
  const columns = 5;
  const width = (right - left - 24) / columns;
  const chips = (properties.alarms ?? []).map((arn, index) => {
    const [x, y] = [left + 12 + (index % columns) * width, top + 36 + Math.floor(index / columns) * 30];
    const name = escapeText(arn.slice(arn.lastIndexOf(":") + 1));
    return `<rect class="alarm" x="${round(x)}" y="${y}" width="${round(width - 8)}" height="24" rx="4"/><text class="soft" x="${round(x + 8)}" y="${y + 16}">${name}</text>`;
  });
  return chips.join("");
}

function drawGraph({ properties }: DrawnWidget, box: Box, series: Series): string {
  const lines = (properties.metrics ?? []).map((metric, index) => {
    const settings = metric.find((part): part is LineSettings => typeof part === "object") ?? {};
    const values = series(String(metric[1]), String(metric[3]));
    return {
      values,
      label: settings.label ?? "",
      axis: settings.yAxis ?? "left",
      colour: settings.color ?? COLOURS[index % COLOURS.length],
    };
  });
  const plot = {
    left: box.left + 48,
    top: box.top + 58,
    right: box.right - (properties.yAxis?.right ? 52 : 16),
    bottom: box.bottom - 34,
  };
  const tops = { left: topOf("left"), right: topOf("right") };
  function topOf(axis: "left" | "right"): number {
    const given = properties.yAxis?.[axis]?.max;
    return given ?? Math.max(1, ...lines.filter((line) => line.axis === axis).flatMap(({ values }) => values)) * 1.1;
  }
  const marks = properties.annotations?.horizontal ?? [];
  return [
    drawAxis(plot, properties.yAxis?.left?.label, tops.left, plot.left - 6, "end"),
    ...(properties.yAxis?.right
      ? [drawAxis(plot, properties.yAxis.right.label, tops.right, plot.right + 6, "start")]
      : []),
    ...marks.map(({ label, value }) => drawMark(plot, label, value, tops.left)),
    ...lines.map(({ values, axis, colour }) => drawLine(plot, values, tops[axis], colour)),
    drawLegend(lines, box),
  ].join("");
}

function drawAxis(plot: Box, label: string | undefined, top: number, x: number, anchor: "end" | "start"): string {
  const values = [0, top / 2, top].map((value) => {
    const y = round(yOf(plot, value, top));
    const guide =
      anchor === "end" ? `<line class="guide" x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}"/>` : "";
    return `${guide}<text class="soft" x="${x}" y="${y + 4}" text-anchor="${anchor}">${top < 10 ? round(value) : Math.round(value)}</text>`;
  });
  return `${values.join("")}<text class="soft" x="${x}" y="${plot.top - 12}" text-anchor="${anchor === "end" ? "start" : "end"}" dx="${anchor === "end" ? -30 : 36}">${escapeText(label ?? "")}</text>`;
}

function drawMark(plot: Box, label: string, value: number, top: number): string {
  const y = round(yOf(plot, value, top));
  return `<line class="mark" x1="${plot.left}" x2="${plot.right}" y1="${y}" y2="${y}"/><text class="soft" x="${plot.right}" y="${y - 4}" text-anchor="end">${escapeText(label)} (${value})</text>`;
}

function drawLine(plot: Box, values: readonly number[], top: number, colour: string | undefined): string {
  const x = (index: number) => plot.left + (index / (values.length - 1)) * (plot.right - plot.left);
  const points = values.map((value, index) => `${round(x(index))},${round(yOf(plot, value, top))}`);
  return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function drawLegend(
  lines: readonly { readonly label: string; readonly colour: string | undefined }[],
  box: Box,
): string {
  let x = box.left + 14;
  const entries = lines.map(({ label, colour }) => {
    const entry = `<rect x="${x}" y="${box.bottom - 20}" width="10" height="10" fill="${colour}"/><text class="soft" x="${x + 15}" y="${box.bottom - 11}">${escapeText(label)}</text>`;
    x += 34 + label.length * 6.9;
    return entry;
  });
  return entries.join("");
}

function yOf(plot: Box, value: number, top: number): number {
  return plot.bottom - (value / top) * (plot.bottom - plot.top);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
