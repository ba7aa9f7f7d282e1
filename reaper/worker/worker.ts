import { runWorker } from "./run-worker";

/** The worker as a process, with the Chef server as its only target. */
void runWorker().then((code) => process.exit(code));
