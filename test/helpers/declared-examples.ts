import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { BAKED_IMAGE, type DeclaredResource, type MockOptions } from "../../components/testing/mocks";

/** Configuration besides that of all examples, and a check of the one thing that the example demonstrates. */
export interface DeclaredExample {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly region?: string;
  readonly outputs?: MockOptions["outputs"];
  assess(seen: Seen): void;
}

/** The resources that a program declared. */
export class Seen {
  constructor(private readonly resources: readonly DeclaredResource[]) {}

  all(type: string): Record<string, unknown>[] {
    return this.resources.filter((one) => one.type === type).map(({ inputs }) => ({ ...inputs }));
  }

  /** The inputs of the only resource of a type. */
  one(type: string): Record<string, unknown> {
    const [only = {}, ...others] = this.all(type);
    assert.ok(Object.keys(only).length > 0 && others.length === 0, `${others.length + 1} of ${type}, or none`);
    return only;
  }

  /** The user data of the instances' first boot. */
  firstBoot(): string {
    return Buffer.from(String(this.one(TEMPLATE).userData), "base64").toString();
  }
}

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const GROUP = "aws:autoscaling/group:Group";
const FUNCTION = "aws:lambda/function:Function";
const ROLLOUT = "pulumi-nodejs:dynamic/chef-autoscaling:Rollout";
const BAKE = "command:local:Command";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:given";
const TOPIC = "arn:aws:sns:us-east-1:123456789012:given";
const COPY = "ami-0c0b1000000000000";
const AUTHORITY = readFileSync(require.resolve("../fixtures/certificates/small.pem"), "utf8");

