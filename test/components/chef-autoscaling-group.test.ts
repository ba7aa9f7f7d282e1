import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ChefAutoScalingGroup } from "../../components";
import { groupArgs } from "../helpers/arguments";
import { type Declared, declare } from "../helpers/declare";
import { declareGroup } from "../helpers/declare-group";

const GROUP = "aws:autoscaling/group:Group";
const ROLLOUT = "pulumi-nodejs:dynamic/chef-autoscaling:Rollout";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** AWS's limits for the length of generated names; the user names the group itself. */
const LONGEST: Readonly<Record<string, number>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": 255,
  "aws:cloudwatch/eventRule:EventRule": 64,
  "aws:iam/instanceProfile:InstanceProfile": 128,
  "aws:iam/role:Role": 64,
  "aws:iam/rolePolicy:RolePolicy": 128,
  "aws:lambda/function:Function": 64,
  "aws:sns/topic:Topic": 256,
  "aws:sqs/queue:Queue": 80,
};

/** The calls of a group before it declares anything that depends on their results. */
const QUESTIONS = [
  "aws:ec2/getAmi:getAmi",
  "aws:ec2/getSubnet:getSubnet",
  "aws:index/getCallerIdentity:getCallerIdentity",
  "aws:index/getDefaultTags:getDefaultTags",
  "aws:index/getPartition:getPartition",
  "aws:index/getRegion:getRegion",
];

/** A dash and seven random characters, which Pulumi appends to a name. */
const RANDOM_CHARACTERS = 8;

function statements(policy: Declared): Array<{ Sid: string; Action: string | string[]; Resource: string | string[] }> {
  const document = policy.inputs.policy as string | { Statement: [] };
  return (typeof document === "string" ? JSON.parse(document) : document).Statement;
}

