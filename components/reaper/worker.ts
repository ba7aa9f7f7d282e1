import { createConsumers } from "./consumers";
import { createEmfMetrics } from "./emf-metrics";
import { createLog, type Log } from "./log";
import { createReaper } from "./reaper";
import { type ReaperSettings, readSettings } from "./settings";

/** Ended by SIGTERM or SIGINT, with all it held done. */
const EXIT_DRAINED = 0;
/** The environment is wrong; nothing was received. */
const EXIT_SETTINGS = 2;
/** Something was still being handled when the time to drain was over; its messages come back to the queue. */
const EXIT_NOT_DRAINED = 3;
/** Below the 30 seconds that ECS and Kubernetes give by default. */
const DRAIN_MS = 25_000;

/** Runs the reaper over a queue until a signal ends it. */
async function main(): Promise<number> {
  const log = createLog();
  const settings = settingsOrMistakes(log);
  if (settings?.queueUrl === undefined) {
    return EXIT_SETTINGS;
  }
  const { queueUrl, concurrency, groups } = settings;
  const consumers = createConsumers(createReaper(settings, { log, metrics: createEmfMetrics() }), {
    queueUrl,
    concurrency,
    log,
  });
  const signalled = nextSignal();
  consumers.start();
  log("info", "the worker receives", { queueUrl, concurrency, groups: groups.join(","), dryRun: settings.dryRun });
  const signal = await signalled;
  log("info", "the worker drains", { signal });
  const all = await consumers.drain(DRAIN_MS);
  log(all ? "info" : "error", all ? "the worker is drained" : "the worker ends with messages in hand");
  return all ? EXIT_DRAINED : EXIT_NOT_DRAINED;
}

function settingsOrMistakes(log: Log): ReaperSettings | undefined {
  try {
    return readSettings(process.env, true);
  } catch (error) {
    log("error", error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
}

// A long poll that was given up keeps its socket open; there is nothing left to wait for.
void main().then((code) => process.exit(code));
