import assert from "node:assert/strict";
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
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

describe("a group whose instances have more than Chef, in the emulator", function () {
  this.timeout(300_000);
  let emulator: Emulator;
  let clients: Clients;
  let program: GroupProgram;

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

  /** Nobody serves: what an instance is launched with is looked at, not whether it boots. */
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
    return withEnvironment(environment, () => checkInstanceRole(found, emulator.client.region, OPERATOR));
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

  it("simulates as IAM does: what is denied, what nobody allows, and which key a condition lacks", async () => {
    const bound = allow("s3:*", "*", { Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } });
    await makeRole(emulator, "simulated", [READ, deny("ec2:*", "*"), bound]);
    assert.deepEqual(await decisions("simulated", "ssm:GetParameter", parameter("validator")), ["allowed"]);
    assert.deepEqual(await decisions("simulated", "ssm:GetParameter", parameter("other")), ["implicitDeny"]);
    assert.deepEqual(await decisions("simulated", "ec2:RunInstances", "*"), ["explicitDeny"]);
    assert.deepEqual(await decisions("simulated", "s3:GetObject", "*"), ["implicitDeny", "aws:SourceVpce"]);
    await assert.rejects(decisions("nobody", "s3:GetObject", "*"), { name: "NoSuchEntityException" });
  });

  it("gives its role the team's statements and policies, which the doctor finds well", async () => {
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

  it("says at preview and to the doctor what a given role lacks, and that it reads the operator's key", async () => {
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
});
