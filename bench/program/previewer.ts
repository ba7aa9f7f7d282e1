import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { Moto } from "../../test/helpers/moto";
import { isPlain } from "./plain";
import { REGION } from "./programs";

export interface Preview {
  readonly seconds: number;
  /** Types and names of the provider resources, sorted. */
  readonly resources: readonly string[];
}

/** Previews the program with this number of groups. */
export type Previewer = (count: number) => Promise<Preview>;

/**
 * Raises Node.js's heap limit: Pulumi's SDK keeps about 8 MB for each group of 30 resources of @pulumi/aws classes until the program
 * ends, which for 500 groups is as much as the default limit.
 */
function settings(name: string): string {
  const runtime = { name: "nodejs", options: { nodeargs: "--max-old-space-size=8192" } };
  return JSON.stringify({ name, runtime, main: "index.ts" });
}

/** Writes a project with one program and returns a function that previews it, each time in a new process. */
export function previewer(folder: string, name: string, code: string, moto: Moto): Previewer {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, "Pulumi.yaml"), settings(name));
  writeFileSync(join(project, "index.ts"), code);
  const { environment } = moto;
  const runner = inProcessRunner({ project, stack: "bench", stateDir: join(folder, "state"), environment });
  return async (count) => {
    const started = performance.now();
    const result = await runner.preview({ config: { "aws:region": REGION, [`${name}:count`]: String(count) } });
    const seconds = (performance.now() - started) / 1000;
    if (!result.ok) throw new Error(`the preview of ${count} groups by '${name}' failed:\n${result.output}`);
    const asked = result.operations.filter((operation) => isPlain(operation.type));
    return { seconds, resources: asked.map((operation) => `${operation.type} ${operation.name}`).sort() };
  };
}
