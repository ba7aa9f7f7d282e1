import type * as pulumi from "@pulumi/pulumi";
import type { ValidationIssue } from "../validation/issues";
import type { ReaperNetwork } from "./reaper-network";

/** Where a reaper's service runs, and its size. */
export interface ReaperServiceSettings extends ReaperNetwork {
  /** The worker's container image, built from `container/Dockerfile`: by digest, or by an immutable tag. */
  readonly image: pulumi.Input<string>;
  /** ARN of the cluster. @default a new one */
  readonly clusterArn?: pulumi.Input<string>;
  /** CPU units, 1024 per vCPU. @default 256 */
  readonly cpu?: 256 | 512 | 1024 | 2048 | 4096;
  /** Memory in MiB, one of Fargate's values for that CPU. @default 512, or the minimum for that CPU */
  readonly memoryMib?: number;
  /** Architecture of the container image. @default "X86_64" */
  readonly architecture?: "X86_64" | "ARM64";
  /** Minimum number of tasks. With 0, the first message after a quiet time waits for the queue's metric, up to 15 minutes. @default 1 */
  readonly minTasks?: number;
  /** Maximum number of tasks. @default 4 */
  readonly maxTasks?: number;
  /** Number of waiting messages per task; one more task is started for each. @default 500 */
  readonly messagesPerTask?: number;
  /** Messages that a task processes at a time. @default 20 */
  readonly concurrency?: number;
}

export const SERVICE_DEFAULTS = {
  cpu: 256,
  minTasks: 1,
  maxTasks: 4,
  messagesPerTask: 500,
  concurrency: 20,
} as const;

/**
 * Minimum and maximum MiB for each CPU value.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
export const MEMORY_MIB: Readonly<Record<number, readonly [least: number, most: number]>> = {
  256: [512, 2048],
  512: [1024, 4096],
  1024: [2048, 8192],
  2048: [4096, 16_384],
  4096: [8192, 30_720],
};
/** Application Auto Scaling's limit of steps in a policy. */
const MOST_STEPS = 20;

/** @param cpu a value that Fargate supports */
export function leastMemoryMib(cpu: number): number {
  return MEMORY_MIB[cpu]?.[0] ?? 512;
}

export function serviceIssues(settings: ReaperServiceSettings): ValidationIssue[] {
  return [...sizeIssues(settings), ...taskIssues(settings)];
}

function sizeIssues({ cpu = SERVICE_DEFAULTS.cpu, memoryMib }: ReaperServiceSettings): ValidationIssue[] {
  const [least, most] = MEMORY_MIB[cpu] ?? [512, 30_720];
  if (memoryMib === undefined || (memoryMib >= least && memoryMib <= most && memoryMib % 512 === 0)) return [];
  const expected = `${least} to ${most} MiB in steps of 512 with ${cpu} CPU units`;
  const fix = "leave it out for the minimum";
  return [{ property: "reaper.service.memoryMib", value: memoryMib, expected, fix }];
}

function taskIssues(settings: ReaperServiceSettings): ValidationIssue[] {
  const { minTasks, maxTasks } = { ...SERVICE_DEFAULTS, ...settings };
  if (maxTasks >= Math.max(1, minTasks) && maxTasks <= minTasks + MOST_STEPS) return [];
  const expected = `${Math.max(1, minTasks)} to ${minTasks + MOST_STEPS} tasks, 'minTasks' and ${MOST_STEPS} more at most`;
  const fix = "raise 'concurrency' rather than the number of tasks";
  return [{ property: "reaper.service.maxTasks", value: maxTasks, expected, fix }];
}
