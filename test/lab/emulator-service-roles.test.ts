import assert from "node:assert/strict";
import { PutLifecycleHookCommand } from "@aws-sdk/client-auto-scaling";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
  type VpcConfig,
} from "@aws-sdk/client-lambda";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { strToU8, zipSync } from "fflate";
import { JOIN_VPC } from "../../components/reaper/reaper-network";
import { type Clients, clientsOf, makeGroup, makeTemplate } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, eventually, skipWhere, startEmulator } from "./emulator-process";
import { allow, assume, FUNCTION_POLICY, makeRole, permit, type Statement } from "./role-maker";

const ACCOUNT = "us-east-1:123456789012";
const READING = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const LOGGING = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
const CODE = 'exports.handler = async () => { console.log("it ran"); };';

describe("emulator: a service that uses a role", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let clients: Clients;
  let lambda: LambdaClient;
  let logs: CloudWatchLogsClient;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
    lambda = new LambdaClient(emulator.client);
    logs = new CloudWatchLogsClient(emulator.client);
  });
  after(() => emulator?.stop());

  const refused = (call: Promise<unknown>, message: RegExp, name = "AccessDeniedException") =>
    assert.rejects(call, { name, message });

  async function makeFunction(FunctionName: string, Role: string, VpcConfig?: VpcConfig): Promise<void> {
    const Code = { ZipFile: zipSync({ "index.js": strToU8(CODE) }) };
    const settings = { Runtime: "nodejs20.x", Handler: "index.handler", Role, Code, VpcConfig } as const;
    await lambda.send(new CreateFunctionCommand({ FunctionName, ...settings }));
  }

  async function logged(name: string): Promise<boolean> {
    const logGroupName = `/aws/lambda/${name}`;
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
    if (logGroups.length === 0) return false;
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    return events.some(({ message }) => message?.startsWith("it ran"));
  }

  it("does not map a queue to a function whose role may not read it, and stops reading when that permission is removed", async () => {
    const { QueueUrl } = await clients.queues.send(new CreateQueueCommand({ QueueName: "mapped" }));
    const EventSourceArn = `arn:aws:sqs:${ACCOUNT}:mapped`;
    await makeFunction("mapped", await makeRole(emulator, "mapped", [allow(LOGGING, "*")]));
    const map = () => lambda.send(new CreateEventSourceMappingCommand({ FunctionName: "mapped", EventSourceArn }));
    const words = (call: string) => new RegExp(`execution role does not have permissions to call ${call} on SQS`);
    await refused(map(), words("ReceiveMessage"), "InvalidParameterValueException");
    const part = [allow(LOGGING, "*"), allow("sqs:ReceiveMessage", EventSourceArn)];
    await permit(emulator, "mapped", part);
    await refused(map(), words("DeleteMessage"), "InvalidParameterValueException");
    await permit(emulator, "mapped", [...part, allow(READING, EventSourceArn)]);
    await map();
    await permit(emulator, "mapped", part);
    await clients.queues.send(new SendMessageCommand({ QueueUrl, MessageBody: "one" }));
    await new Promise((done) => setTimeout(done, 1_500));
    assert.equal(await logged("mapped"), false);
    await permit(emulator, "mapped", [...part, allow(READING, EventSourceArn)]);
    await eventually(20, "a run", async () => (await logged("mapped")) || undefined);
  });

  it("does not connect a function to a VPC if its role may not create network interfaces", async () => {
    const { Subnets = [] } = await clients.ec2.send(new DescribeSubnetsCommand({}));
    const { SecurityGroups = [] } = await clients.ec2.send(new DescribeSecurityGroupsCommand({}));
    const VpcConfig = {
      SubnetIds: [String(Subnets[0]?.SubnetId)],
      SecurityGroupIds: [String(SecurityGroups[0]?.GroupId)],
    };
    const Role = await makeRole(emulator, "joining", [allow(LOGGING, "*"), allow("ec2:CreateNetworkInterface", "*")]);
    const words = /execution role does not have permissions to call DescribeNetworkInterfaces on EC2/;
    await refused(makeFunction("joining", Role, VpcConfig), words, "InvalidParameterValueException");
    await permit(emulator, "joining", [JOIN_VPC as Statement]);
    for (const [missing, code] of [
      [{ SubnetIds: ["subnet-0deb12"] } as VpcConfig, /InvalidSubnetID\.NotFound.*'subnet-0deb12' does not exist/],
      [{ SecurityGroupIds: ["sg-0deb12"] } as VpcConfig, /InvalidGroup\.NotFound.*'sg-0deb12' does not exist/],
    ] as const) {
      const wrong: VpcConfig = { ...VpcConfig, ...missing };
      await refused(makeFunction("joining", Role, wrong), code, "InvalidParameterValueException");
    }
    await makeFunction("joining", Role, VpcConfig);
    await permit(emulator, "joining", [allow(LOGGING, "*")]);
    const again = new UpdateFunctionConfigurationCommand({ FunctionName: "joining", VpcConfig });
    await refused(lambda.send(again), /call CreateNetworkInterface on EC2/, "InvalidParameterValueException");
  });

  it("writes a function's log only if its role may", async () => {
    await makeFunction("silent", await makeRole(emulator, "silent", []));
    await lambda.send(new InvokeCommand({ FunctionName: "silent" }));
    assert.equal(await logged("silent"), false);
    await makeFunction("told", await makeRole(emulator, "told", [], { attached: [FUNCTION_POLICY] }));
    await lambda.send(new InvokeCommand({ FunctionName: "told" }));
    assert.equal(await logged("told"), true);
  });

  it("rejects a lifecycle hook whose role may not publish to its target", async () => {
    await makeGroup(clients, "hooked", await makeTemplate(clients, "hooked"));
    const { TopicArn = "" } = await clients.topics.send(new CreateTopicCommand({ Name: "hooked" }));
    const RoleARN = await makeRole(emulator, "hook", [allow("sns:Publish", `${TopicArn}-other`)]);
    const hook = { AutoScalingGroupName: "hooked", LifecycleHookName: "end", NotificationTargetARN: TopicArn, RoleARN };
    const LifecycleTransition = "autoscaling:EC2_INSTANCE_TERMINATING";
    const put = () => clients.groups.send(new PutLifecycleHookCommand({ ...hook, LifecycleTransition }));
    await refused(put(), /^Unable to publish test message to notification target \S+:hooked using/, "ValidationError");
    await permit(emulator, "hook", [allow("sns:Publish", TopicArn)]);
    await put();
  });

  describe("with a customer-managed key", () => {
    let key: string;
    let made = 0;
    before(async () => {
      const kms = new KMSClient(emulator.client);
      key = String((await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn);
      await kms.send(new CreateAliasCommand({ AliasName: "alias/chef", TargetKeyId: key }));
    });

    const as = async (statements: readonly Statement[]) => {
      made += 1;
      return assume(emulator, await makeRole(emulator, `reader-${made}`, statements));
    };
    const use = (service: string, Action = "kms:Decrypt") => {
      const Condition = { StringEquals: { "kms:ViaService": `${service}.us-east-1.amazonaws.com` } };
      return allow(Action, key, { Condition });
    };

    it("needs kms:Decrypt for a parameter, and only through SSM", async () => {
      const parameter = { Name: "/encrypted", Type: "SecureString" as const, Value: "secret", KeyId: "alias/chef" };
      await new SSMClient(emulator.client).send(new PutParameterCommand(parameter));
      const get = allow("ssm:GetParameter", `arn:aws:ssm:${ACCOUNT}:parameter/encrypted`);
      const read = async (statements: Statement[], WithDecryption = true) => {
        const request = new GetParameterCommand({ Name: "/encrypted", WithDecryption });
        return (await new SSMClient(await as(statements)).send(request)).Parameter?.Value;
      };
      assert.equal(await read([get, use("ssm")]), "secret");
      await refused(read([get]), /perform: kms:Decrypt on resource: arn:aws:kms/);
      await refused(read([get, use("sqs")]), /perform: kms:Decrypt/);
      assert.notEqual(await read([get], false), "secret");
    });

    it("needs kms:Decrypt for a secret, whose resource is its full ARN", async () => {
      const secret = { Name: "chef-secret", SecretString: "secret", KmsKeyId: key };
      await new SecretsManagerClient(emulator.client).send(new CreateSecretCommand(secret));
      const get = allow("secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${ACCOUNT}:secret:chef-secret-??????`);
      const read = async (...statements: Statement[]) =>
        new SecretsManagerClient(await as(statements)).send(new GetSecretValueCommand({ SecretId: "chef-secret" }));
      assert.equal((await read(get, use("secretsmanager"))).SecretString, "secret");
      await refused(read(get), /^Access to KMS is not allowed$/);
      await refused(read(use("secretsmanager")), /GetSecretValue on resource: \S+:chef-secret-/);
    });

    it("needs kms:GenerateDataKey for a message to an encrypted queue", async () => {
      const queue = new CreateQueueCommand({ QueueName: "encrypted", Attributes: { KmsMasterKeyId: key } });
      const { QueueUrl } = await clients.queues.send(queue);
      const send = allow("sqs:SendMessage", `arn:aws:sqs:${ACCOUNT}:encrypted`);
      const request = new SendMessageCommand({ QueueUrl, MessageBody: "one" });
      await refused(
        new SQSClient(await as([send, use("sqs")])).send(request),
        /kms:GenerateDataKey/,
        "KmsAccessDenied",
      );
      await new SQSClient(await as([send, use("sqs"), use("sqs", "kms:GenerateDataKey*")])).send(request);
    });
  });
});
