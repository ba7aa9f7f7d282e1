import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The programs that examples/README.md's table lists as tried in this way, in its order. */
export function examplesTried(root: string, how: "in the lab" | "declared" | "in a pack's process"): string[] {
  const rows = readFileSync(join(root, "examples/README.md"), "utf8").matchAll(/^\| \[([\w-]+)\]\(.*\| ([^|]+) \|$/gm);
  return [...rows].filter(([, , tried]) => tried === how).map(([, name = ""]) => name);
}
