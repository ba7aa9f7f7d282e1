import assert from "node:assert/strict";
import { join } from "node:path";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs, type ServiceReaper } from "../../components";
import { readSettings } from "../../reaper/settings/settings";
import { groupArgs } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";
import { readImageFile } from "../helpers/image-file";

const IMAGE_FILE = readImageFile(join(__dirname, "../../container/Dockerfile"));
const SERVICE = {
  image: "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1.2.0",
  subnetIds: ["subnet-1", "subnet-2"],
};
const CLUSTER = "arn:aws:ecs:eu-west-3:123456789012:cluster/shared";

function declareService(
  service: Partial<ServiceReaper["service"]> = {},
  more: Partial<ServiceReaper> = {},
  args: Partial<ChefAutoScalingGroupArgs> = {},
): Promise<Declaration> {
  const reaper: ServiceReaper = { ...more, mode: "service", service: { ...SERVICE, ...service } };
  return declare(() => new ChefAutoScalingGroup("web", groupArgs({ ...args, reaper })));
}

interface Container {
  readonly [name: string]: unknown;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly healthCheck: { readonly command: readonly string[] };
}

function containerOf(declared: Declaration): Container {
  const { containerDefinitions } = declared.one("aws:ecs/taskDefinition:TaskDefinition").inputs;
  const [container, ...others] = JSON.parse(containerDefinitions as string);
  assert.deepEqual(others, []);
  return container;
}

function environmentOf(declared: Declaration): Record<string, string> {
  return Object.fromEntries(containerOf(declared).environment.map(({ name, value }) => [name, value]));
}

describe("a reaper's service", () => {
  it("replaces the function, without alarms that need a function", async () => {
    const { resources } = await declareService();
    const types = resources.map(({ type }) => type);
    assert.ok(!types.some((type) => type.startsWith("aws:lambda/") || type.startsWith("aws:cloudwatch/event")));
    const alarms = resources.filter(({ type, name }) => type.endsWith(":MetricAlarm") && name.startsWith("web-watch"));
    assert.deepEqual(
      alarms.map(({ name }) => name.replace("web-watch-", "")),
      ["dead-letters", "oldest-message", "reap-failures", "reconcile-stopped", "missing-instances"],
    );
  });

  it("runs as the image's user, with a read-only root filesystem and no capabilities", async () => {
    const container = containerOf(await declareService());
    assert.equal(container.user, IMAGE_FILE.user);
    assert.equal(container.readonlyRootFilesystem, true);
    assert.deepEqual(container.linuxParameters, { initProcessEnabled: true, capabilities: { drop: ["ALL"] } });
    assert.deepEqual(container.healthCheck.command, ["CMD", ...IMAGE_FILE.healthCheck]);
  });

  it("gets the worker's settings with references to keys, and has longer to stop than it takes to drain", async () => {
    const declared = await declareService(
      { concurrency: 40 },
      { dryRun: true, searchOtherNames: true, chefRequestsPerSecond: 100 },
    );
    const environment = environmentOf(declared);
    const settings = readSettings(environment, true);
    assert.deepEqual(settings.groups, ["staging-web"]);
    assert.deepEqual(settings.chef.key, { secretId: "chef/reaper" });
    assert.deepEqual([settings.concurrency, settings.dryRun, settings.chef.requestsPerSecond], [40, true, 25]);
    assert.equal(settings.searchOtherNames, true);
    assert.deepEqual([settings.worker.emf, settings.worker.reconcileMinutes], [true, 60]);
    assert.ok(Number(containerOf(declared).stopTimeout) * 1000 > settings.worker.drainMs);
    assert.ok(!("secrets" in containerOf(declared)));
  });

  it("reconciles on the configured schedule, or not at all", async () => {
    const minutes = async (reconcile: ServiceReaper["reconcile"]) =>
      environmentOf(await declareService({}, { reconcile })).REAPER_RECONCILE_MINUTES;
    assert.equal(await minutes({ scheduleExpression: "rate(2 hours)" }), "120");
    assert.equal(await minutes(false), "0");
  });

  it("has no public address and no inbound rules, and rolls back a failed deployment", async () => {
    const declared = await declareService();
    const { inputs, ignoreChanges } = declared.one("aws:ecs/service:Service");
    const network = inputs.networkConfiguration as Record<string, unknown>;
    assert.deepEqual([network.assignPublicIp, network.subnets], [false, SERVICE.subnetIds]);
    assert.deepEqual(inputs.deploymentCircuitBreaker, { enable: true, rollback: true });
    assert.deepEqual(ignoreChanges, ["desiredCount"]);
    const group = declared.one("aws:ec2/securityGroup:SecurityGroup", "reaper-security-group").inputs;
    assert.equal(group.ingress, undefined);
    assert.equal((group.egress as unknown[]).length, 1);
    assert.deepEqual(network.securityGroups, ["web-reaper-security-group-id"]);
  });

  it("scales with the queue in both directions, each policy with its alarm", async () => {
    const declared = await declareService({ minTasks: 0, maxTasks: 3, messagesPerTask: 100, clusterArn: CLUSTER });
    const target = declared.one("aws:appautoscaling/target:Target").inputs;
    assert.match(String(target.resourceId), /^service\/shared\/web-reaper-service/);
    assert.deepEqual([target.minCapacity, target.maxCapacity], [0, 3]);
    for (const [name, threshold, comparison] of [
      ["web-reaper-backlog", 1, "GreaterThanOrEqualToThreshold"],
      ["web-reaper-quiet", 1, "LessThanThreshold"],
    ] as const) {
      const policy = declared.one("aws:appautoscaling/policy:Policy", name);
      const alarm = declared.one("aws:cloudwatch/metricAlarm:MetricAlarm", `${name}-alarm`).inputs;
      assert.deepEqual([alarm.threshold, alarm.comparisonOperator], [threshold, comparison]);
      assert.deepEqual(alarm.dimensions, { QueueName: "web-events-queue" });
      assert.match(String((alarm.alarmActions as string[])[0]), new RegExp(`${policy.name}$`));
    }
    assert.ok(!declared.resources.some(({ type }) => type === "aws:ecs/cluster:Cluster"), "no cluster of its own");
  });

  it("does not scale if minimum and maximum are equal", async () => {
    const { resources } = await declareService({ minTasks: 2, maxTasks: 2 });
    assert.ok(!resources.some(({ type }) => type === "aws:appautoscaling/policy:Policy"));
  });

  it("accepts the settings for custom targets", async () => {
    const statements = [
      {
        Effect: "Allow" as const,
        Action: "route53:ChangeResourceRecordSets",
        Resource: "arn:aws:route53:::hostedzone/Z1",
      },
    ];
    const declared = await declareService({}, { environment: { DNS_ZONE: "Z1" }, statements });
    assert.equal(environmentOf(declared).DNS_ZONE, "Z1");
    const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", "reaper-work-policy").inputs;
    assert.deepEqual((policy as { Statement: unknown[] }).Statement.at(-1), statements[0]);
  });

  it("sets the boundary on every role, and a parent on every child", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/boundary";
    const { resources } = await declareService({}, {}, { permissionsBoundary });
    const roles = resources.filter(({ type, name }) => type === "aws:iam/role:Role" && name.startsWith("web-reaper"));
    assert.deepEqual(
      roles.map(({ inputs }) => inputs.permissionsBoundary),
      [permissionsBoundary, permissionsBoundary],
    );
    const orphans = resources.filter(
      ({ name, parent }) => name.startsWith("web-reaper-") && !parent.includes("web-reaper"),
    );
    assert.deepEqual(
      orphans.map(({ name }) => name),
      [],
    );
  });
});
