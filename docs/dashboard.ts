import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { reaperWatches } from "../components/observation/alarms";
import { dashboardWidgets } from "../components/observation/dashboard-widgets";
import { type DrawnWidget, drawDashboard } from "./dashboard-picture";

const FILE = join(__dirname, "dashboard.svg");

const SOME = pulumi.output("web");
const REAPER = {
  ...{ queueArn: SOME, deadLetterQueueArn: SOME, functionName: SOME, reconcileFunctionName: SOME },
  ...{ groupName: "web", reconciles: true },
};
const ALARMS = ["scale-out", "scale-in", ...Object.keys(reaperWatches(REAPER, {})), "missing-instances"];

/** Three hours of a group that was loaded, and whose Chef server was down for a while; every value is made up. */
const MADE_UP: Readonly<Record<string, readonly number[]>> = {
  CPUUtilization: [38, 41, 44, 52, 61, 72, 78, 74, 60, 52, 50, 51, 47, 40, 33, 28, 26, 27, 36, 39, 41, 40, 38, 39],
  GroupInServiceInstances: [2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 2, 2, 2, 2, 2],
  GroupDesiredCapacity: [2, 2, 2, 2, 2, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 2, 2, 2, 2, 2, 2, 2],
  GroupMinSize: Array(24).fill(2),
  GroupMaxSize: Array(24).fill(10),
  "ApproximateNumberOfMessagesVisible web": [0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 0, 0, 0],
  "ApproximateNumberOfMessagesVisible web-dead-letters": Array(24).fill(0),
  ApproximateAgeOfOldestMessage: [0, 0, 0, 0, 0, 0, 0, 20, 10, 0, 0, 0, 0, 0, 0, 0, 30, 480, 930, 1380, 1830, 0, 0, 0],
  NodesReaped: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0],
  ReapFailures: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 0, 0, 0],
  NodesReconciled: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  ReconcileStopped: Array(24).fill(0),
};

/** docs/dashboard.svg: the dashboard that `observation.dashboard` declares, with made-up data. */
export function dashboardDocument(): string {
  const widgets = dashboardWidgets({
    region: "us-east-1",
    group: "production-web",
    queue: "web",
    deadLetters: "web-dead-letters",
    alarms: ALARMS.map((name) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:web-${name}`),
    weighted: false,
    scaling: { out: {}, in: {} },
  });
  return drawDashboard(widgets as readonly DrawnWidget[], (metric, dimension) => {
    const values = MADE_UP[metric] ?? MADE_UP[`${metric} ${dimension}`];
    if (values === undefined)
      throw new Error(`the dashboard shows '${metric}', for which docs/dashboard.ts has no values`);
    return values;
  });
}

if (require.main === module) writeFileSync(FILE, dashboardDocument());
