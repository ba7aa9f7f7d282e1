import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { groupShape } from "../../components/group/group-shape";
import { groupIssues } from "../../components/group/group-validation";
import { checkedTargetGroups } from "../../components/group/health";
import { checkedLater } from "../../components/validation/later";
import { groupArgs } from "../helpers/arguments";

describe("arguments that are unknown at preview", () => {
  const LATER: ReadonlyArray<readonly [property: string, args: (value: unknown) => object, wrong: unknown]> = [
    ["imageId", (imageId) => ({ imageId }), "debian-12"],
    ["subnetIds", (subnetIds) => ({ subnetIds }), ["vpc-1"]],
    ["subnetIds", (subnetIds) => ({ subnetIds }), []],
    ["securityGroupIds", (securityGroupIds) => ({ securityGroupIds }), ["default"]],
    ["ingress.0.securityGroupIds", (securityGroupIds) => ({ ingress: [{ securityGroupIds }] }), ["default"]],
    ["targetGroupArns", (targetGroupArns) => ({ targetGroupArns }), ["web"]],
    ["rootVolume.kmsKeyArn", (kmsKeyArn) => ({ rootVolume: { kmsKeyArn } }), "alias/mine"],
    ["chef.readFrom.vpcIds", (vpcIds) => ({ chef: { readFrom: { vpcIds } } }), ["subnet-1"]],
    ["chef.readFrom.vpcEndpointIds", (vpcEndpointIds) => ({ chef: { readFrom: { vpcEndpointIds } } }), []],
    ["chef.validator.kmsKeyArn", (kmsKeyArn) => ({ chef: { validator: { kmsKeyArn } } }), "alias/mine"],
    ["chef.dataBagSecret.kmsKeyArn", (kmsKeyArn) => ({ chef: { dataBagSecret: { kmsKeyArn } } }), "alias/mine"],
    ["permissionsBoundary", (permissionsBoundary) => ({ permissionsBoundary }), "boundary"],
    ["notifications.topicArn", (topicArn) => ({ notifications: { topicArn } }), "topic"],
    ["notifications.queue.arn", (arn) => ({ notifications: { queue: { arn } } }), "queue"],
    ["reaper.service.image", (image) => ({ reaper: { service: { image } } }), "acme/reaper:latest"],
    ["reaper.service.subnetIds", (subnetIds) => ({ reaper: { service: { subnetIds } } }), []],
    ["reaper.service.clusterArn", (clusterArn) => ({ reaper: { service: { clusterArn } } }), "shared"],
    ["observation.alarms.actionArns", (actionArns) => ({ observation: { alarms: { actionArns } } }), ["me"]],
  ];

  for (const [property, argsOf, wrong] of LATER) {
    it(`are checked once they are known: ${property}, ${JSON.stringify(wrong)}`, async () => {
      const checked = checkedLater(argsOf(pulumi.output(Promise.resolve(wrong))), groupShape, 'Group "web"');
      await assert.rejects(new Promise((resolve, reject) => settled(checked, resolve, reject)), (error: Error) =>
        error.message.includes(`Group "web" has a mistake:\n  - '${property}' is `),
      );
    });
  }

  it("reject load balancer checks without a load balancer once that is known", async () => {
    const health = { kind: "elb", gracePeriodSeconds: 600 } as const;
    const targetGroupArns = pulumi.output(Promise.resolve<string[]>([]));
    const checked = checkedTargetGroups({ health, targetGroupArns }, 'Group "web"');
    await assert.rejects(
      new Promise((resolve, reject) => settled(checked, resolve, reject)),
      /Group "web" has a mistake:\n {2}- 'health.kind' is "elb", expected 'targetGroupArns', 'loadBalancerNames' or 'trafficSources' as well/,
    );
  });

  it("are checked one by one in a list, which stays a list", async () => {
    const topics = ["arn:aws:sns:eu-west-3:1:known", pulumi.output(Promise.resolve("unknown"))];
    const { notifications } = checkedLater({ notifications: { moreTopicArns: topics } }, groupShape, 'Group "web"');
    const [known, later] = notifications.moreTopicArns;
    assert.equal(known, topics[0]);
    await assert.rejects(
      new Promise((resolve, reject) => settled(later, resolve, reject)),
      /moreTopicArns' is "unknown"/,
    );
    assert.deepEqual(mistakenIn({ subnetIds: [pulumi.output("subnet-1"), "vpc-1"] }), ["subnetIds"]);
    assert.deepEqual(mistakenIn({ subnetIds: [pulumi.output("subnet-1")] }), []);
  });

  it("are unchanged if they are valid", async () => {
    const subnetIds = pulumi.output(Promise.resolve(["subnet-1"]));
    const checked = checkedLater({ subnetIds, imageId: "ami-1" }, groupShape, 'Group "web"');
    assert.equal(checked.imageId, "ami-1");
    assert.deepEqual(await new Promise((resolve, reject) => settled(checked.subnetIds, resolve, reject)), ["subnet-1"]);
  });

  it("wait while they are unknown", async () => {
    const unknown = pulumi.output(pulumi.unknown as unknown as string);
    const { imageId } = checkedLater({ imageId: unknown }, groupShape, 'Group "web"');
    assert.equal(await (imageId as unknown as { isKnown: Promise<boolean> }).isKnown, false);
  });
});

/** Resolves or rejects with an output's result; Pulumi offers no other way to see it fail. */
function settled(value: unknown, resolve: (known: unknown) => void, reject: (error: Error) => void): void {
  const output = pulumi.output(value) as unknown as { promise(): Promise<unknown> };
  output.promise().then(resolve, reject);
}

function mistakenIn(args: Parameters<typeof groupArgs>[0]): string[] {
  return groupIssues(groupArgs(args)).map(({ property }) => property);
}
