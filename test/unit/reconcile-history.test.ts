import assert from "node:assert/strict";
import {
  type Activity,
  AutoScalingClient,
  type DescribeScalingActivitiesCommandInput,
} from "@aws-sdk/client-auto-scaling";
import { findInHistory } from "../../reaper/instances/history";

const IDS = ["i-00000001", "i-00000002", "i-00000003"] as const;
const at = (hour: number) => new Date(Date.UTC(2026, 10, 24, hour));
const activity = (Description: string, hour: number, more: Partial<Activity> = {}) =>
  ({ Description, StartTime: at(hour - 1), EndTime: at(hour), ...more }) as Activity;

/** Auto Scaling with the given pages of activities, newest first; records the requests. */
function autoScalingWith(pages: readonly Activity[][]) {
  const asked: DescribeScalingActivitiesCommandInput[] = [];
  const client = new AutoScalingClient({ region: "eu-west-3" });
  const answer = (input: DescribeScalingActivitiesCommandInput) => {
    asked.push(input);
    const page = Number(input.NextToken ?? 0);
    const NextToken = page + 1 < pages.length ? String(page + 1) : undefined;
    return { output: { Activities: pages[page], NextToken, $metadata: {} }, response: {} };
  };
  client.middlewareStack.add(
    () =>
      async ({ input }) =>
        answer(input as DescribeScalingActivitiesCommandInput),
    {
      step: "initialize",
    },
  );
  return { client, asked };
}

describe("the scaling activities of a group", () => {
  it("contain the time of the last one for an instance, on whatever page", async () => {
    const { client, asked } = autoScalingWith([
      [activity(`Terminating EC2 instance: ${IDS[0]}`, 9), activity("Terminating EC2 instance: i-000000ff", 8)],
      [activity(`Launching a new EC2 instance: ${IDS[0]}`, 7), activity(`Detaching EC2 instance: ${IDS[1]}`, 6)],
      [activity(`Launching a new EC2 instance: ${IDS[1]}`, 5)],
    ]);
    const found = await findInHistory(client, "web", IDS);
    assert.deepEqual(
      [...found],
      [
        [IDS[0], at(9).getTime()],
        [IDS[1], at(6).getTime()],
      ],
    );
    assert.equal(asked.length, 3);
    assert.deepEqual(
      asked.map(({ AutoScalingGroupName, IncludeDeletedGroups }) => [AutoScalingGroupName, IncludeDeletedGroups])[2],
      ["web", true],
    );
  });

  it("are read only as far as necessary, and not at all without instances", async () => {
    const page = [activity(`Terminating EC2 instance: ${IDS[0]}`, 9)];
    const { client, asked } = autoScalingWith([page, page, page]);
    await findInHistory(client, "web", IDS.slice(0, 1));
    assert.equal(asked.length, 1);
    await findInHistory(client, "web", []);
    assert.equal(asked.length, 1);
  });

  it("are read no further once the run has ended", async () => {
    const page = [activity("Terminating EC2 instance: i-000000ff", 9)];
    const { client, asked } = autoScalingWith([page, page, page]);
    const signal = AbortSignal.abort(new Error("the run is over"));
    await assert.rejects(findInHistory(client, "web", IDS, signal), /the run is over/);
    assert.deepEqual(asked, []);
  });

  it("count as latest while they are in progress", async () => {
    const going = { StartTime: undefined, EndTime: undefined };
    const { client } = autoScalingWith([[activity(`Terminating EC2 instance: ${IDS[0]}`, 9, going)]]);
    assert.equal((await findInHistory(client, "web", IDS)).get(IDS[0]), Number.POSITIVE_INFINITY);
  });
});