describe("ChefAutoScalingGroup", () => {
  it("gives every resource a parent below the component and a name with its own as prefix", async () => {
    const { resources } = await declareGroup({ scaling: { out: {}, in: {} } });
    const [root, ...children] = [...resources].sort((a, b) => a.urn.length - b.urn.length);
    assert.equal(root?.type, "chef-autoscaling:index:ChefAutoScalingGroup");
    assert.ok(children.length > 15, `only ${children.length} children`);
    for (const child of children) {
      assert.notEqual(child.parent, "", `${child.urn} has no parent`);
      assert.match(child.urn, /::chef-autoscaling:index:ChefAutoScalingGroup\$|::chef-autoscaling:index:\w+\$/);
      assert.match(child.name, /^web-/);
    }
  });

  it("keeps all names within AWS's limits, up to the longest name that a component accepts", async () => {
    const [longest, args] = ["a".repeat(32), groupArgs({ scaling: { out: {}, in: {} }, hooks: { terminate: {} } })];
    const { resources } = await declare(() => new ChefAutoScalingGroup(longest, args));
    for (const { type, name, inputs } of resources.filter((one) => one.type in LONGEST && !one.inputs.name)) {
      const length = name.length + RANDOM_CHARACTERS;
      assert.ok(length <= (LONGEST[type] ?? 0), `${type} ${JSON.stringify(inputs)} would have ${length} characters`);
    }
    await assert.rejects(
      declare(() => new ChefAutoScalingGroup(`${longest}a`, args)),
      /'name' is "a{33}", expected 1 to 32 letters/,
    );
  });

  it("calls AWS for account, region and the image's root device once per program, however many groups there are", async () => {
    const args = groupArgs({ scaling: { out: {}, in: {} }, hooks: { launch: {}, terminate: {} } });
    for (const groups of [["web"], ["web", "worker"]]) {
      const { calls, resources } = await declare(() => {
        for (const name of groups) new ChefAutoScalingGroup(name, args);
      });
      assert.deepEqual([...calls].sort(), QUESTIONS);
      assert.equal(resources.filter(({ type }) => type === GROUP).length, groups.length);
    }
  });

  it("calls each explicit provider separately, and for each image", async () => {
    const { calls } = await declare(() => {
      for (const region of ["eu-west-3", "us-east-1"] as const) {
        const provider = new aws.Provider(`in-${region}`, { region });
        new ChefAutoScalingGroup(`web-${region}`, groupArgs({}), { provider });
        new ChefAutoScalingGroup(`worker-${region}`, groupArgs({}), { provider });
      }
      new ChefAutoScalingGroup("batch", groupArgs({}));
      new ChefAutoScalingGroup("other", groupArgs({ imageId: pulumi.output("ami-0f00") }));
    });
    const images = calls.filter((call) => call === "aws:ec2/getAmi:getAmi");
    assert.equal(images.length, 4);
    assert.deepEqual([...new Set(calls)].sort(), QUESTIONS);
    assert.equal(calls.length, 3 * QUESTIONS.length + 1);
  });

  it("passes the launch template to the group by version number", async () => {
    const declared = await declareGroup();
    assert.deepEqual(declared.one(GROUP).inputs.launchTemplate, { id: "web-template-id", version: "7" });
    assert.equal(declared.one(GROUP).inputs.launchConfiguration, undefined);
  });

  it("keeps its description within AWS's limit, however long its name", async () => {
    const declared = await declareGroup({ groupName: "g".repeat(200) });
    for (const { type, inputs } of declared.resources) {
      if (type === "aws:lambda/function:Function") assert.equal(String(inputs.description).length, 256);
    }
    assert.ok(String(declared.one("aws:ec2/securityGroup:SecurityGroup").inputs.description).length <= 255);
  });

  it("uses a launch configuration with a generated name on request", async () => {
    const declared = await declareGroup({ launch: "configuration" });
    const configuration = declared.one("aws:ec2/launchConfiguration:LaunchConfiguration");
    assert.equal(configuration.inputs.namePrefix, "web-");
    assert.equal(configuration.inputs.name, undefined);
    assert.equal(declared.one(GROUP).inputs.launchConfiguration, "web-configuration");
    const { configurationName, preferences } = declared.one(ROLLOUT).inputs;
    assert.equal(configurationName, "web-configuration");
    const { AutoRollback, SkipMatching } = preferences as { AutoRollback: boolean; SkipMatching: boolean };
    assert.deepEqual([AutoRollback, SkipMatching], [false, false]);
    assert.equal(declared.resources.filter(({ type }) => type === TEMPLATE).length, 0);
  });

  it("requires IMDSv2, encrypts the image's actual root volume, and assigns no public address", async () => {
    const { inputs } = (await declareGroup()).one(TEMPLATE);
    assert.deepEqual(inputs.metadataOptions, {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
      instanceMetadataTags: "disabled",
      httpProtocolIpv6: "disabled",
    });
    const [mapping] = inputs.blockDeviceMappings as [{ deviceName: string; ebs: Record<string, string> }];
    assert.equal(mapping.deviceName, "/dev/xvda");
    assert.equal(mapping.ebs.encrypted, "true");
    assert.equal(mapping.ebs.volumeType, "gp3");
    const [network] = inputs.networkInterfaces as [{ associatePublicIpAddress: string }];
    assert.equal(network.associatePublicIpAddress, "false");
  });

  it("leaves the desired capacity to scaling", async () => {
    const group = (await declareGroup({ capacity: { min: 1, max: 4, desired: 2 } })).one(GROUP);
    assert.equal(group.inputs.desiredCapacity, 2);
    const rolledOut = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];
    assert.deepEqual(group.ignoreChanges, [...rolledOut, "desiredCapacity", "initialLifecycleHooks"]);
  });

  it("makes the group depend on the cleanup, so that the group is gone before the cleanup runs", async () => {
    const declared = await declareGroup();
    const cleanup = declared.resources.find(({ name }) => name === "web-cleanup");
    assert.ok(cleanup);
    assert.ok(declared.one(GROUP).dependencies.includes(cleanup.urn));
  });

  it("keeps keys out of everything it declares, and only names where they are stored", async () => {
    const { resources } = await declareGroup();
    const text = JSON.stringify(resources.map(({ inputs }) => inputs));
    assert.doesNotMatch(text, /BEGIN [A-Z ]*PRIVATE KEY-----\\n[A-Za-z0-9]/);
    const userData = Buffer.from(resources.find(({ type }) => type === TEMPLATE)?.inputs.userData as string, "base64");
    assert.match(userData.toString(), /CHEF_VALIDATOR_KEY_ID='\/chef\/validator\.pem'/);
    assert.match(userData.toString(), /CHEF_GROUP='staging-web'/);
  });

  it("sends notifications to a topic, which alone may send to the encrypted queue", async () => {
    const declared = await declareGroup();
    const events = declared.one("aws:autoscaling/notification:Notification").inputs;
    assert.ok((events.notifications as string[]).includes("autoscaling:EC2_INSTANCE_TERMINATE"));
    const queue = declared.one("aws:sqs/queue:Queue", "-queue").inputs;
    assert.equal(queue.sqsManagedSseEnabled, true);
    assert.equal(queue.visibilityTimeoutSeconds, 180);
    const policy = JSON.parse(declared.one("aws:sqs/queuePolicy:QueuePolicy").inputs.policy as string);
    assert.deepEqual(
      policy.Statement.map(({ Effect }: { Effect: string }) => Effect),
      ["Allow", "Deny"],
    );
    assert.deepEqual(policy.Statement[0].Condition, { ArnEquals: { "aws:SourceArn": events.topicArn } });
    const deadLetters = declared.one("aws:sqs/queue:Queue", "-dead-letters").inputs;
    assert.equal(deadLetters.messageRetentionSeconds, 1_209_600);
  });

  it("creates each scaling policy together with the alarm that runs it", async () => {
    const declared = await declareGroup({ scaling: { out: {}, in: { threshold: 20 } } });
    for (const [direction, threshold, periods, adjustment] of [
      ["out", 70, 2, 1],
      ["in", 20, 5, -1],
    ] as const) {
      const policy = declared.one("aws:autoscaling/policy:Policy", `scale-${direction}-policy`);
      const alarm = declared.one("aws:cloudwatch/metricAlarm:MetricAlarm", `scale-${direction}-alarm`).inputs;
      assert.equal(alarm.threshold, threshold);
      assert.equal(alarm.evaluationPeriods, periods);
      assert.deepEqual(alarm.alarmActions, [`arn:aws:autoscaling/policy:eu-west-3:123456789012:${policy.name}`]);
      assert.equal((policy.inputs.stepAdjustments as [{ scalingAdjustment: number }])[0].scalingAdjustment, adjustment);
    }
  });

  it("can scale in one direction only, and with a simple policy and cooldown", async () => {
    const declared = await declareGroup({ scaling: { out: { policy: { kind: "simple", cooldownSeconds: 90 } } } });
    const { inputs } = declared.one("aws:autoscaling/policy:Policy");
    assert.equal(inputs.policyType, "SimpleScaling");
    assert.equal(inputs.cooldown, 90);
    assert.equal(inputs.stepAdjustments, undefined);
  });

  it("deploys no function if a worker reads the queue", async () => {
    const { resources } = await declareGroup({ reaper: { mode: "worker" } });
    assert.equal(resources.filter(({ type }) => type.startsWith("aws:lambda/")).length, 0);
  });

  it("lets an instance read the validator's key and complete its launch hook, and nothing else", async () => {
    const declared = await declareGroup();
    assert.deepEqual(statements(declared.one("aws:iam/rolePolicy:RolePolicy", "instance-service-policy")), [
      {
        Sid: "ReadChefKey",
        Effect: "Allow",
        Action: "ssm:GetParameter",
        Resource: "arn:aws:ssm:eu-west-3:123456789012:parameter/chef/validator.pem",
      },
      {
        Sid: "AnswerLaunchHook",
        Effect: "Allow",
        Action: ["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"],
        Resource: "arn:aws:autoscaling:eu-west-3:123456789012:autoScalingGroup:*:autoScalingGroupName/staging-web",
      },
    ]);
  });
});
