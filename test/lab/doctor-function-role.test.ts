import assert from "node:assert/strict";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Check } from "../../cli/doctor/check";
import { checkFunctionRole } from "../../cli/doctor/function-role";
import { withEnvironment } from "../helpers/environment";
import { type Emulator, emulatorObstacle, skipWhere, startEmulator } from "./emulator-process";
import { allow, makeRole, permit } from "./role-maker";

const ROLE = "reaper";

describe("the doctor and the role of a reaper's function, in the emulator", function () {
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

  async function look(key: object = { secretId: "chef/operator" }): Promise<Check[]> {
    const { region, endpoint, credentials } = emulator.client;
    const environment = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    const FunctionArn = `arn:aws:lambda:${region}:123456789012:function:reaper`;
    const Environment = { Variables: { REAPER_CHEF_KEY: JSON.stringify(key) } };
    return withEnvironment(environment, () =>
      checkFunctionRole("function role", { Role, FunctionArn, Environment }, region),
    );
  }

  it("says what it lacks: to read the operator's key, and to decrypt it with a KMS key of the team's own", async () => {
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
        message: "'reaper' reads the operator's key, which a KMS key of yours encrypts",
      },
    ]);
  });

  it("leaves out a key that is not kept in AWS, and a role that is not there", async () => {
    const [elsewhere] = await look({ file: "/operator.pem" });
    assert.deepEqual([elsewhere?.status, elsewhere?.message.includes("not kept in AWS")], ["skipped", true]);
    Role = Role.replace(ROLE, "nobody");
    const [unknown] = await look();
    assert.deepEqual([unknown?.status, /NoSuchEntity/.test(unknown?.message ?? "")], ["skipped", true]);
  });
});
