import { readConfig } from "./stacks/config";
import { createFleet } from "./stacks/fleet";
import { preflight } from "./stacks/preflight";

/** The Pulumi program: read the configuration, try what it relies on, declare the fleet, say what came of it. */
async function program() {
  const config = readConfig();
  if (config.preflight) await preflight(config);
  return createFleet(config);
}

export = program;
