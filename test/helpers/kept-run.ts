/** Runs a short lab with `--keep`, for the test of what a run leaves behind: kept-run.ts FOLDER REPORT */
import { join } from "node:path";
import { runLab } from "../../lab/run";
import type { Lab } from "../../lab/services/lab";
import type { Step } from "../../lab/story/context";
import type { StackOutputs } from "../../lab/story/lab-stack";

const [runDir = "", report = ""] = process.argv.slice(2);
const identity = (name: string) => ({ name, keyFile: join(runDir, `${name}.pem`) });
const keys = { operator: identity("operator"), validator: identity("validator") };
const lab = { runDir, services: [], environment: {}, keys, stop: async () => undefined } as unknown as Lab;

const first: Step = {
  name: "first",
  title: "the beginning",
  run: async (context) => {
    context.know("lab", lab);
    context.know("outputs", { groups: { web: {} } } as unknown as StackOutputs);
    return "everything there";
  },
};
const last: Step = { name: "last", title: "the end", run: async () => "nothing left" };

runLab({ keep: true, report, help: false, reaper: "lambda" }, { life: [first], end: [last] }).then((code) =>
  process.exit(code),
);
