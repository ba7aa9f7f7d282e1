import assert from "node:assert/strict";
import { DescribeVolumesCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DisableKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { checkInstanceRole } from "../../cli/doctor/instance-role";
import { withEnvironment } from "../helpers/environment";
import { type Clients, clientsOf, describe as describeGroup } from "./emulator-fleet";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { type GroupProgram, groupProgram } from "./group-program";
import { allow, deny, makeRole, permit, type Statement } from "./role-maker";

const GROUP = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/test-own";
const parameter = (name: string) => `arn:aws:ssm:us-east-1:123456789012:parameter/chef/${name}`;
const ANSWER = allow(["autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat"], GROUP);
const READ = allow("ssm:GetParameter", parameter("validator"));
const OPERATOR = { ssmParameter: "/chef/operator" };
const PARAMETER_ARN = "kms:EncryptionContext:PARAMETER_ARN";

/** Stores parameters that are encrypted with customer-managed KMS keys, by alias; returns the keys' ARNs. */
async function encryptedStore({ client }: Emulator): Promise<Record<"validator" | "operator", string>> {
  const [kms, ssm] = [new KMSClient(client), new SSMClient(client)];
  const make = async (name: string) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const [AliasName, TargetKeyId] = [`alias/${name}`, KeyMetadata?.KeyId];
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    const stored = {
      Name: `/chef/${name}`,
      Type: "SecureString" as const,
      Value: "-",
      KeyId: AliasName,
      Overwrite: true,
    };
    await ssm.send(new PutParameterCommand(stored));
    return String(KeyMetadata?.Arn);
  };
  return { validator: await make("validator"), operator: await make("operator") };
}

