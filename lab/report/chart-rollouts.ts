import type { RolloutSample, Sample } from "./run-record";
import { escapeText, round, type Scale } from "./svg";

export const ROLLOUTS_HEIGHT = 24;
const BAR_HEIGHT = 12;

/** A period of a rollout in one direction: forward, or back to the previous version. */
interface Stretch {
  readonly id: string;
  readonly way: "out" | "back";
  readonly from: number;
  to: number;
}

/** Draws instance refreshes as bars that show how long each went forward and how long it was rolled back; the label says how they ended. */
export function drawRollouts(samples: readonly Sample[], x: Scale, y: number): string[] {
  const seen = samples.flatMap(({ seconds, rollout }) => (rollout ? [{ seconds, ...rollout }] : []));
  const bars = stretchesOf(seen).map(({ way, from, to }) => {
    const width = Math.max(2, x(to) - x(from));
    return `<rect class="rollout ${way}" x="${round(x(from))}" y="${y}" width="${round(width)}" height="${BAR_HEIGHT}" rx="3"/>`;
  });
  const last = new Map(seen.map(({ id, status }) => [id, status]));
  const words = [...last.values()].map((status) => WORDS[status] ?? "under way at the end").join(", then ");
  const note = `<tspan class="panel-note">${escapeText(words)}</tspan>`;
  return [`<text class="panel-label" x="0" y="${y - 14}">Rollouts ${note}</text>`, ...bars];
}

const WORDS: Readonly<Record<string, string>> = {
  Successful: "rolled out",
  RollbackSuccessful: "taken back",
  Failed: "failed",
  RollbackFailed: "rollback failed",
  Cancelled: "cancelled",
};

/** Direction for each status. @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstanceRefresh.html */
const WAY: Readonly<Record<string, Stretch["way"]>> = {
  Pending: "out",
  InProgress: "out",
  Baking: "out",
  Cancelling: "back",
  RollbackInProgress: "back",
};

/** A period extends to the sample in which the next one starts. */
function stretchesOf(seen: readonly (RolloutSample & { readonly seconds: number })[]): Stretch[] {
  const stretches: Stretch[] = [];
  let open: Stretch | undefined;
  for (const { seconds, id, status } of seen) {
    if (open) open.to = seconds;
    const way = WAY[status];
    if (open && open.id === id && open.way === way) continue;
    open = way && { id, way, from: seconds, to: seconds };
    if (open) stretches.push(open);
  }
  return stretches;
}
