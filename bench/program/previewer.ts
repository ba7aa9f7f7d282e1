import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { Moto } from "../../test/helpers/moto";
import { isPlain } from "./plain";

export interface Preview {
  readonly seconds: number;
  /** Types and names of the resources that a provider is asked for, sorted. */
  readonly resources: readonly string[];
}

/** Previews the program for so many groups. */
export type Previewer = (count: number) => Promise<Preview>;

/** Writes a project of one program and returns what previews it, each time in a process of its own. */
export function previewer(folder: string, name: string, code: string, moto: Moto): Previewer {
  const project = join(folder, name);
  mkdirSync(project);
  writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\nmain: index.ts\n`);
  writeFileSync(join(project, "index.ts"), code);
  const { environment } = moto;
  const runner = inProcessRunner({ project, stack: "bench", stateDir: join(folder, "state"), environment });
  return async (count) => {
    const started = performance.now();
    const result = await runner.preview({ config: { "aws:region": "us-east-1", [`${name}:count`]: String(count) } });
    const seconds = (performance.now() - started) / 1000;
    if (!result.ok) throw new Error(`the preview of ${count} groups by '${name}' failed:\n${result.output}`);
    const asked = result.operations.filter((operation) => isPlain(operation.type));
    return { seconds, resources: asked.map((operation) => `${operation.type} ${operation.name}`).sort() };
  };
}
