import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { accessGroup } from "../../rollout/group-access";
import { readBack, rollOut, stopRollout } from "../../rollout/operations";
import type { RolloutState } from "../../rollout/rollout-state";
import { withEnvironment } from "../helpers/environment";

const STATE = { groupName: "web", region: "us-east-1", templateId: "lt-1", version: "1" } as RolloutState;

/** What AWS says, as far as a forger has a part in it: names of groups and images stand in its errors. */
const SAID = "no\u202eyes\u2066\u200b";

/** As terraform-provider-aws#40088 quotes it. */
const UNKNOWN_PROFILE =
  "You must use a valid fully-formed launch template. Value (arn:aws:iam::012345678901:instance-profile/node-xyz) for parameter " +
  "iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN";
const PREFERENCES = { MinHealthyPercentage: 100 };

/** Auto Scaling, which answers requests in turn. */
const answering = async (answers: readonly (readonly [number, string])[], act: () => Promise<unknown>) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.on("data", (data: Buffer) => asked.push(new URLSearchParams(String(data)).get("Action") ?? ""));
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] as [number, string];
    request.on("end", () => response.writeHead(status, { "content-type": "text/xml" }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" };
  const result = await withEnvironment(settings, act).catch((error: Error) => error);
  server.close();
  return { result, asked };
};

describe("the calls of the rollout's provider", () => {
  const refused = (message: string) =>
    [
      400,
      `<ErrorResponse><Error><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
    ] as const;
  const started =
    "<StartInstanceRefreshResponse><StartInstanceRefreshResult><InstanceRefreshId>r-1</InstanceRefreshId>" +
    "</StartInstanceRefreshResult></StartInstanceRefreshResponse>";
  const saved = "<UpdateAutoScalingGroupResponse></UpdateAutoScalingGroupResponse>";

  it("are repeated until AWS knows an instance profile that was created seconds ago", async () => {
    const access = () => accessGroup({ ...STATE, knowledgePauses: [0, 0] });
    const start = await answering([refused(UNKNOWN_PROFILE), [200, started]], () =>
      access().start(undefined, PREFERENCES),
    );
    assert.deepEqual(start, { result: "r-1", asked: ["StartInstanceRefresh", "StartInstanceRefresh"] });
    const save = await answering([refused(UNKNOWN_PROFILE), [200, saved]], () => access().save({}));
    assert.deepEqual(save, { result: undefined, asked: ["UpdateAutoScalingGroup", "UpdateAutoScalingGroup"] });
  });

  it("end if it stays unknown, and at once for any other mistake", async () => {
    const start = () => accessGroup({ ...STATE, knowledgePauses: [0, 0] }).start(undefined, PREFERENCES);
    const unknown = await answering([refused(UNKNOWN_PROFILE)], start);
    assert.match((unknown.result as Error).message, /Invalid IAM Instance Profile ARN/);
    assert.equal(unknown.asked.length, 3);
    const other = await answering([refused("MinHealthyPercentage is wrong")], start);
    assert.match((other.result as Error).message, /is wrong/);
    assert.equal(other.asked.length, 1);
  });
});

describe("a destroy", () => {
  it("says what keeps AWS from deleting the group, before it waits for ten minutes in vain", async () => {
    const members = [
      ["i-0a", "Standby"],
      ["i-0b", "InService"],
    ].map(([id, state]) => `<member><InstanceId>${id}</InstanceId><LifecycleState>${state}</LifecycleState></member>`);
    const group =
      "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>" +
      `<AutoScalingGroupName>web</AutoScalingGroupName><Instances>${members.join("")}</Instances>` +
      "<SuspendedProcesses><member><ProcessName>Terminate</ProcessName></member></SuspendedProcesses>" +
      "</member></AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>";
    const none =
      "<DescribeInstanceRefreshesResponse><DescribeInstanceRefreshesResult><InstanceRefreshes/>" +
      "</DescribeInstanceRefreshesResult></DescribeInstanceRefreshesResponse>";
    const said: string[] = [];
    const answers = [
      [200, group],
      [200, none],
    ] as const;
    const { result } = await answering(answers, () => stopRollout(STATE, (line) => said.push(line)));
    assert.equal(result, undefined);
    const [suspended = "", standby = ""] = said;
    assert.equal(said.length, 2, said.join("\n"));
    assert.match(
      suspended,
      /^web: warning: 'Terminate' is suspended.*resume-processes --auto-scaling-group-name web --scaling-processes Terminate/,
    );
    assert.match(
      standby,
      /^web: warning: i-0a in Standby.*exit-standby --auto-scaling-group-name web --instance-ids i-0a$/,
    );
  });
});

/** @see https://github.com/pulumi/pulumi-aws/issues/4821 */
describe("a rollout with the credentials of another account", () => {
  const state: RolloutState = { ...STATE, accountId: "999999999999" };
  const groups = (members: string) =>
    `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups>${members}</AutoScalingGroups>` +
    "</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>";
  const named = (account: string) =>
    "<member><AutoScalingGroupName>web</AutoScalingGroupName><AutoScalingGroupARN>" +
    `arn:aws:autoscaling:us-east-1:${account}:autoScalingGroup:1:autoScalingGroupName/web</AutoScalingGroupARN></member>`;
  const identity = (account: string) =>
    `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
  const told =
    /credentials of the environment belong to the account 111111111111, but group "web" is in 999999999999.*AWS_PROFILE/s;
  const acts = [() => rollOut(state, () => {}), () => stopRollout(state, () => {}), () => readBack(state)];

  it("touches no group of the same name", async () => {
    for (const act of acts) {
      const { result, asked } = await answering([[200, groups(named("111111111111"))]], act);
      assert.match((result as Error)?.message ?? "no error", told);
      assert.deepEqual(asked, ["DescribeAutoScalingGroups"]);
    }
  });

  it("does not take a group for deleted that it cannot see", async () => {
    for (const act of acts) {
      const answers = [
        [200, groups("")],
        [200, identity("111111111111")],
      ] as const;
      const { result, asked } = await answering(answers, act);
      assert.match((result as Error)?.message ?? "no error", told);
      assert.deepEqual(asked, ["DescribeAutoScalingGroups", "GetCallerIdentity"]);
    }
  });

  it("still sees that a group is gone, in its own account or in a state that names none", async () => {
    const answers = [
      [200, groups("")],
      [200, identity("999999999999")],
    ] as const;
    assert.equal((await answering(answers, () => readBack(state))).result, undefined);
    assert.equal((await answering(answers, () => readBack(STATE))).result, undefined);
  });
});

/** @see https://github.com/hashicorp/terraform-provider-aws/issues/39594 */
describe("target groups that a program no longer names", () => {
  const API = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/api/1";
  const WEB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/2";
  const group =
    "<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member>" +
    "<AutoScalingGroupName>web</AutoScalingGroupName><LaunchTemplate><LaunchTemplateId>lt-1</LaunchTemplateId><Version>1</Version>" +
    `</LaunchTemplate><TargetGroupARNs><member>${API}</member><member>${WEB}</member></TargetGroupARNs></member></AutoScalingGroups>` +
    "</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>";
  const none =
    "<DescribeInstanceRefreshesResponse><DescribeInstanceRefreshesResult><InstanceRefreshes/></DescribeInstanceRefreshesResult>" +
    "</DescribeInstanceRefreshesResponse>";
  const state = (attached?: readonly string[]): RolloutState => ({
    ...STATE,
    ...{ minSize: 0, wait: false, preferences: {} as RolloutState["preferences"], attached },
  });
  const rolled = async (attached: readonly string[] | undefined, before?: readonly string[]) => {
    const answers = [group, group, none, group, none].map((body) => [200, body] as const);
    const { result } = await answering(answers, () => rollOut(state(attached), () => {}, state(before)));
    return result instanceof Error ? result.message : undefined;
  };

  it("are reported as long as they are attached, because the AWS provider leaves them there", async () => {
    assert.equal(
      await rolled(undefined, [API]),
      `Group "web" still has ${API} attached, which the program no longer names; the AWS provider detaches only what leaves a list: ` +
        "set 'targetGroupArns: []' (or 'loadBalancerNames', 'trafficSources'), and run 'pulumi up' again. What something else attaches now " +
        "has to stay in the list",
    );
  });

  it("are no concern if the list of today has them, they are gone, or something else attached them", async () => {
    assert.equal(await rolled([API, WEB], [API]), undefined);
    assert.equal(await rolled(undefined, ["arn:gone"]), undefined);
    assert.equal(await rolled(undefined, []), undefined);
    assert.equal(await rolled(undefined, undefined), undefined);
  });
});

describe("the errors of the rollout's provider", () => {
  it("name the AWS call and what to do, with AWS's message as safe text", async () => {
    const body = `<ErrorResponse><Error><Code>AccessDenied</Code><Message>${SAID}</Message></Error></ErrorResponse>`;
    const server = createServer((_, response) => response.writeHead(403, { "content-type": "text/xml" }).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" };
    try {
      for (const act of [rollOut, stopRollout] as ((state: RolloutState, print: () => void) => Promise<unknown>)[]) {
        const told = await withEnvironment(settings, () => act(STATE, () => undefined)).then(
          () => assert.fail("it went well"),
          ({ message }: Error) => message,
        );
        assert.match(
          told,
          /^autoscaling:Describe\w+ in us-east-1 is not allowed \(AccessDenied\): no.*; allow autoscaling:\w+ for this identity/,
        );
        assert.doesNotMatch(told, /[\p{Cc}\p{Cf}]/u);
      }
    } finally {
      server.close();
    }
  });
});
