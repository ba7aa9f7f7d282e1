import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
} from "@aws-sdk/client-auto-scaling";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type TargetHealth,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { StackRunner } from "../../lab/engine/stack-runner";
import { labRegion } from "../../lab/services/aws-clients";
import { type Lab, startLab } from "../../lab/services/lab";
import { places } from "../../lab/services/places";
import { BASE_IMAGE } from "../helpers/bake-lab";
import { componentsLiteral } from "../helpers/fresh-build";
import { writeProgram } from "../helpers/write-program";
import { emulatorObstacle, eventually, sandboxObstacle, skipWhere } from "./emulator-process";

const run = promisify(execFile);

/** Serves until it is killed, on all addresses by default, like a program of the team's own. */
const SERVE = `#!/bin/bash
mkdir -p /srv/web && echo well >/srv/web/health && cd /srv/web
setsid python3 -m http.server 8080 --bind "\${BIND:-0.0.0.0}" >/dev/null 2>&1 </dev/null &
echo $! >/run/web.pid
`;

/** A group behind a load balancer whose health check determines the health of its instances, which really serve. */
describe("a group behind a load balancer", function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "balanced-"));
  let lab: Lab;
  let balancing: ElasticLoadBalancingV2Client;
  let runner: StackRunner;
  let targetGroup: string;

  before(async function () {
    skipWhere(this, emulatorObstacle() ?? sandboxObstacle());
    lab = await startLab();
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    balancing = new ElasticLoadBalancingV2Client({ region: labRegion, endpoint: lab.endpoint, credentials });
    const stack = { project: folder, stack: "dev", stateDir: join(folder, "state"), environment: lab.environment };
    runner = inProcessRunner({ ...stack, config: { "aws:region": labRegion } });
    await up({});
    targetGroup = String((await runner.outputs()).targetGroup);
  });

  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function write(more: object): Promise<void> {
    const { Subnets = [] } = await lab.aws.ec2.send(new DescribeSubnetsCommand({}));
    writeProgram(folder, "balanced", program(lab, Subnets.slice(0, 2), more));
  }
  async function up(more: object): Promise<void> {
    await write(more);
    const { ok, output } = await runner.up();
    assert.ok(ok, output);
  }

  async function health(): Promise<Record<string, TargetHealth | undefined>> {
    const request = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
    const { TargetHealthDescriptions = [] } = await balancing.send(request);
    return Object.fromEntries(TargetHealthDescriptions.map(({ Target, TargetHealth }) => [Target?.Id, TargetHealth]));
  }
  async function member(): Promise<string> {
    const request = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ["dev-web"] });
    const [group] = (await lab.aws.autoScaling.send(request)).AutoScalingGroups ?? [];
    return String(group?.Instances?.find(({ LifecycleState }) => LifecycleState === "InService")?.InstanceId);
  }
  const untilHealthy = () =>
    eventually(60, "a healthy target", async () => {
      const [[id, found] = []] = Object.entries(await health());
      return found?.State === "healthy" ? id : undefined;
    });
  const untilUnhealthy = (id: string) =>
    eventually(60, "an unhealthy target", async () => {
      const found = (await health())[id];
      return found?.State === "unhealthy" ? found : undefined;
    });
  /** Suspends or resumes replacement: an unhealthy instance would otherwise leave its target group at once. */
  async function replacing(wanted: boolean): Promise<void> {
    const request = { AutoScalingGroupName: "dev-web", ScalingProcesses: ["ReplaceUnhealthy"] };
    await lab.aws.autoScaling.send(wanted ? new ResumeProcessesCommand(request) : new SuspendProcessesCommand(request));
  }
  const enter = (id: string, command: string) => run(places.enter, [lab.runDir, id, "bash", "-c", command]);

  it("registers an instance once its first boot has completed the hook, and finds it healthy by requests to it", async () => {
    assert.equal(await untilHealthy(), await member());
  });

  it("reports why an instance is unhealthy, and replaces it with one that serves", async () => {
    const first = await member();
    await replacing(false);
    await enter(first, "rm /srv/web/health");
    const found = await untilUnhealthy(first);
    assert.equal(found.Reason, "Target.ResponseCodeMismatch");
    assert.equal(found.Description, "Health checks failed with these codes: [404]");
    await replacing(true);
    const second = await eventually(90, "another instance", async () => {
      const id = await member();
      return id !== first && id !== "undefined" ? id : undefined;
    });
    const request = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: "dev-web" });
    const { Activities = [] } = await lab.aws.autoScaling.send(request);
    const cause = Activities.find(({ Description }) =>
      Description?.includes(`Terminating EC2 instance: ${first}`),
    )?.Cause;
    assert.match(String(cause), /taken out of service in response to an ELB system health check failure/);
    assert.equal(await untilHealthy(), second);
    assert.deepEqual(Object.keys(await health()), [second]);
  });

  it("does not consider an instance healthy that listens only on loopback", async () => {
    const id = await member();
    await replacing(false);
    await enter(id, `kill $(cat /run/web.pid); export BIND=127.0.0.1\n${SERVE}`);
    assert.equal((await untilUnhealthy(id)).Reason, "Target.FailedHealthChecks");
  });

  it("deregisters its instances from a target group that is detached by an empty list, and refuses to forget it", async () => {
    await write({ targetGroupArns: undefined, health: undefined });
    const { ok, output } = await runner.up();
    assert.equal(ok, false, output);
    assert.match(output, /still has arn:\S+ attached, .* set 'targetGroupArns: \[\]'/);
    await up({ targetGroupArns: [], health: undefined });
    assert.deepEqual(await health(), {});
  });

  for (const [more, words] of [
    [{ targetGroupArns: undefined, loadBalancerNames: ["old"] }, /the lab has no Classic Load Balancers/],
    [
      { targetGroupArns: undefined, trafficSources: [{ type: "elb", identifier: "old" }] },
      /the lab registers instances with 'targetGroupArns' alone/,
    ],
  ] as const) {
    it(`is rejected with ${Object.keys(more)[1]}, and the error names what the lab supports`, async () => {
      await write({ ...more, health: undefined });
      const { ok, output } = await runner.preview();
      assert.equal(ok, false);
      assert.match(output, words);
    });
  }
});

