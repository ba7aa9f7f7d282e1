import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { projectRoot } from "../../lab/services/places";
import { componentsAreBuilt } from "./fresh-build";

/**
 * Writes a test's program, its Pulumi.yaml and a link to its modules. If the components are built, it is JavaScript, since ts-node costs
 * each run a second of a core. Stack traces are disabled, because the SDK stores the stack of each of its promises as text, which takes
 * longer than the rest of the program.
 */
export function writeProgram(folder: string, name: string, typescript: string): void {
  const modules = join(folder, "node_modules");
  if (!existsSync(modules)) symlinkSync(join(projectRoot, "node_modules"), modules);
  const built = componentsAreBuilt();
  const main = built ? "index.js" : "index.ts";
  const options = `    nodeargs: --stack-trace-limit=0\n    typescript: ${!built}\n`;
  const project = `name: ${name}\nruntime:\n  name: nodejs\n  options:\n${options}main: ${main}\n`;
  writeFileSync(join(folder, "Pulumi.yaml"), project);
  const text = built ? transformSync(typescript, { loader: "ts", format: "cjs", target: "node20" }).code : typescript;
  writeFileSync(join(folder, main), text);
}
