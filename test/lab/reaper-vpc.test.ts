import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerminateInstanceInAutoScalingGroupCommand } from "@aws-sdk/client-auto-scaling";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DescribeRouteTablesCommand,
} from "@aws-sdk/client-ec2";
import { GetFunctionConfigurationCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type ChefClient, createChefClient, nodeName } from "../../chef";
import { inProcessRunner } from "../../lab/engine/in-process-runner";
import type { StackRunner } from "../../lab/engine/stack-runner";
import { labEnvironment } from "../../lab/services/environment";
import { keyPair, register } from "../helpers/chef-objects";
import { componentsLiteral } from "../helpers/fresh-build";
import { findGoiardi, type Goiardi, startGoiardi } from "../helpers/goiardi";
import { writeProgram } from "../helpers/write-program";
import { baseImage, type Clients, clientsOf, members } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, startEmulator } from "./emulator-process";

const GROUP = "dev-web";
const SECONDS = 6;

/** The reaper's function in private subnets, as the library deploys it. Routes and endpoints determine what it can reach. */
describe("a deployed reaper function in a VPC", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "reaper-vpc-"));
  const { publicKey } = keyPair();
  let emulator: Emulator;
  let server: Goiardi;
  let chef: ChefClient;
  let aws: Clients;
  let runner: StackRunner;
  let vpc: { id: string; privateSubnets: string[]; privateTable: string; publicSubnet: string };

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) return this.skip();
    [emulator, server] = await Promise.all([startEmulator("records"), startGoiardi(goiardi)]);
    chef = createChefClient({ serverUrl: server.url, clientName: "admin", key: server.adminKey });
    aws = clientsOf(emulator);
    const parameter = { Name: "/chef/admin", Type: "SecureString" as const, Value: server.adminKey };
    await new SSMClient(emulator.client).send(new PutParameterCommand(parameter));
    vpc = await makeVpc();
    const environment = labEnvironment(emulator.client.endpoint, emulator.sshPort);
    const stack = { project: folder, stack: "dev", stateDir: join(folder, "state"), environment };
    runner = inProcessRunner({ ...stack, config: { "aws:region": "us-east-1" } });
  });
  after(async () => {
    chef?.close();
    await Promise.all([server?.remove(), emulator?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Creates two private subnets, whose route table, the VPC's main one, has no route out yet, and a public one. */
  async function makeVpc(): Promise<typeof vpc> {
    const { ec2 } = aws;
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
    const VpcId = String(Vpc?.VpcId);
    const [one, two, open] = await Promise.all(
      ["a", "b", "a"].map(async (zone, n) => {
        const request = { VpcId, CidrBlock: `10.9.${n}.0/24`, AvailabilityZone: `us-east-1${zone}` };
        return String((await ec2.send(new CreateSubnetCommand(request))).Subnet?.SubnetId);
      }),
    );
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = String(InternetGateway?.InternetGatewayId);
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const RouteTableId = String(RouteTable?.RouteTableId);
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: open }));
    const anywhere = { DestinationCidrBlock: "0.0.0.0/0" };
    await ec2.send(new CreateRouteCommand({ RouteTableId, ...anywhere, GatewayId: InternetGatewayId }));
    const Filters = [
      { Name: "vpc-id", Values: [VpcId] },
      { Name: "association.main", Values: ["true"] },
    ];
    const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
    const privateTable = String(RouteTables[0]?.RouteTableId);
    return { id: VpcId, privateSubnets: [String(one), String(two)], privateTable, publicSubnet: String(open) };
  }

  async function deploy(): Promise<void> {
    const admin = { name: "admin", key: { ssmParameter: "/chef/admin" } };
    const args = {
      groupName: GROUP,
      imageId: await baseImage(aws),
      instanceType: "t3.small",
      chef: {
        serverUrl: server.url,
        validator: { name: "validator", key: { ssmParameter: "/chef/none" } },
        operator: admin,
      },
      capacity: { min: 2, max: 3 },
      availabilityZones: ["us-east-1a"],
      hooks: { launch: false },
      reaper: { timeoutSeconds: SECONDS, reconcile: false, vpc: { subnetIds: vpc.privateSubnets } },
    };
    const program = `import { ChefAutoScalingGroup } from ${componentsLiteral()};\nnew ChefAutoScalingGroup("web", ${JSON.stringify(args)});\n`;
    writeProgram(folder, "vpc", program);
    const { ok, output } = await runner.up({ skipPreview: true });
    assert.ok(ok, output);
  }

  /** Terminates an instance that is a node. @returns its id */
  async function end(): Promise<string> {
    const all = await eventually(60, "two instances", async () => {
      const found = (await members(aws, GROUP)).filter(({ LifecycleState }) => LifecycleState === "InService");
      return found.length === 2 ? found : undefined;
    });
    const InstanceId = String(all[0]?.InstanceId);
    await register(chef, nodeName(GROUP, InstanceId), publicKey, InstanceId);
    const request = { InstanceId, ShouldDecrementDesiredCapacity: false };
    await aws.groups.send(new TerminateInstanceInAutoScalingGroupCommand(request));
    return InstanceId;
  }
  const isNode = async (id: string) => (await chef.getNode(nodeName(GROUP, id))) !== undefined;
  const gone = (id: string) =>
    eventually(120, `the node of ${id} to be gone`, async () => ((await isNode(id)) ? undefined : true));

  const IS_OVER = "the function is about to time out";

  async function log(): Promise<string> {
    const logs = new CloudWatchLogsClient(emulator.client);
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/lambda/web-" }),
    );
    const answers = logGroups.map(({ logGroupName }) => logs.send(new FilterLogEventsCommand({ logGroupName })));
    return (await Promise.all(answers)).flatMap(({ events = [] }) => events.map(({ message }) => message)).join("\n");
  }

  it("times out while it waits for AWS if no route leads there, and keeps the message", async () => {
    await deploy();
    const lambda = new LambdaClient(emulator.client);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const [only] = Functions;
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: only?.FunctionName }));
    assert.deepEqual(found.VpcConfig?.SubnetIds?.sort(), [...vpc.privateSubnets].sort());
    assert.equal(found.VpcConfig?.SecurityGroupIds?.length, 1);

    const id = await end();
    await eventually(60, "the function's time to be over", async () =>
      (await log()).includes(IS_OVER) ? true : undefined,
    );
    assert.ok(await isNode(id));
    await natGateway(vpc.publicSubnet);
    await gone(id);
  });

  it("needs a NAT gateway in a public subnet, or an endpoint for each service that it calls", async () => {
    await noDefaultRoute();
    await natGateway(String(vpc.privateSubnets[0]));
    const id = await end();
    const before = (await log()).split(IS_OVER).length;
    await endpoint("ec2");
    await eventually(60, "another end of time", async () =>
      (await log()).split(IS_OVER).length > before ? true : undefined,
    );
    assert.ok(await isNode(id));
    await endpoint("ssm");
    await gone(id);
  });

  async function natGateway(SubnetId: string): Promise<void> {
    const { AllocationId } = await aws.ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
    const { NatGateway } = await aws.ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
    const route = { RouteTableId: vpc.privateTable, DestinationCidrBlock: "0.0.0.0/0" };
    await aws.ec2.send(new CreateRouteCommand({ ...route, NatGatewayId: NatGateway?.NatGatewayId }));
  }
  const noDefaultRoute = () =>
    aws.ec2.send(new DeleteRouteCommand({ RouteTableId: vpc.privateTable, DestinationCidrBlock: "0.0.0.0/0" }));

  async function endpoint(service: string): Promise<void> {
    const ServiceName = `com.amazonaws.us-east-1.${service}`;
    const where = { VpcId: vpc.id, SubnetIds: vpc.privateSubnets, PrivateDnsEnabled: true };
    await aws.ec2.send(new CreateVpcEndpointCommand({ ...where, ServiceName, VpcEndpointType: "Interface" }));
  }
});