function program(
  { chefUrl, keys: { validator, operator } }: Lab,
  subnets: readonly { SubnetId?: string; VpcId?: string }[],
  more: object,
): string {
  const identity = ({ name, parameter }: { name: string; parameter: string }) => ({
    name,
    key: { ssmParameter: parameter },
  });
  const subnetIds = subnets.map(({ SubnetId }) => SubnetId);
  const given = {
    groupName: "dev-web",
    imageId: BASE_IMAGE,
    instanceType: "t3.small",
    chef: { serverUrl: chefUrl, validator: identity(validator), operator: identity(operator) },
    capacity: { min: 1, max: 1 },
    subnetIds,
    ingress: [{ fromPort: 8080, cidrBlocks: ["10.0.0.0/8"] }],
    reaper: { mode: "worker" },
    onDestroy: "retain",
    instance: { userData: { after: [SERVE] } },
  };
  return `
import * as aws from "@pulumi/aws";
import { ChefAutoScalingGroup } from ${componentsLiteral()};
const balancer = new aws.lb.LoadBalancer("web", { subnets: ${JSON.stringify(subnetIds)} });
const targets = new aws.lb.TargetGroup("web", {
  vpcId: ${JSON.stringify(subnets[0]?.VpcId)}, port: 8080, protocol: "HTTP",
  healthCheck: { path: "/health", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
});
new aws.lb.Listener("web", {
  loadBalancerArn: balancer.arn, port: 80, protocol: "HTTP",
  defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
});
const given = { targetGroupArns: [targets.arn], health: { kind: "elb", gracePeriodSeconds: 6 }, ...${JSON.stringify(given)} };
const { ${Object.keys(more)
    .map((key, n) => `${key}: _${n}, `)
    .join("")}...rest } = given as any;
new ChefAutoScalingGroup("web", { ...rest, ...${JSON.stringify(more)} } as never);
export const targetGroup = targets.arn;
`;
}
