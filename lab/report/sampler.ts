import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import type { Lab } from "../services/lab";
import { findGroup, newestRefresh } from "../story/group-view";
import { queueDepth } from "../story/queue-view";
import type { Sample } from "./run-record";

/** Takes a sample of the lab every second, for the live lines and the report. */
export interface Sampler {
  /** All samples so far, oldest first. */
  readonly samples: readonly Sample[];
  latest(): Sample | undefined;
  /** From now on, samples include the depth of this queue. */
  followQueue(queueUrl: string | undefined): void;
  stop(): void;
}

const everyMilliseconds = 1000;
const metricWindowSeconds = 6;

/** Takes samples until it is stopped. A value that cannot be read, such as that of a deleted resource, is missing from the sample. */
export function startSampler(lab: Lab, groupName: string, runStartedAt: number): Sampler {
  const samples: Sample[] = [];
  let queueUrl: string | undefined;
  let busy = false;
  const timer = setInterval(async () => {
    // Skip a sample while the previous one is still being taken, so that they stay in order.
    if (!busy) {
      busy = true;
      samples.push(await takeSample(lab, groupName, queueUrl, (Date.now() - runStartedAt) / 1000));
      busy = false;
    }
  }, everyMilliseconds);
  timer.unref();
  return {
    samples,
    latest: () => samples.at(-1),
    followQueue: (url) => {
      queueUrl = url;
    },
    stop: () => clearInterval(timer),
  };
}

async function takeSample(lab: Lab, groupName: string, queueUrl: string | undefined, seconds: number): Promise<Sample> {
  const [cpu, group, nodes, queue, rollout] = await Promise.all([
    orMissing(groupCpu(lab, groupName)),
    orMissing(findGroup(lab.aws, groupName)),
    orMissing(lab.chef.listNodes()),
    queueUrl ? orMissing(queueDepth(lab.aws, queueUrl)) : undefined,
    orMissing(newestRefresh(lab.aws, groupName)),
  ]);
  return { seconds, cpu: group && cpu, instances: group?.inService.length, nodes: nodes?.length, queue, rollout };
}

/** Samples are for display and never prove anything, so an error leaves a gap in the line. */
function orMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch(() => undefined);
}

async function groupCpu({ aws: { cloudWatch } }: Lab, groupName: string): Promise<number | undefined> {
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/EC2",
      MetricName: "CPUUtilization",
      Dimensions: [{ Name: "AutoScalingGroupName", Value: groupName }],
      StartTime: new Date(Date.now() - metricWindowSeconds * 1000),
      EndTime: new Date(Date.now() + 1000),
      Period: 1,
      Statistics: ["Average"],
    }),
  );
  const newestFirst = Datapoints.sort((a, b) => Number(b.Timestamp) - Number(a.Timestamp));
  return newestFirst[0]?.Average;
}
