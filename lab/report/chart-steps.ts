import type { StepRecord } from "./run-record";
import { escapeText, round, type Scale } from "./svg";

const CHIP_RADIUS = 10;
const LANE_HEIGHT = 24;
/** Pixels per letter of a step's name, slightly more than a letter needs, so that names do not touch. */
const LETTER_WIDTH = 7;
const GAP = 8;

/** The position at which a step is drawn. */
interface PlacedStep {
  readonly step: StepRecord;
  readonly number: number;
  readonly from: number;
  readonly to: number;
  readonly middle: number;
  /** Number of the lane, counted from 0 at the bottom. */
  readonly lane: number;
  /** Whether the name is to the left of the number, because there is no room on the right. */
  readonly leftwards: boolean;
}

export interface StepLayout {
  readonly placed: readonly PlacedStep[];
  /** Height of all lanes together. */
  readonly height: number;
}

/** Places number and name of each step above the middle of its band, in the lowest lane where they do not overlap others. */
export function layOutSteps(steps: readonly StepRecord[], x: Scale, width: number): StepLayout {
  const ends: number[][] = [];
  const placed = steps.map((step, index): PlacedStep => {
    const from = x(step.startedAt);
    const to = Math.max(x(step.startedAt + step.seconds), from + 1);
    const middle = Math.min((from + to) / 2, width - CHIP_RADIUS);
    const name = step.name.length * LETTER_WIDTH + GAP;
    const leftwards = middle + CHIP_RADIUS + name > width;
    const [left, right] = leftwards
      ? [middle - CHIP_RADIUS - name, middle + CHIP_RADIUS]
      : [middle - CHIP_RADIUS, middle + CHIP_RADIUS + name];
    const free = ends.findIndex((taken) => taken.every((end) => end <= left));
    const lane = free < 0 ? ends.push([]) - 1 : free;
    ends[lane]?.push(right);
    return { step, number: index + 1, from, to, middle, lane, leftwards };
  });
  return { placed, height: Math.max(1, ends.length) * LANE_HEIGHT + GAP };
}

/** Draws the bands in the background, then the lines from numbers to bands, then numbers and names. */
export function drawSteps({ placed, height }: StepLayout, bottom: number): string[] {
  const laneY = (lane: number) => height - GAP - lane * LANE_HEIGHT - LANE_HEIGHT / 2;
  return [
    ...placed.map(({ from, to, number }) => {
      const place = `x="${round(from)}" y="${height}" width="${round(to - from)}" height="${bottom - height}"`;
      return `<rect class="band${number % 2 ? "" : " odd"}" ${place}/>`;
    }),
    ...placed.map(({ middle, lane }) => `<path class="leader" d="M${round(middle)} ${laneY(lane)}V${height}"/>`),
    ...placed.map((each) => drawMark(each, laneY(each.lane))),
  ];
}

function drawMark({ step, number, middle, leftwards }: PlacedStep, y: number): string {
  const title = `<title>${escapeText(`${number} ${step.name}: ${step.seconds.toFixed(1)} s`)}</title>`;
  const failed = step.held ? "" : " failed";
  const circle = `<circle class="chip${failed}" cx="${round(middle)}" cy="${y}" r="${CHIP_RADIUS}"/>`;
  const text = `<text class="chip-text" x="${round(middle)}" y="${y + 4}">${number}</text>`;
  const [nameX, anchor] = leftwards ? [middle - CHIP_RADIUS - 4, "end"] : [middle + CHIP_RADIUS + 4, "start"];
  const name = `<text class="step-name" x="${round(nameX)}" y="${y + 4}" text-anchor="${anchor}">${escapeText(step.name)}</text>`;
  return `<g class="step">${title}${circle}${text}${name}</g>`;
}
