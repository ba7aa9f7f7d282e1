import { readConfig } from "./stacks/config";
import { createFleet } from "./stacks/fleet";
import { preflight } from "./stacks/preflight";

/** The Pulumi program: reads the configuration, checks what it relies on, declares the fleet, and returns its outputs. */
async function program() {
  const config = readConfig();
  if (config.preflight) await preflight(config);
  return createFleet(config);
}

export = program;
