import type { Sampler } from "../report/sampler";
import type { Lab } from "../services/lab";
import type { Inventory } from "./inventory";
import type { LabStack, StackOutputs } from "./lab-stack";
import type { Load } from "./load";
import type { StoryOptions } from "./options";
import type { SecretWatch } from "./secret-watch";
import { type Look, until, type Wait } from "./until";

/** Results of steps for later steps. */
export interface Facts {
  readonly lab: Lab;
  readonly stack: LabStack;
  readonly sampler: Sampler;
  readonly secrets: SecretWatch;
  /** The first `up`. The step "bake" starts it, and the step "up" waits for its end. */
  readonly update: Promise<void>;
  readonly outputs: StackOutputs;
  readonly firstImage: string;
  /** The instances of the group before any scaling. */
  readonly booted: readonly string[];
  readonly load: Load;
  /** The instance that scale-in terminated. */
  readonly terminated: string;
  /** Everything that existed before the stack. */
  readonly inventory: Inventory;
}

/** What a step receives. */
export interface StoryContext {
  readonly options: StoryOptions;
  /** When the run began, milliseconds since the epoch. */
  readonly runStartedAt: number;
  /** The result of an earlier step. @throws if that step has not run */
  fact<K extends keyof Facts>(name: K): Facts[K];
  /** The same, or undefined if that step has not run. */
  find<K extends keyof Facts>(name: K): Facts[K] | undefined;
  know<K extends keyof Facts>(name: K, value: Facts[K]): void;
  /** Shows a figure on the step's live line. */
  show(figure: string): void;
  /** Polls and shows what it sees. @throws after the timeout, or as soon as a server of the lab ends */
  wait<T>(what: string, timeoutSeconds: number, look: () => Promise<Look<T>>): Promise<T>;
}

/** One step of the story. */
export interface Step {
  readonly name: string;
  /** Description of the step for people. */
  readonly title: string;
  /** Runs the step and returns the figure that proves success. @throws if an expected result is missing */
  run(context: StoryContext): Promise<string>;
}

/** Creates a context whose live line is written by `show`. */
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
