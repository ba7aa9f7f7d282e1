import { relative } from "node:path";
import type { LabArguments } from "./arguments";
import { howToLook } from "./how-to-look";
import type { RunRecord, StepRecord } from "./report/run-record";
import { writeRecord } from "./report/write-record";
import { endChildren } from "./services/children";
import { type Interruption, type Signals, watchSignals } from "./services/signals";
import { end, life } from "./story";
import { createContext, type Step, type StoryContext } from "./story/context";
import { play } from "./story/play";

/** A run in progress. */
interface Run {
  readonly options: LabArguments;
  readonly startedAt: number;
  readonly steps: StepRecord[];
  readonly context: StoryContext;
  readonly signals: Signals;
  setShow(show: (figure: string) => void): void;
}

/** Plays all steps, writes `run.json` and the report, then stops everything. @returns the exit code */
export async function runLab(options: LabArguments, story = { life, end }): Promise<number> {
  const run = createRun(options);
  let exitCode = 1;
  try {
    exitCode = await playAll(run, story);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  }
  await finish(run, exitCode === 0);
  return exitCode;
}

function createRun(options: LabArguments): Run {
  let show: (figure: string) => void = () => undefined;
  const startedAt = Date.now();
  return {
    options,
    startedAt,
    steps: [],
    context: createContext(options, startedAt, (figure) => show(figure)),
    signals: watchSignals(),
    setShow: (next) => {
      show = next;
    },
  };
}

async function playAll(
  run: Run,
  { life, end }: { readonly life: readonly Step[]; readonly end: readonly Step[] },
): Promise<number> {
  const interruption = await playUnlessInterrupted(run, life);
  if (interruption) {
    return stoppedBy(interruption);
  }
  if (run.options.keep) {
    record(run, true);
    console.log(`\n${howToLook(run.context.fact("lab"), run.context.fact("outputs"))}\n`);
    await run.signals.next();
  }
  const second = await playUnlessInterrupted(run, end);
  return second ? stoppedBy(second) : 0;
}

/** @returns the signal, if one arrives before the steps end */
async function playUnlessInterrupted(run: Run, steps: readonly Step[]): Promise<Interruption | undefined> {
  const playing = play(steps, run.context, {
    runStartedAt: run.startedAt,
    live: process.stdout.isTTY === true,
    setShow: run.setShow,
    onStep: (record) => run.steps.push(record),
  });
  return Promise.race([playing.then(() => undefined), run.signals.next()]);
}

function stoppedBy({ signal, exitCode }: Interruption): number {
  console.error(`\n${signal}: stopping the servers and every sandbox; the stack is not destroyed, it lived only here`);
  return exitCode;
}

/** Writes the run so far. This also happens before the run waits for a signal, for those who look at it in the meantime. */
function record({ context, steps, startedAt, options }: Run, held: boolean): RunRecord {
  return writeRecord(context, steps, { held, startedAt, report: options.report });
}

async function finish(run: Run, held: boolean): Promise<void> {
  const lab = run.context.find("lab");
  run.context.find("sampler")?.stop();
  run.context.find("secrets")?.stop();
  const { outputs, steps, seconds } = record(run, held);
  await endChildren(lab?.services.map(({ pid }) => pid) ?? []);
  await lab?.stop();
  if (!lab) {
    return;
  }
  const folder = relative(process.cwd(), lab.runDir);
  if (held) {
    console.log(`\noutputs: ${JSON.stringify(outputs, undefined, 2)}`);
    console.log(`every one of ${steps.length} steps held in ${seconds.toFixed(0)} s; run.json and logs in ${folder}`);
  } else {
    console.error(`logs, state and images of this run: ${folder}`);
  }
}
