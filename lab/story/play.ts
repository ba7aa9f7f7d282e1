import { Listr, type ListrTaskWrapper } from "listr2";
import type { StepRecord } from "../report/run-record";
import type { Step, StoryContext } from "./context";

/** How a run's steps are shown and timed. */
export interface Stage {
  readonly runStartedAt: number;
  /** Whether the output is a terminal, in which a live line can be redrawn. */
  readonly live: boolean;
  /** Sets the function through which the current step shows its figures. */
  readonly setShow: (show: (figure: string) => void) => void;
  /** Called after every step, including one that fails. */
  readonly onStep: (record: StepRecord) => void;
}

type Task = Pick<ListrTaskWrapper<unknown, never, never>, "title" | "output">;

const nameWidth = 10;

/** Runs the steps in order. @throws the error of the first step that fails */
export async function play(steps: readonly Step[], context: StoryContext, stage: Stage): Promise<void> {
  const tasks = steps.map((step) => ({
    title: `${step.name.padEnd(nameWidth)} ${step.title}`,
    task: (_: unknown, task: Task) => playStep(step, context, stage, task),
  }));
  await new Listr(tasks, {
    registerSignalListeners: false,
    renderer: stage.live ? "default" : "simple",
    rendererOptions: { collapseErrors: false, showErrorMessage: false, formatOutput: "truncate" },
  }).run();
}

async function playStep(step: Step, context: StoryContext, stage: Stage, task: Task): Promise<void> {
  stage.setShow((figure) => {
    if (stage.live) {
      task.output = figure;
    }
  });
  const startedAt = Date.now();
  const record = (held: boolean, figure: string): StepRecord => ({
    name: step.name,
    title: step.title,
    startedAt: (startedAt - stage.runStartedAt) / 1000,
    seconds: (Date.now() - startedAt) / 1000,
    held,
    figure,
  });
  try {
    const ended = record(true, await step.run(context));
    task.title = `${step.name.padEnd(nameWidth)} ${ended.seconds.toFixed(1).padStart(5)} s  ${ended.figure}`;
    stage.onStep(ended);
  } catch (error) {
    stage.onStep(record(false, error instanceof Error ? error.message : String(error)));
    throw error;
  }
}
