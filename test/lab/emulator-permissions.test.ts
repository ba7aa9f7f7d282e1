import assert from "node:assert/strict";
import { AutoScalingClient, DescribeAutoScalingInstancesCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient, TagRoleCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { allow, assume, deny, makePolicy, makeRole, permit, type Statement } from "./role-maker";

const parameter = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter/${name}`;
const READ_KEY = allow("ssm:GetParameter", parameter("chef/key"));

describe("emulator: permissions of roles", function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let made = 0;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    for (const name of ["/chef/key", "/chef/other"]) await store(name);
  });
  after(() => emulator?.stop());

  const store = (Name: string) =>
    new SSMClient(emulator.client).send(new PutParameterCommand({ Name, Type: "SecureString", Value: "secret" }));

  /** Returns a client's settings for a new role with these statements. */
  async function as(statements: readonly Statement[], limits: Parameters<typeof makeRole>[3] = {}) {
    made += 1;
    return assume(emulator, await makeRole(emulator, `role-${made}`, statements, limits));
  }
  type Client = Awaited<ReturnType<typeof as>>;

  const read = async (client: Client, Name: string, WithDecryption = true) =>
    (await new SSMClient(client).send(new GetParameterCommand({ Name, WithDecryption }))).Parameter?.Value;

  const put = (client: Client, Namespace: string) =>
    new CloudWatchClient(client).send(
      new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: "one", Value: 1 }] }),
    );

  const refused = (call: Promise<unknown>, message: RegExp, name = "AccessDeniedException") =>
    assert.rejects(call, { name, message });

  it("allow what a policy allows, with any case of the action and with wildcards", async () => {
    assert.equal(await read(await as([READ_KEY]), "/chef/key"), "secret");
    assert.equal(await read(await as([allow("SSM:get*", parameter("c?ef/*"))]), "/chef/key"), "secret");
    const arn = parameter("chef/key");
    assert.equal(await read(await as([READ_KEY]), arn), "secret");
  });

  it("deny an action that no policy allows, with AWS's message", async () => {
    const client = await as([allow("ssm:GetParameters", "*")]);
    await refused(
      read(client, "/chef/key"),
      /^User: arn:aws:sts::123456789012:assumed-role\/role-\d+\/session is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:us-east-1:123456789012:parameter\/chef\/key because no identity-based policy allows the ssm:GetParameter action$/,
    );
    await refused(read(await as([]), "/chef/key"), /no identity-based policy/);
  });

  it("deny creating a function if the caller may not pass its role, or may pass only another role", async () => {
    const Role = await makeRole(emulator, "passed", []);
    const create = async (statements: readonly Statement[]) =>
      new LambdaClient(await as(statements)).send(
        new CreateFunctionCommand({ FunctionName: "one", Role, Code: { ZipFile: new Uint8Array() }, Handler: "a.b" }),
      );
    const may = allow("lambda:CreateFunction", "*");
    const pass = (role: string) => allow("iam:PassRole", `arn:aws:iam::123456789012:role/${role}`);
    const words = /perform: iam:PassRole on resource: arn:aws:iam::123456789012:role\/passed because/;
    await refused(create([may]), words);
    await refused(create([may, pass("other")]), words);
    const another = { Condition: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } } };
    await refused(create([may, { ...pass("passed"), ...another }]), words);
    const failed = await create([may, pass("passed")]).catch((error: Error) => error);
    assert.doesNotMatch(String(failed), /not authorized/);
  });

  it("identify a role by its ARN, so that a policy can be limited to some roles", async () => {
    const client = await as([allow("iam:DeleteRole", "arn:aws:iam::123456789012:role/mine-*")]);
    for (const name of ["mine-1", "theirs-1"]) await makeRole(emulator, name, []);
    const remove = (RoleName: string) => new IAMClient(client).send(new DeleteRoleCommand({ RoleName }));
    await refused(remove("theirs-1"), /perform: iam:DeleteRole on resource: \S+role\/theirs-1 /, "AccessDenied");
    await remove("mine-1");
  });

  it("deny another resource than the policy's, even if only a wildcard across a colon would match it", async () => {
    await refused(read(await as([READ_KEY]), "/chef/other"), /parameter\/chef\/other/);
    const across = allow("ssm:GetParameter", `arn:aws:ssm:us-*x:parameter/chef/key`);
    await refused(read(await as([across]), "/chef/key"), /no identity-based policy/);
    const Resource = "arn:aws:sqs:us-east-1:123456789012:allowed";
    const client = await as([allow("sqs:SendMessage", Resource)]);
    await refused(send(client, "other"), /perform: sqs:sendmessage on resource: \S+:other /, "AccessDenied");
    await send(client, "allowed");
  });

  async function send(client: Client, QueueName: string): Promise<unknown> {
    const { QueueUrl } = await new SQSClient(emulator.client).send(new CreateQueueCommand({ QueueName }));
    const Entries = [{ Id: "one", MessageBody: "one" }];
    return new SQSClient(client).send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }

  it("deny if a condition is not met, and if the emulator does not know the condition", async () => {
    const putUnder = async (Condition: object) =>
      put(await as([allow("cloudwatch:PutMetricData", "*", { Condition })]), "Chef");
    await putUnder({ StringEquals: { "cloudwatch:namespace": ["Other", "Chef"] } });
    await putUnder({ StringLike: { "CloudWatch:Namespace": "C*" }, Null: { "aws:SourceVpc": "true" } });
    await putUnder({
      "ForAnyValue:StringEquals": { "cloudwatch:namespace": "Chef" },
      Bool: { "aws:SecureTransport": "true" },
    });
    for (const condition of [
      { StringEquals: { "cloudwatch:namespace": "Other" } },
      { StringNotEquals: { "cloudwatch:namespace": "Chef" } },
      { StringEquals: { "aws:SourceVpc": "vpc-1" } },
      { StringEquals: { "cloudwatch:namespace": "Chef", "aws:SourceVpce": "vpce-1" } },
      { StringNotEquals: { "aws:ResourceTag/team": "other" } },
      { BinaryEquals: { "cloudwatch:namespace": "Q2hlZg==" } },
    ])
      await refused(putUnder(condition), /cloudwatch:PutMetricData because no identity-based policy/, "AccessDenied");
  });

  it("let a Deny take precedence, even if its condition is unknown", async () => {
    const words = /with an explicit deny in an identity-based policy$/;
    await refused(read(await as([READ_KEY, deny("ssm:*", "*")]), "/chef/key"), words);
    const unknown = { Condition: { StringEquals: { "aws:ResourceTag/team": "web" } } };
    await refused(read(await as([READ_KEY, deny("ssm:*", "*", unknown)]), "/chef/key"), words);
    const elsewhere = { Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } };
    assert.equal(await read(await as([READ_KEY, deny("ssm:*", "*", elsewhere)]), "/chef/key"), "secret");
    const allButKeys: Statement = { Effect: "Deny", NotAction: "ssm:*", NotResource: parameter("chef/*") };
    assert.equal(await read(await as([READ_KEY, allButKeys]), "/chef/key"), "secret");
  });

  it("include attached policies, AWS's own among them, and a permissions boundary", async () => {
    const attached = ["arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"];
    assert.equal(await read(await as([], { attached }), "/chef/key"), "secret");
    const boundary = await makePolicy(emulator, "boundary", [allow("ssm:*", parameter("chef/key"))]);
    const within = await as([allow("*", "*")], { boundary });
    assert.equal(await read(within, "/chef/key"), "secret");
    await refused(read(within, "/chef/other"), /because no permissions boundary allows the ssm:GetParameter action$/);
    await refused(read(await as([], { boundary }), "/chef/key"), /no identity-based policy/);
  });

  it("replace policy variables with the session's id and the role's tags", async () => {
    const role = await makeRole(emulator, "variables", []);
    const tag = { RoleName: "variables", Tags: [{ Key: "path", Value: "chef" }] };
    await new IAMClient(emulator.client).send(new TagRoleCommand(tag));
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: variables of a policy
    const Condition = { StringEquals: { "cloudwatch:namespace": "own/${aws:userid}" } };
    const statements = [
      allow("cloudwatch:PutMetricData", "*", { Condition }),
      allow("ssm:GetParameter", parameter("${aws:PrincipalTag/path}/key")),
    ];
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: variables of a policy
    await permit(emulator, "variables", statements);
    const [ours, another] = [await assume(emulator, role, "i-1"), await assume(emulator, role, "i-2")];
    const { UserId = "" } = await new STSClient(ours).send(new GetCallerIdentityCommand({}));
    assert.match(UserId, /^AROA\w+:i-1$/);
    await put(ours, `own/${UserId}`);
    await refused(put(another, `own/${UserId}`), /no identity-based policy/, "AccessDenied");
    assert.equal(await read(ours, "/chef/key"), "secret");
    await refused(read(ours, "/chef/other"), /no identity-based policy/);
  });

  it("use each service's own error code for a denial", async () => {
    const client = await as([]);
    await refused(
      new EC2Client(client).send(new DescribeInstancesCommand({})),
      /^You are not authorized to perform this operation. User: \S+ is not authorized to perform: ec2:DescribeInstances because/,
      "UnauthorizedOperation",
    );
    await refused(
      new AutoScalingClient(client).send(new DescribeAutoScalingInstancesCommand({})),
      /autoscaling:DescribeAutoScalingInstances because/,
      "AccessDenied",
    );
    const { TopicArn } = await new SNSClient(emulator.client).send(new CreateTopicCommand({ Name: "topic" }));
    const publish = new SNSClient(client).send(new PublishCommand({ TopicArn, Message: "one" }));
    await refused(publish, /on resource: arn:aws:sns:\S+:topic because/, "AuthorizationErrorException");
  });

  it("let every caller get its identity, even with a Deny, and reject a made-up session", async () => {
    const client = await as([deny("*", "*")]);
    const { Arn } = await new STSClient(client).send(new GetCallerIdentityCommand({}));
    assert.match(String(Arn), /:assumed-role\/role-\d+\/session$/);
    const stolen = { ...client, credentials: { ...client.credentials, sessionToken: "another" } };
    const call = new AutoScalingClient(stolen).send(new DescribeAutoScalingInstancesCommand({}));
    await assert.rejects(call, /The security token included in the request is invalid/);
  });

  it("use the policy at the time of the call, and do not limit the operator's own calls", async () => {
    const role = await makeRole(emulator, "later", []);
    const client = await assume(emulator, role);
    await refused(read(client, "/chef/key"), /no identity-based policy/);
    await permit(emulator, "later", [READ_KEY]);
    assert.equal(await read(client, "/chef/key"), "secret");
    const gone = { RoleName: "later", PolicyName: "inline" };
    await new IAMClient(emulator.client).send(new DeleteRolePolicyCommand(gone));
    await refused(read(client, "/chef/key"), /no identity-based policy/);
    const operator = new SSMClient(emulator.client).send(new GetParameterCommand({ Name: "/chef/key" }));
    assert.ok((await operator).Parameter);
  });
});
