import type { Sample, StepRecord } from "./run-record";

/** One panel of the timeline. */
export interface Panel {
  readonly label: string;
  readonly unit: string;
  readonly key: "cpu" | "instances" | "nodes" | "queue";
  /** CSS class that colours it. */
  readonly colour: string;
  /** A count changes at once, a percentage is a slope. */
  readonly stepped: boolean;
  /** Least top of the scale. */
  readonly atLeast: number;
}

const width = 1120;
const left = 206;
const right = 16;
const top = 34;
const panelHeight = 84;
const panelGap = 26;
const axisHeight = 34;
const roomForNumber = 20;
const roomForName = 140;

/** Panels one above the other over one time axis, with a band and a number for every step. */
export function drawTimeline(
  panels: readonly Panel[],
  samples: readonly Sample[],
  steps: readonly StepRecord[],
  seconds: number,
): string {
  const height = top + panels.length * (panelHeight + panelGap) + axisHeight;
  const x = (at: number): number => left + (at / Math.max(seconds, 1)) * (width - left - right);
  const bottom = height - axisHeight;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Timeline of the run">`,
    ...steps.map((step, index) => drawStep(step, index, x, bottom)),
    ...panels.map((panel, index) =>
      drawPanel(panel, samples, x, top + index * (panelHeight + panelGap) + panelGap / 2),
    ),
    drawAxis(seconds, x, bottom),
    "</svg>",
  ].join("\n");
}

type Scale = (value: number) => number;

function drawStep(step: StepRecord, index: number, x: Scale, bottom: number): string {
  const from = x(step.startedAt);
  const to = Math.max(x(step.startedAt + step.seconds), from + 1);
  const middle = (from + to) / 2;
  const title = `${index + 1} ${step.name}: ${step.seconds.toFixed(1)} s`;
  const band = `<rect class="band${index % 2 ? " odd" : ""}" x="${round(from)}" y="${top}" width="${round(to - from)}" height="${bottom - top}"/>`;
  const mark = to - from < roomForNumber ? "" : numberMark(middle, index + 1);
  const name =
    to - from < roomForName
      ? ""
      : `<text class="panel-note" x="${round(middle) + 16}" y="${top - 12}">${step.name}</text>`;
  return `<g><title>${escapeText(title)}</title>${band}${mark}${name}</g>`;
}

function numberMark(middle: number, number: number): string {
  const circle = `<circle class="chip" cx="${round(middle)}" cy="${top - 16}" r="10"/>`;
  return `${circle}<text class="chip-text" x="${round(middle)}" y="${top - 12}">${number}</text>`;
}

function drawPanel(panel: Panel, samples: readonly Sample[], x: Scale, y: number): string {
  const values = samples.flatMap((sample) => sample[panel.key] ?? []);
  const highest = Math.max(panel.atLeast, ...values);
  const scale = (value: number): number => y + panelHeight - (value / highest) * panelHeight;
  const lines = runsOf(samples, panel.key).map((run) => drawRun(run, panel, x, scale, y + panelHeight));
  const guides = [0, highest].map((value) => drawGuide(value, scale(value), panel.unit));
  return [
    `<g class="${panel.colour}">`,
    `<text class="panel-label" x="0" y="${y + 14}">${panel.label}</text>`,
    `<text class="panel-note" x="0" y="${y + 34}">highest ${formatted(Math.max(0, ...values), panel.unit)}</text>`,
    ...guides,
    ...lines,
    "</g>",
  ].join("\n");
}

interface Point {
  readonly at: number;
  readonly value: number;
}

/** Stretches without a gap: a missing value is a gap in the line, not a zero. */
function runsOf(samples: readonly Sample[], key: Panel["key"]): Point[][] {
  const runs: Point[][] = [[]];
  for (const sample of samples) {
    const value = sample[key];
    if (value === undefined) {
      runs.push([]);
    } else {
      runs[runs.length - 1].push({ at: sample.seconds, value });
    }
  }
  return runs.filter((run) => run.length > 1);
}

function drawRun(run: readonly Point[], panel: Panel, x: Scale, scale: Scale, floor: number): string {
  const points = panel.stepped ? asSteps(run) : run;
  const path = points.map(({ at, value }) => `${round(x(at))},${round(scale(value))}`).join(" L");
  const [from, to] = [round(x(points[0].at)), round(x(points[points.length - 1].at))];
  const area = `<path class="area" d="M${from},${round(floor)} L${path} L${to},${round(floor)} Z"/>`;
  return `${area}<path class="line" d="M${path}"/>`;
}

function asSteps(run: readonly Point[]): Point[] {
  return run.flatMap((point, index) =>
    index === 0 ? [point] : [{ at: point.at, value: run[index - 1].value }, point],
  );
}

function drawGuide(value: number, y: number, unit: string): string {
  const line = `<line class="guide" x1="${left}" x2="${width - right}" y1="${round(y)}" y2="${round(y)}"/>`;
  return `${line}<text class="tick" x="${left - 8}" y="${round(y) + 4}" text-anchor="end">${formatted(value, unit)}</text>`;
}

function drawAxis(seconds: number, x: Scale, y: number): string {
  const every = [5, 10, 20, 30, 60, 120, 300].find((candidate) => seconds / candidate <= 12) ?? 600;
  const ticks = Array.from({ length: Math.floor(seconds / every) + 1 }, (_, index) => index * every);
  return ticks
    .map((at) => `<text class="tick" x="${round(x(at))}" y="${y + 20}" text-anchor="middle">${at} s</text>`)
    .join("\n");
}

function formatted(value: number, unit: string): string {
  return `${Math.round(value)}${unit}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text as HTML and SVG want it. */
export function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
