import assert from "node:assert/strict";
import type { Provider } from "../../lab/providers/provider";
import { type Properties, SIGNATURE } from "../../lab/providers/values";
import { findMoto, type Moto, startMoto } from "../helpers/moto";
import { type Made, make, usEast1 } from "./provider-subject";

const ROLE = { assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' };

describe("the lab's aws provider, type by type", function () {
  this.timeout(60_000);
  const kept = { ...process.env };
  let moto: Moto | undefined;
  let provider: Provider;

  before(async function () {
    const program = findMoto();
    if (program === undefined) {
      console.log("    skipped: there is no moto in .lab/venv; run lab/setup.sh");
      return this.skip();
    }
    moto = await startMoto(program);
    Object.assign(process.env, moto.environment);
    provider = await usEast1();
  });

  after(async () => {
    await moto?.stop();
    for (const key of Object.keys(moto?.environment ?? {})) {
      if (kept[key] === undefined) delete process.env[key];
      else process.env[key] = kept[key];
    }
  });

  const one = (type: string, inputs: Properties, name = "thing") => make(provider, type, name, inputs);
  const dropAll = async (made: Made[]) => {
    for (const resource of made.reverse()) await resource.delete();
  };

  it("creates keys, aliases and grants", async () => {
    const key = await one("aws:kms/key:Key", {
      description: "disks",
      enableKeyRotation: true,
      deletionWindowInDays: 7,
    });
    assert.match(String(key.outputs.arn), /^arn:aws:kms:us-east-1:/);
    assert.equal((await key.update({ description: "volumes", enableKeyRotation: false })).description, "volumes");
    const alias = await one("aws:kms/alias:Alias", { name: "alias/disks", targetKeyId: key.id });
    const granteePrincipal = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRole";
    const operations = ["Decrypt", "GenerateDataKeyWithoutPlaintext", "CreateGrant"];
    const grant = await one("aws:kms/grant:Grant", { keyId: key.id, granteePrincipal, operations });
    const found = await provider.invoke("aws:kms/getKey:getKey", { keyId: "alias/disks" });
    assert.equal(found.arn, key.outputs.arn);
    await dropAll([key, alias, grant]);
  });

  it("creates rules with targets, and permits them to invoke a function", async () => {
    const rule = await one("aws:cloudwatch/eventRule:EventRule", { scheduleExpression: "rate(1 hour)" });
    const role = await one("aws:iam/role:Role", ROLE);
    const code = { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: {} };
    const inputs = { code, role: role.outputs.arn, runtime: "nodejs20.x", handler: "index.handler" };
    const fn = await one("aws:lambda/function:Function", inputs);
    const permission = await one("aws:lambda/permission:Permission", {
      action: "lambda:InvokeFunction",
      function: String(fn.outputs.name),
      principal: "events.amazonaws.com",
      sourceArn: rule.outputs.arn,
    });
    const named = { functionName: String(fn.outputs.name) };
    const retries = await one("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", {
      ...named,
      maximumRetryAttempts: 0,
    });
    assert.equal((await retries.update({ ...named, maximumRetryAttempts: 1 })).maximumRetryAttempts, 1);
    const target = { rule: String(rule.outputs.name), arn: fn.outputs.arn };
    const made = await one("aws:cloudwatch/eventTarget:EventTarget", { ...target, input: '{"a":1}' });
    await made.update({ ...target, input: '{"a":2}' });
    await rule.update({ scheduleExpression: "rate(2 hours)", state: "DISABLED" });
    assert.equal(rule.outputs.state, "DISABLED");
    await dropAll([role, fn, permission, retries, rule, made]);
  });

  it("creates networks and individual security group rules, and finds networks", async () => {
    const vpc = await one("aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16", enableDnsHostnames: true, tags: { a: "b" } });
    const place = { vpcId: vpc.id, availabilityZone: "us-east-1b", cidrBlock: "10.1.1.0/24" };
    const subnet = await one("aws:ec2/subnet:Subnet", place);
    await subnet.update({ ...place, mapPublicIpOnLaunch: true });
    const found = await provider.invoke("aws:ec2/getVpc:getVpc", { tags: { a: "b" } });
    assert.equal(found.id, vpc.id);
    const filters = [{ name: "vpc-id", values: [vpc.id] }];
    assert.deepEqual((await provider.invoke("aws:ec2/getSubnets:getSubnets", { filters })).ids, [subnet.id]);
    const main = await provider.invoke("aws:ec2/getVpc:getVpc", { default: true });
    assert.equal(main.cidrBlock, "172.31.0.0/16");
    const zones = await provider.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", { state: "available" });
    assert.ok((zones.names as string[]).includes("us-east-1b"));
    const group = await one("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id });
    const rule = { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "10.0.0.0/8" };
    const ingress = await one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", rule);
    const egress = await one("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", rule);
    await dropAll([vpc, subnet, group, ingress, egress]);
  });

  it("creates load balancers with target groups and listeners", async () => {
    const { ids } = await provider.invoke("aws:ec2/getSubnets:getSubnets", {});
    const subnets = (ids as string[]).slice(0, 2);
    const balancer = await one("aws:lb/loadBalancer:LoadBalancer", { subnets, internal: true });
    const vpcId = balancer.outputs.vpcId;
    const base = { port: 80, protocol: "HTTP", vpcId, deregistrationDelay: 30 };
    const healthCheck = { path: "/health", matcher: "200-299", interval: 10, timeout: 5 };
    const targets = await one("aws:lb/targetGroup:TargetGroup", { ...base, healthCheck });
    await targets.update({ ...base, healthCheck: { ...healthCheck, path: "/ready" } });
    const defaultActions = [{ type: "forward", targetGroupArn: targets.outputs.arn }];
    const listening = { loadBalancerArn: balancer.outputs.arn, defaultActions, port: 80, protocol: "HTTP" };
    const listener = await one("aws:lb/listener:Listener", listening);
    assert.equal((await listener.update({ ...listening, port: 8080 })).port, 8080);
    await dropAll([targets, balancer, listener]);
  });

  it("creates a service that scales with a queue", async () => {
    const cluster = await one("aws:ecs/cluster:Cluster", {
      settings: [{ name: "containerInsights", value: "enabled" }],
    });
    const container = { name: "reaper", image: "reaper:1", essential: true, readonlyRootFilesystem: true };
    const task = await one("aws:ecs/taskDefinition:TaskDefinition", {
      family: "reaper",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      containerDefinitions: JSON.stringify([container]),
    });
    assert.equal(task.outputs.revision, 1);
    const { ids } = await provider.invoke("aws:ec2/getSubnets:getSubnets", {});
    const running = {
      cluster: cluster.outputs.arn,
      taskDefinition: task.outputs.arn,
      launchType: "FARGATE",
      desiredCount: 1,
      networkConfiguration: { subnets: (ids as string[]).slice(0, 1), assignPublicIp: false },
    };
    const service = await one("aws:ecs/service:Service", running);
    await service.update({ ...running, desiredCount: 2 });
    const scaled = {
      resourceId: `service/${cluster.outputs.name}/${service.outputs.name}`,
      scalableDimension: "ecs:service:DesiredCount",
      serviceNamespace: "ecs",
    };
    const target = await one("aws:appautoscaling/target:Target", { ...scaled, minCapacity: 0, maxCapacity: 4 });
    const policy = await one("aws:appautoscaling/policy:Policy", {
      ...scaled,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 100,
        customizedMetricSpecification: {
          namespace: "AWS/SQS",
          metricName: "ApproximateNumberOfMessagesVisible",
          statistic: "Average",
          dimensions: [{ name: "QueueName", value: "events" }],
        },
      },
    });
    await dropAll([cluster, task, service, target, policy]);
  });
});
