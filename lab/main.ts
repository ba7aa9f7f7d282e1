import { readArguments, usage } from "./arguments";
import { runLab } from "./run";
import { goOnWithoutReader } from "./services/closed-output";
import { forgetOutwardSettings } from "./services/environment";
import { runAsRoot } from "./services/root";

/** `npm run lab`. The exit code is 0 only if every step succeeds. */
async function main(): Promise<number> {
  const options = readArguments(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  goOnWithoutReader();
  forgetOutwardSettings();
  return runAsRoot() ?? (await runLab(options));
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
