import { drawRollouts, ROLLOUTS_HEIGHT } from "./chart-rollouts";
import { drawSteps, layOutSteps } from "./chart-steps";
import type { RunRecord, Sample } from "./run-record";
import { escapeText, round, type Scale } from "./svg";

/** One panel of the timeline. */
export interface Panel {
  readonly label: string;
  readonly unit: string;
  readonly key: "cpu" | "instances" | "nodes" | "queue";
  /** CSS class that sets its color. */
  readonly colour: string;
  /** Whether the line has steps, as for a count, instead of slopes, as for a percentage. */
  readonly stepped: boolean;
  /** Minimum for the upper end of the scale. */
  readonly atLeast: number;
}

const LEFT = 48;
const RIGHT = 12;
const PANEL_HEIGHT = 76;
/** Space above each panel for its label. */
const HEADING = 38;
const AXIS_HEIGHT = 30;
/** Minimum pixels for a label of the axis. */
const TICK_WIDTH = 56;

/** Draws panels one above the other on a common time axis, with a band, a number and a name for each step. @param width in pixels, unscaled */
export function drawTimeline(panels: readonly Panel[], run: RunRecord, width: number): string {
  const x: Scale = (seconds) => LEFT + (seconds / Math.max(run.seconds, 1)) * (width - LEFT - RIGHT);
  const steps = layOutSteps(run.steps, x, width);
  const panelsEnd = steps.height + panels.length * (HEADING + PANEL_HEIGHT);
  const rolledOut = run.samples.some(({ rollout }) => rollout !== undefined);
  const bottom = panelsEnd + (rolledOut ? HEADING + ROLLOUTS_HEIGHT : 0);
  return [
    `<svg viewBox="0 0 ${width} ${bottom + AXIS_HEIGHT}" role="img" aria-label="Timeline of the run: ${spoken(panels, run)}">`,
    ...drawSteps(steps, bottom),
    ...panels.map((panel, index) => {
      const y = steps.height + index * (HEADING + PANEL_HEIGHT) + HEADING;
      return drawPanel(panel, run.samples, { x, y, width });
    }),
    ...(rolledOut ? drawRollouts(run.samples, x, panelsEnd + HEADING) : []),
    drawAxis(run.seconds, x, bottom, Math.floor((width - LEFT) / TICK_WIDTH)),
    "</svg>",
  ].join("\n");
}

interface Place {
  readonly x: Scale;
  readonly y: number;
  readonly width: number;
}

function drawPanel(panel: Panel, samples: readonly Sample[], { x, y, width }: Place): string {
  const peak = peakOf(samples, panel.key);
  const top = Math.max(panel.atLeast, peak?.value ?? 0);
  const scale: Scale = (value) => y + PANEL_HEIGHT - (value / top) * PANEL_HEIGHT;
  const note = peak ? `highest ${formatted(peak.value, panel.unit)} after ${Math.round(peak.at)} s` : "nothing seen";
  return [
    `<g class="${panel.colour}">`,
    `<text class="panel-label" x="0" y="${y - 14}">${escapeText(panel.label)} <tspan class="panel-note">${note}</tspan></text>`,
    ...[0, top].map((value) => drawGuide(value, scale(value), panel.unit, width)),
    ...runsOf(samples, panel.key).map((run) => drawRun(run, panel, x, scale, y + PANEL_HEIGHT)),
    ...(peak && peak.value > 0
      ? [`<circle class="peak" cx="${round(x(peak.at))}" cy="${round(scale(peak.value))}" r="4"/>`]
      : []),
    "</g>",
  ].join("\n");
}

interface Point {
  readonly at: number;
  readonly value: number;
}

/** The first of the highest points. */
function peakOf(samples: readonly Sample[], key: Panel["key"]): Point | undefined {
  const points = samples.flatMap(({ seconds: at, [key]: value }) => (value === undefined ? [] : [{ at, value }]));
  return points.reduce<Point | undefined>(
    (best, point) => (best && best.value >= point.value ? best : point),
    undefined,
  );
}

function spoken(panels: readonly Panel[], { samples }: RunRecord): string {
  const peaks = panels.map(
    ({ key, label, unit }) => `${label} at most ${formatted(peakOf(samples, key)?.value ?? 0, unit)}`,
  );
  return escapeText(peaks.join(", "));
}

/** Splits the line where values are missing: a missing value is a gap and not a zero. */
function runsOf(samples: readonly Sample[], key: Panel["key"]): Point[][] {
  const runs: Point[][] = [[]];
  for (const { seconds: at, [key]: value } of samples) {
    if (value === undefined) runs.push([]);
    else runs[runs.length - 1].push({ at, value });
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

function drawGuide(value: number, y: number, unit: string, width: number): string {
  const line = `<line class="guide" x1="${LEFT}" x2="${width - RIGHT}" y1="${round(y)}" y2="${round(y)}"/>`;
  return `${line}<text class="tick" x="${LEFT - 6}" y="${round(y) + 4}" text-anchor="end">${formatted(value, unit)}</text>`;
}

function drawAxis(seconds: number, x: Scale, y: number, room: number): string {
  const every = [5, 10, 20, 30, 60, 120, 300].find((candidate) => seconds / candidate <= room) ?? 600;
  const ticks = Array.from({ length: Math.floor(seconds / every) + 1 }, (_, index) => index * every);
  return ticks
    .map((at) => `<text class="tick" x="${round(x(at))}" y="${y + 20}" text-anchor="middle">${at} s</text>`)
    .join("\n");
}

function formatted(value: number, unit: string): string {
  return `${Math.round(value)}${unit}`;
}
