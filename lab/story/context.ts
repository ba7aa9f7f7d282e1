import type { Sampler } from "../report/sampler";
import type { Lab } from "../services/lab";
import type { Inventory } from "./inventory";
import type { LabStack, StackOutputs } from "./lab-stack";
import type { Load } from "./load";
import type { StoryOptions } from "./options";
import type { SecretWatch } from "./secret-watch";
import { type Look, until, type Wait } from "./until";

/** What steps found out, for the steps after them. */
export interface Facts {
  readonly lab: Lab;
  readonly stack: LabStack;
  readonly sampler: Sampler;
  readonly secrets: SecretWatch;
  /** The first `up`, which the step "bake" begins and the step "up" sees to its end. */
  readonly update: Promise<void>;
  readonly outputs: StackOutputs;
  readonly firstImage: string;
  /** The instances of the group before anything scaled it. */
  readonly booted: readonly string[];
  readonly load: Load;
  /** The instance that scaling in terminated. */
  readonly terminated: string;
  /** What there was before the stack. */
  readonly inventory: Inventory;
}

/** What a step is given. */
export interface StoryContext {
  readonly options: StoryOptions;
  /** When the run began, milliseconds since the epoch. */
  readonly runStartedAt: number;
  /** What an earlier step found. @throws when that step has not run */
  fact<K extends keyof Facts>(name: K): Facts[K];
  /** The same, or undefined when that step has not run. */
  find<K extends keyof Facts>(name: K): Facts[K] | undefined;
  know<K extends keyof Facts>(name: K, value: Facts[K]): void;
  /** Shows a figure in the step's live line. */
  show(figure: string): void;
  /** Polls; shows what is seen; fails at once when one of the lab's servers has ended. */
  wait<T>(what: string, timeoutSeconds: number, look: () => Promise<Look<T>>): Promise<T>;
}

/** One step of the story. */
export interface Step {
  readonly name: string;
  /** What the step does, for people. */
  readonly title: string;
  /** Plays the step and returns the figure that proves it. @throws when something was not seen */
  run(context: StoryContext): Promise<string>;
}

/** A context whose live line goes to `show`. */
export function createContext(
  options: StoryOptions,
  runStartedAt: number,
  show: (figure: string) => void,
): StoryContext {
  const facts: Partial<{ -readonly [K in keyof Facts]: Facts[K] }> = {};
  const context: StoryContext = {
    options,
    runStartedAt,
    find: (name) => facts[name],
    fact: (name) => {
      const value = facts[name];
      if (value === undefined) {
        throw new Error(`no earlier step found '${name}'`);
      }
      return value as NonNullable<typeof value>;
    },
    know: (name, value) => {
      facts[name] = value;
    },
    show,
    wait: (what, timeoutSeconds, look) => until(watched(context, { what, timeoutSeconds, look, onSeen: show })),
  };
  return context;
}

function watched<T>(context: StoryContext, wait: Wait<T>): Wait<T> {
  const look = async (): Promise<Look<T>> => {
    for (const service of context.fact("lab").services) {
      service.assertRunning();
    }
    return wait.look();
  };
  return { ...wait, look };
}
