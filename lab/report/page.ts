import { drawTimeline, type Panel } from "./chart";
import type { RunRecord, StepRecord } from "./run-record";
import { style } from "./style";
import { escapeText } from "./svg";

const panels: readonly Panel[] = [
  { label: "CPU of the group", unit: " %", key: "cpu", colour: "cpu", stepped: false, atLeast: 100 },
  { label: "Instances in service", unit: "", key: "instances", colour: "instances", stepped: true, atLeast: 2 },
  { label: "Chef nodes", unit: "", key: "nodes", colour: "nodes", stepped: true, atLeast: 2 },
  { label: "Messages in the queue", unit: "", key: "queue", colour: "queue", stepped: true, atLeast: 2 },
];

/** Widths of the picture in pixels, for a desktop and for a phone. */
const WIDE = 1120;
const NARROW = 340;

/** Renders one self-contained page with the result, the timeline and the steps of the run. */
export function renderPage(run: RunRecord): string {
  const verdict = run.held ? "every step held" : "a step did not hold";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The life of a fleet: ${verdict}</title>
<style>${style}</style>
<main>
<header>
<h1>The life of a fleet <span class="verdict ${run.held ? "held" : "failed"}">${verdict}</span></h1>
<p>${run.steps.length} steps in ${run.seconds.toFixed(0)} s, begun ${run.startedAt.replace("T", " ").slice(0, 19)} UTC;
the program ran under ${escapeText(run.engine)}, the queue was read by the ${escapeText(run.reaper)}.</p>
</header>
<figure>
<div class="wide">${drawTimeline(panels, run, WIDE)}</div>
<div class="narrow">${drawTimeline(panels, run, NARROW)}</div>
</figure>
<table>
<thead><tr><th>#</th><th>Step</th><th class="number">Seconds</th><th>What was seen</th></tr></thead>
<tbody>
${run.steps.map(drawRow).join("\n")}
</tbody>
</table>
<footer>Packer, goiardi and the instances' own processes are real; AWS is moto with the lab's extension. Periods are
shortened by configuration.</footer>
</main>
</html>
`;
}

function drawRow(step: StepRecord, index: number): string {
  const cells = [
    `<td><span class="number-chip">${index + 1}</span></td>`,
    `<td class="name">${escapeText(step.name)}</td>`,
    `<td class="number">${step.seconds.toFixed(1)}</td>`,
    `<td>${escapeText(step.figure)}</td>`,
  ];
  return `<tr${step.held ? "" : ' class="failed"'}>${cells.join("")}</tr>`;
}
