/** The command `sweep` as a program of its own. */
import { sweepCommand } from "../../cli/sweep";

sweepCommand()
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
