import { execFileSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** Registers TypeScript as `pulumi up` does (with Pulumi's own ts-node), then prints what a dynamic provider would store of a function. */
const PROGRAM = `
  const { tsnodeRequire, typescriptRequire } = require("@pulumi/pulumi/tsutils").typeScriptRequireStrings();
  require(tsnodeRequire).register({ compiler: typescriptRequire, transpileOnly: true, project: "tsconfig.json" });
  const { runtime } = require("@pulumi/pulumi");
  const exported = require(process.argv[1])[process.argv[2]];
  runtime.serializeFunction(exported).then((text) => process.stdout.write(text.text));
`;

/**
 * Returns the text of a function as Pulumi captures it from source.
 * @param file absolute path of the TypeScript file that exports it
 */
export function serialisedFunction(file: string, name: string): string {
  return execFileSync(process.execPath, ["-e", PROGRAM, file, name], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
}
