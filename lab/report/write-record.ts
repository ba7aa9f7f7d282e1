import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoryContext } from "../story/context";
import { renderPage } from "./page";
import type { RunRecord, StepRecord } from "./run-record";

/** The run's own result. */
export interface Ending {
  readonly held: boolean;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Path of the page. @default no page */
  readonly report?: string;
}

/** Writes `run.json` into the run's folder, and the page if one was requested. */
export function writeRecord(context: StoryContext, steps: readonly StepRecord[], ending: Ending): RunRecord {
  const lab = context.find("lab");
  const record: RunRecord = {
    held: ending.held,
    startedAt: new Date(ending.startedAt).toISOString(),
    seconds: (Date.now() - ending.startedAt) / 1000,
    engine: context.find("stack")?.engine ?? "none",
    reaper: context.options.reaper === "worker" ? "worker process" : "Lambda function",
    runDir: lab?.runDir ?? "",
    steps,
    outputs: context.find("outputs"),
    samples: context.find("sampler")?.samples ?? [],
  };
  if (lab) {
    writeFileSync(join(lab.runDir, "run.json"), `${JSON.stringify(record, undefined, 2)}\n`);
  }
  if (ending.report) {
    writeFileSync(ending.report, renderPage(record));
    console.log(`report: ${ending.report}`);
  }
  return record;
}
