/** The progress lines of a rollout, without any call. */
import type { ActiveRefresh } from "./decide";

/** The current state of a refresh. */
export interface RefreshProgress extends ActiveRefresh {
  readonly reason: string;
  readonly percentage: number;
  readonly left: number;
  /** The same of the warm pool, which AWS replaces after the instances in service. */
  readonly warmPool: { readonly percentage: number; readonly left: number };
  readonly startedAt: number;
  readonly rollbackReason?: string;
  readonly checkpoints: readonly number[];
  readonly checkpointDelaySeconds: number;
  readonly alarmNames: readonly string[];
}

export interface ProgressView {
  readonly refresh: RefreshProgress;
  /** Instances of the new version in service, and all instances in service. */
  readonly updated: number;
  readonly inService: number;
  /** Instances that are not in service yet, with their lifecycle state. */
  readonly launching: readonly string[];
  readonly checkpoint?: { readonly percentage: number; readonly remainingSeconds: number };
  readonly desired: number;
  /** Suspended processes without which AWS replaces no instance. */
  readonly suspended: readonly string[];
  /** State of each alarm that may stop the rollout, by name. */
  readonly alarms: Readonly<Record<string, string>>;
}

export function progressLine(view: ProgressView): string {
  const { refresh, updated, inService, launching, checkpoint, suspended, alarms } = view;
  const back = refresh.status.startsWith("Rollback");
  const parts = [
    back ? `rolling back, ${refresh.percentage} % still new` : `${refresh.percentage} %`,
    `${updated} of ${inService} in service ${back ? "run the previous version" : "are new"}`,
  ];
  if (!back) parts.push(`${refresh.left} left`);
  if (launching.length > 0) parts.push(`${launching.slice(0, 3).join(", ")}${more(launching.length - 3)}`);
  if (checkpoint) {
    const { percentage, remainingSeconds } = checkpoint;
    parts.push(`checkpoint ${percentage} % reached, continues in ${duration(remainingSeconds)}`);
  }
  if (suspended.length > 0) parts.push(`suspended: ${suspended.join(", ")}`);
  const states = Object.entries(alarms).map(([name, state]) => `${name} ${state}`);
  if (states.length > 0) parts.push(`alarms ${states.join(", ")}`);
  return parts.join("; ");
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : "";
}

/** For people: `45 s`, `12 min`, `1 h 5 min`. */
export function duration(seconds: number): string {
  const rounded = Math.max(0, Math.round(seconds));
  if (rounded < 90) return `${rounded} s`;
  const minutes = Math.round(rounded / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ""}`;
}

/** The checkpoint at which a refresh may be waiting: AWS only reports the percentage. */
export function waitsAt({ checkpoints, percentage }: Pick<RefreshProgress, "checkpoints" | "percentage">) {
  return checkpoints.filter((point) => point < 100 && point <= percentage).at(-1);
}