describe("a group whose instances have additional permissions and volumes", function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let clients: Clients;
  let program: GroupProgram;
  let keys: Awaited<ReturnType<typeof encryptedStore>>;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    clients = clientsOf(emulator);
    program = groupProgram("own", emulator);
  });

  after(async () => {
    program?.remove();
    await emulator?.stop();
  });

  /** No instance is in service: the tests check what an instance is launched with, not whether it boots. */
  const group = (instance: object) =>
    `const group = new fleet.ChefAutoScalingGroup("web", ${JSON.stringify({
      groupName: "test-own",
      capacity: { min: 0, max: 1 },
      instance,
    }).replace("{", "{ ...least, ")});\nexport const role = group.instanceRoleName;`;

  async function up(instance: object): Promise<string> {
    const { ok, output } = await program.up(group(instance));
    assert.ok(ok, output);
    return output;
  }

  async function doctor() {
    const found = await describeGroup(clients, "test-own");
    assert.ok(found);
    const { accessKeyId, secretAccessKey } = emulator.client.credentials;
    const environment = {
      AWS_ENDPOINT_URL: emulator.client.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    const checks = await withEnvironment(environment, () => checkInstanceRole(found, emulator.client.region, OPERATOR));
    const [role, ...others] = checks;
    assert.ok(role);
    return { ...role, others };
  }

  async function decisions(role: string, action: string, resource: string): Promise<(string | undefined)[]> {
    const PolicySourceArn = `arn:aws:iam::123456789012:role/${role}`;
    const request = { PolicySourceArn, ActionNames: [action], ResourceArns: [resource] };
    const answer = await new IAMClient(emulator.client).send(new SimulatePrincipalPolicyCommand(request));
    return (answer.EvaluationResults ?? []).flatMap(({ EvalDecision, MissingContextValues = [] }) => [
      EvalDecision,
      ...MissingContextValues,
    ]);
  }

  async function givenRole(name: string, statements: readonly Statement[]): Promise<void> {
    await makeRole(emulator, name, statements);
    const iam = new IAMClient(emulator.client);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
  }

  it("is simulated with IAM's results: explicit and implicit denials, and the missing key of a condition", async () => {
    const bound = allow("s3:*", "*", { Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } });
    await makeRole(emulator, "simulated", [READ, deny("ec2:*", "*"), bound]);
    assert.deepEqual(await decisions("simulated", "ssm:GetParameter", parameter("validator")), ["allowed"]);
    assert.deepEqual(await decisions("simulated", "ssm:GetParameter", parameter("other")), ["implicitDeny"]);
    assert.deepEqual(await decisions("simulated", "ec2:RunInstances", "*"), ["explicitDeny"]);
    assert.deepEqual(await decisions("simulated", "s3:GetObject", "*"), ["implicitDeny", "aws:SourceVpce"]);
    await assert.rejects(decisions("nobody", "s3:GetObject", "*"), { name: "NoSuchEntityException" });
  });

  it("adds the team's statements and policies to its role, which the doctor accepts", async () => {
    const bucket = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::web/*" };
    const output = await up({
      policyStatements: [bucket],
      managedPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"],
    });
    assert.doesNotMatch(output, /seems to lack|could not be checked/);
    const role = String((await program.runner.outputs()).role);
    assert.deepEqual(await decisions(role, "s3:GetObject", "arn:aws:s3:::web/index.html"), ["allowed"]);
    assert.deepEqual(await decisions(role, "cloudwatch:PutMetricData", "*"), ["allowed"]);
    assert.deepEqual(await decisions(role, "ssm:GetParameter", parameter("operator")), ["implicitDeny"]);
    assert.equal((await doctor()).status, "ok");
  });

  it("launches its volumes as declared, of any type", async () => {
    const volumes = [
      { deviceName: "/dev/sdf", sizeGib: 10, kind: "io2", iops: 400 },
      { deviceName: "/dev/sdg", sizeGib: 20, iops: 4000, throughputMibps: 300, deleteOnTermination: false },
    ];
    const found = await up({ volumes }).then(() => describeGroup(clients, "test-own"));
    const LaunchTemplate = found?.LaunchTemplate && {
      LaunchTemplateId: found.LaunchTemplate.LaunchTemplateId,
      Version: found.LaunchTemplate.Version,
    };
    const launched = await clients.ec2.send(new RunInstancesCommand({ MinCount: 1, MaxCount: 1, LaunchTemplate }));
    const mappings = launched.Instances?.[0]?.BlockDeviceMappings ?? [];
    const { Volumes = [] } = await clients.ec2.send(new DescribeVolumesCommand({}));
    const made = Volumes.map(({ Attachments, Size, VolumeType, Iops, Throughput, Encrypted }) => {
      const device = Attachments?.[0]?.Device;
      const mapping = mappings.find(({ DeviceName }) => DeviceName === device);
      return [device, Size, VolumeType, Iops, Throughput, Encrypted, mapping?.Ebs?.DeleteOnTermination];
    });
    assert.deepEqual(made.slice(-2), [
      ["/dev/sdf", 10, "io2", 400, undefined, true, true],
      ["/dev/sdg", 20, "gp3", 4000, 300, true, false],
    ]);
  });

  it("reports in a preview and to the doctor what a given role lacks, and that it may read the operator's key", async () => {
    await givenRole("given", [READ]);
    const output = await up({ profileName: "given" });
    assert.match(output, /the role of the instance profile 'given' seems to lack.*CompleteLifecycleAction/s);
    const lacking = await doctor();
    assert.equal(lacking.status, "failed");
    assert.match(
      lacking.message,
      /'given' does not allow autoscaling:CompleteLifecycleAction on .*RecordLifecycleAction/,
    );
    await permit(emulator, "given", [READ, ANSWER]);
    assert.equal((await doctor()).status, "ok");
    assert.doesNotMatch(await up({ profileName: "given" }), /seems to lack/);
    await permit(emulator, "given", [allow("*", "*")]);
    assert.match((await doctor()).message, /'given' lets instances read the operator's key/);
  });

  it("lets the doctor report a missing kms:Decrypt on a customer-managed key, including its conditions", async () => {
    keys = await encryptedStore(emulator);
    const reads = allow("ssm:GetParameter", parameter("*"));
    await permit(emulator, "given", [reads, ANSWER]);
    const lacking = await doctor();
    assert.equal(lacking.status, "failed");
    assert.match(
      lacking.message,
      new RegExp(`not allow kms:Decrypt on ${keys.validator}, with which it decrypts the val`),
    );
    assert.doesNotMatch(lacking.message, /GetParameter/);
    const decrypts = (context: object) =>
      allow("kms:Decrypt", keys.validator, { Condition: { StringEquals: context } });
    const met = { "kms:ViaService": "ssm.us-east-1.amazonaws.com", [PARAMETER_ARN]: parameter("validator") };
    for (const [context, status] of [
      [met, "ok"],
      [{ ...met, [PARAMETER_ARN]: parameter("other") }, "failed"],
      [{ ...met, "kms:ViaService": "s3.us-east-1.amazonaws.com" }, "failed"],
    ] as const) {
      await permit(emulator, "given", [reads, ANSWER, decrypts(context)]);
      const seen = await doctor();
      assert.deepEqual([seen.status, seen.others], [status, []], seen.message);
    }
    // The operator's key is at risk only if instances can also decrypt it
    await permit(emulator, "given", [reads, ANSWER, allow("kms:Decrypt", "*")]);
    assert.match((await doctor()).message, /'given' lets instances read the operator's key/);
  });

  it("lets the doctor report a disabled KMS key, and one that could not be read", async () => {
    await permit(emulator, "given", [
      allow("ssm:GetParameter", parameter("validator")),
      ANSWER,
      allow("kms:Decrypt", "*"),
    ]);
    const kms = new KMSClient(emulator.client);
    await kms.send(new DisableKeyCommand({ KeyId: keys.validator.split("/").at(-1) }));
    const [disabled] = (await doctor()).others;
    assert.deepEqual([disabled?.name, disabled?.status], ["encryption", "failed"]);
    assert.match(disabled?.message ?? "", /the KMS key of the validator's key is Disabled: arn:aws:kms:us-east-1:/);
    await kms.send(new DeleteAliasCommand({ AliasName: "alias/validator" }));
    const [unseen] = (await doctor()).others;
    assert.deepEqual([unseen?.name, unseen?.status], ["encryption", "skipped"]);
    assert.match(
      unseen?.message ?? "",
      /the KMS key that encrypts the validator's key could not be read: kms:DescribeKey/,
    );
  });
});