/** The examples by their folders in examples/. */
export const DECLARED: Readonly<Record<string, DeclaredExample>> = {
  arm: {
    assess(seen) {
      const { environment } = seen.one(BAKE) as { environment: Record<string, string> };
      assert.deepEqual([environment.BAKE_ARCHITECTURE, environment.BAKE_INSTANCE_TYPE], ["arm64", "t4g.small"]);
      const { imageId, instanceType } = seen.one(TEMPLATE);
      assert.deepEqual([imageId, instanceType], [BAKED_IMAGE, "t4g.small"]);
    },
  },
  "canary-rollout": {
    config: {
      targetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/50dc6c",
      loadBalancer: "app/web/50dc6c",
    },
    assess(seen) {
      const { AlarmNames, CheckpointPercentages, AutoRollback } = seen.one(ROLLOUT).preferences as Record<
        string,
        unknown
      >;
      assert.deepEqual([AlarmNames, CheckpointPercentages, AutoRollback], [["web-errors"], [10, 50, 100], true]);
    },
  },
  "chef-server-urls": {
    config: { kind: "hosted", organization: "acme", caPem: AUTHORITY },
    assess(seen) {
      assert.match(seen.firstBoot(), /^export CHEF_SERVER_URL='https:\/\/api\.chef\.io\/organizations\/acme'$/m);
      assert.ok(seen.firstBoot().includes(AUTHORITY.trim()));
    },
  },
  "customer-managed-key": {
    assess(seen) {
      const key = "arn:aws:kms:us-east-1:123456789012:key/fleet";
      assert.equal(seen.one("aws:sns/topic:Topic").kmsMasterKeyId, key);
      assert.deepEqual(
        seen.all("aws:sqs/queue:Queue").map((queue) => queue.kmsMasterKeyId),
        [key, key],
      );
      assert.equal(JSON.stringify(seen.one(TEMPLATE).blockDeviceMappings).split(`"kmsKeyId":"${key}"`).length, 3);
      assert.ok(seen.all("aws:kms/grant:Grant").length > 0, "Auto Scaling may not use the key");
      const policy = String(seen.one("aws:kms/key:Key").policy);
      assert.match(policy, /TopicSendsToQueue/);
      assert.match(policy, /123456789012:role\/aws-service-role\/autoscaling/);
    },
  },
  "dashboard-and-alarms": {
    config: { onCall: "on-call@example.com" },
    assess(seen) {
      const alarms = seen.all("aws:cloudwatch/metricAlarm:MetricAlarm");
      const told = alarms.filter(({ alarmActions }) => String(alarmActions).endsWith(":pager"));
      assert.ok(told.length >= 6, `${told.length} alarms tell somebody`);
      assert.match(String(seen.one("aws:cloudwatch/dashboard:Dashboard").dashboardBody), /dev-web/);
    },
  },
  "existing-fleet": {
    config: { groupName: "legacy-web" },
    assess(seen) {
      const { environment } = seen.one(FUNCTION) as { environment: { variables: Record<string, string> } };
      const { REAPER_GROUPS, REAPER_SEARCH_OTHER_NAMES } = environment.variables;
      assert.deepEqual([REAPER_GROUPS, REAPER_SEARCH_OTHER_NAMES], ['["legacy-web"]', "true"]);
      assert.equal(seen.all(TEMPLATE).length, 0);
    },
  },
  "existing-topic-and-queue": {
    config: {
      topicArn: TOPIC,
      queue: {
        url: "https://sqs.us-east-1.amazonaws.com/123456789012/given",
        arn: QUEUE,
        deadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/given-dead",
        deadLetterQueueArn: `${QUEUE}-dead`,
      },
    },
    assess(seen) {
      assert.deepEqual([seen.all("aws:sns/topic:Topic"), seen.all("aws:sqs/queue:Queue")], [[], []]);
      const { topic, endpoint } = seen.one("aws:sns/topicSubscription:TopicSubscription");
      assert.deepEqual([topic, endpoint], [TOPIC, QUEUE]);
      assert.equal(seen.one("aws:autoscaling/notification:Notification").topicArn, TOPIC);
      assert.equal(seen.one("aws:lambda/eventSourceMapping:EventSourceMapping").eventSourceArn, QUEUE);
    },
  },
  "fargate-reaper": {
    config: { reaperImage: "123456789012.dkr.ecr.us-east-1.amazonaws.com/chef-reaper:1.2.0" },
    assess(seen) {
      assert.equal(seen.one("aws:ecs/service:Service").launchType, "FARGATE");
      assert.match(
        String(seen.one("aws:ecs/taskDefinition:TaskDefinition").containerDefinitions),
        /chef-reaper:1\.2\.0/,
      );
      assert.deepEqual(seen.all(FUNCTION), []);
    },
  },
  "mixed-architectures": {
    assess(seen) {
      const bakes = seen.all(BAKE) as { environment: Record<string, string> }[];
      assert.deepEqual(
        bakes.map(({ environment: said }) => `${said.BAKE_ARCHITECTURE} ${said.BAKE_INSTANCE_TYPE}`),
        ["x86_64 c7i.large", "arm64 c7g.large"],
      );
      // In no certain order: the engine may register either first
      const templates = seen.all(TEMPLATE).map(({ name, instanceType }) => [name, instanceType]);
      templates.sort();
      assert.deepEqual(templates, [
        [undefined, "c7i.large"],
        ["dev-web-arm", "c7g.large"],
      ]);
      const { launchTemplate } = seen.one(GROUP).mixedInstancesPolicy as { launchTemplate: { overrides: object[] } };
      const own = { launchTemplateName: "dev-web-arm", version: "1" };
      assert.deepEqual(launchTemplate.overrides, [
        { instanceType: "c7i.large" },
        { instanceType: "c7g.large", launchTemplateSpecification: own },
      ]);
    },
  },
  "pass-through": {
    assess(seen) {
      assert.deepEqual(seen.one(TEMPLATE).creditSpecification, { cpuCredits: "standard" });
      assert.equal(seen.one(GROUP).placementGroup, "web-id");
      assert.ok(seen.all(FUNCTION).some(({ memorySize }) => memorySize === 512));
    },
  },
  policyfile: {
    assess(seen) {
      assert.match(seen.firstBoot(), /^export CHEF_POLICY_NAME='web'\nexport CHEF_POLICY_GROUP='dev'$/m);
      const bake = JSON.stringify(seen.one(BAKE).environment).replaceAll("\\", "");
      assert.match(bake, /"policyName":"web"/);
      assert.match(bake, /"policyGroup":"dev"/);
    },
  },
  "private-subnets": {
    config: { vpcId: "vpc-0a", vpcCidr: "10.0.0.0/16" },
    assess(seen) {
      const services = seen.all("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ serviceName }) => serviceName);
      const called = ["autoscaling", "ec2", "sqs", "ssm"].map((name) => `com.amazonaws.us-east-1.${name}`);
      assert.deepEqual(services.sort(), called);
      assert.match(JSON.stringify(seen.all("aws:iam/rolePolicy:RolePolicy")), /aws:SourceVpc[^}]*vpc-0a/);
      for (const { vpcConfig } of seen.all(FUNCTION)) {
        assert.deepEqual((vpcConfig as { subnetIds: string[] }).subnetIds, ["subnet-0a", "subnet-0b"]);
      }
    },
  },
  "several-regions": {
    config: { subnetIds: { "us-east-1": ["subnet-0a"], "eu-west-1": ["subnet-0b"] } },
    outputs: ({ type }): Record<string, unknown> => {
      const imageIds = { "us-east-1": BAKED_IMAGE, "eu-west-1": COPY };
      return type === BAKE ? { stdout: `${JSON.stringify({ imageId: BAKED_IMAGE, imageIds })}\n` } : {};
    },
    assess(seen) {
      assert.deepEqual(
        seen
          .all(TEMPLATE)
          .map(({ imageId }) => imageId)
          .sort(),
        [BAKED_IMAGE, COPY].sort(),
      );
      const names = seen.all(GROUP).map(({ name }) => name);
      assert.deepEqual(names.sort(), ["dev-web-eu-west-1", "dev-web-us-east-1"]);
      assert.deepEqual(
        seen
          .all("pulumi:providers:aws")
          .map(({ region }) => region)
          .sort(),
        ["eu-west-1", "us-east-1"],
      );
    },
  },
  "warm-pool": {
    assess(seen) {
      const { poolState, minSize, instanceReusePolicy } = seen.one(GROUP).warmPool as Record<string, unknown>;
      assert.deepEqual([poolState, minSize, instanceReusePolicy], ["Stopped", 2, { reuseOnScaleIn: true }]);
      assert.match(seen.firstBoot(), /^export CHEF_WARM_POOL='yes'$/m);
    },
  },
};
