import { awsProvider } from "./aws/provider";
import { commandProvider } from "./command/provider";
import { servePlugin } from "./plugin";

const PROVIDERS = { aws: awsProvider, command: commandProvider };

/** Entry point of the plugin executables in bin/: `main.ts <aws|command> [engine address]`. */
async function main([name, engineAddress]: string[]): Promise<void> {
  if (name !== "aws" && name !== "command") {
    throw new Error(
      `the lab has no provider '${name}', expected 'aws' or 'command'; call it through lab/providers/bin`,
    );
  }
  await servePlugin(PROVIDERS[name](), engineAddress);
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
