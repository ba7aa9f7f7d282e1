import assert from "node:assert/strict";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  EC2Client,
  RevokeSecurityGroupEgressCommand,
} from "@aws-sdk/client-ec2";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Check } from "../../cli/doctor/check";
import { checkNetwork } from "../../cli/doctor/function-network";
import { checkFunctionRole } from "../../cli/doctor/function-role";
import { withEnvironment } from "../helpers/environment";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { allow, makeRole, permit } from "./role-maker";

const ROLE = "reaper";

describe("the doctor on the role of a reaper's function", function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let secret: string;
  let kmsKey: string;
  let Role: string;

  before(async function () {
    skipWhere(this, emulatorObstacle());
    emulator = await startEmulator("records");
    const { KeyMetadata } = await new KMSClient(emulator.client).send(new CreateKeyCommand({}));
    kmsKey = String(KeyMetadata?.Arn);
    const request = { Name: "chef/operator", SecretString: "-", KmsKeyId: KeyMetadata?.KeyId };
    secret = String((await new SecretsManagerClient(emulator.client).send(new CreateSecretCommand(request))).ARN);
    Role = await makeRole(emulator, ROLE, []);
  });
  after(() => emulator?.stop());

  function inEmulator<T>(work: () => Promise<T>): Promise<T> {
    const { region, endpoint, credentials } = emulator.client;
    const environment = {
      AWS_REGION: region,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    return withEnvironment(environment, work);
  }

  function reaper(key: object, VpcConfig?: object): FunctionConfiguration {
    const FunctionArn = `arn:aws:lambda:${emulator.client.region}:123456789012:function:reaper`;
    const REAPER_CHEF_SERVER_URL = "https://chef.invalid/organizations/acme";
    const Variables = { REAPER_CHEF_KEY: JSON.stringify(key), REAPER_CHEF_SERVER_URL };
    return { Role, FunctionArn, VpcConfig, Environment: { Variables } };
  }

  function look(key: object = { secretId: "chef/operator" }, VpcConfig?: object): Promise<Check[]> {
    return inEmulator(() => checkFunctionRole("function role", reaper(key, VpcConfig), emulator.client.region));
  }

  it("reports missing permissions to read the operator's key, and to decrypt it with a customer-managed KMS key", async () => {
    const [nothing] = await look();
    assert.equal(nothing?.status, "failed");
    assert.match(
      nothing?.message ?? "",
      /'reaper' does not allow secretsmanager:GetSecretValue on .*; kms:Decrypt on /,
    );
    const reads = allow(
      "secretsmanager:GetSecretValue",
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:chef/operator-??????",
    );
    await permit(emulator, ROLE, [reads]);
    const [half] = await look();
    assert.equal(
      half?.message,
      `'reaper' does not allow kms:Decrypt on ${kmsKey}, with which it decrypts the operator's key`,
    );
    const Condition = { StringEquals: { "kms:EncryptionContext:SecretARN": secret } };
    await permit(emulator, ROLE, [reads, allow("kms:Decrypt", kmsKey, { Condition })]);
    assert.deepEqual(await look(), [
      {
        name: "function role",
        status: "ok",
        message: "'reaper' may read the operator's key, and decrypt it with your KMS key",
      },
    ]);
  });

  it("reports what a function in a VPC lacks: permission to create its interfaces, subnets, a route to what it calls", async () => {
    const ec2 = new EC2Client(emulator.client);
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.7.0.0/16" }));
    const VpcId = String(Vpc?.VpcId);
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.7.0.0/24" }));
    const { GroupId = "" } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId, GroupName: "reaper", Description: "-" }),
    );
    const VpcConfig = { VpcId, SubnetIds: [String(Subnet?.SubnetId)], SecurityGroupIds: [GroupId] };
    assert.match(
      (await look(undefined, VpcConfig))[0]?.message ?? "",
      /does not allow ec2:CreateNetworkInterface on \*, with which it joins its VPC; .*Unassign/,
    );
    const network = async (more: object = {}) => {
      const [check] = await inEmulator(() =>
        checkNetwork(reaper({ secretId: "chef/operator" }, { ...VpcConfig, ...more }), undefined),
      );
      return `${check?.status}: ${check?.message}`;
    };
    assert.match(await network(), /^failed: subnet-\w+ cannot reach ec2, autoscaling, sqs, secretsmanager$/);
    assert.match(
      await network({ SubnetIds: ["subnet-0123456789abcdef0"] }),
      /^failed: subnet-0123456789abcdef0 does not exist/,
    );
    assert.match(
      await network({ SecurityGroupIds: [GroupId, "sg-0123456789abcdef0"] }),
      /^failed: sg-0123456789abcdef0 does not exist/,
    );
    for (const service of ["ec2", "autoscaling", "sqs", "secretsmanager"]) {
      const ServiceName = `com.amazonaws.us-east-1.${service}`;
      await ec2.send(
        new CreateVpcEndpointCommand({ VpcId, ServiceName, VpcEndpointType: "Interface", PrivateDnsEnabled: true }),
      );
    }
    assert.match(
      await network(),
      /^ok: its subnets can reach what it calls through routes and endpoints; this machine cannot resolve chef\.invalid/,
    );
    await ec2.send(
      new RevokeSecurityGroupEgressCommand({
        GroupId,
        IpPermissions: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
      }),
    );
    assert.match(await network(), new RegExp(`^failed: ${GroupId} allows no outbound traffic to port 443`));
    assert.deepEqual(await checkNetwork(reaper({ secretId: "chef/operator" }), undefined), []);
  });

  it("skips a key that is not stored in AWS, and a role that does not exist", async () => {
    const [elsewhere] = await look({ file: "/operator.pem" });
    assert.deepEqual([elsewhere?.status, elsewhere?.message.includes("not stored in AWS")], ["skipped", true]);
    Role = Role.replace(ROLE, "nobody");
    const [unknown] = await look();
    assert.deepEqual([unknown?.status, /NoSuchEntity/.test(unknown?.message ?? "")], ["skipped", true]);
  });
});
