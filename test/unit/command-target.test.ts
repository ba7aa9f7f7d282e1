import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../../cli/command/exit";
import { parseInstance } from "../../cli/reap/reap-instance";
import { settingsIn } from "../../cli/target/function-settings";
import { keyReference } from "../../cli/target/options";
import { requiredChef, requiredGroups, requiredQueues } from "../../cli/target/required";
import { groupOutputs } from "../../cli/target/stack-outputs";
import { resolveTargets } from "../../cli/target/target";
import { keyPair } from "../helpers/chef-objects";

const GROUP = {
  autoScalingGroupName: "staging-web",
  topicArn: "arn:aws:sns:eu-west-3:123456789012:web",
  queueUrl: "https://sqs.eu-west-3.amazonaws.com/123456789012/web",
  deadLetterQueueUrl: "https://sqs.eu-west-3.amazonaws.com/123456789012/web-dead",
  reaperFunctionName: "web-reaper",
};
const VARIABLES = {
  REAPER_CHEF_SERVER_URL: "https://chef.example.com/organizations/acme",
  REAPER_CHEF_CLIENT_NAME: "operator",
  REAPER_CHEF_KEY: '{"ssmParameter":"/chef/operator.pem"}',
  REAPER_GROUPS: '["staging-web","staging-api"]',
};

describe("a stack's outputs", () => {
  it("contain groups wherever the program put them", () => {
    const group = { group: "staging-web", functionName: "web-reaper" };
    const found = { ...group, queueUrl: GROUP.queueUrl, deadLetterQueueUrl: GROUP.deadLetterQueueUrl };
    assert.deepEqual(groupOutputs(JSON.stringify({ imageId: "ami-1", groups: { web: GROUP } }), "x"), [found]);
    assert.deepEqual(groupOutputs(JSON.stringify({ web: GROUP }), "x"), [found]);
    assert.deepEqual(groupOutputs(JSON.stringify(GROUP), "x"), [found]);
  });

  it("without a group are refused with an explanation", () => {
    assert.throws(
      () => groupOutputs("", "'outputs.json'"),
      /'outputs.json' does not contain a JSON object: write it with/,
    );
    assert.throws(
      () => groupOutputs('{"vpcId":"vpc-1"}', "standard input"),
      /contains no group, the outputs are 'vpcId'/,
    );
  });
});

describe("the target of a command", () => {
  const folder = mkdtempSync(join(tmpdir(), "target-"));
  const outputs = join(folder, "outputs.json");
  writeFileSync(outputs, JSON.stringify({ a: GROUP, b: { ...GROUP, autoScalingGroupName: "staging-api" } }));
  after(() => rmSync(folder, { recursive: true }));
  const told = async () => settingsIn(VARIABLES);

  it("needs only the outputs, if a function does the reaping", async () => {
    const [web, api] = await resolveTargets({ outputs }, told);
    assert.deepEqual([web?.groups, api?.groups], [["staging-web"], ["staging-api"]]);
    assert.ok(web);
    assert.equal(web.region, "eu-west-3");
    assert.deepEqual(web.reapsFor, ["staging-web", "staging-api"]);
    const { serverUrl, clientName, key } = requiredChef(web);
    assert.deepEqual([serverUrl, clientName], [VARIABLES.REAPER_CHEF_SERVER_URL, "operator"]);
    assert.deepEqual(key, { ssmParameter: "/chef/operator.pem" });
    assert.equal(requiredQueues(web).queueUrl, GROUP.queueUrl);
  });

  it("is set by options, whatever outputs and function say", async () => {
    const flags = { outputs, region: "us-east-1", chefClient: "me", queueUrl: "http://queue", group: ["staging-web"] };
    const targets = await resolveTargets(flags, told);
    assert.deepEqual(
      targets.map(({ name, region, queueUrl, chef }) => [name, region, queueUrl, chef.clientName]),
      [["staging-web", "us-east-1", "http://queue", "me"]],
    );
  });

  it("has the function's groups, if nothing else names any", async () => {
    const [target] = await resolveTargets({ function: "web-reaper" }, told);
    assert.deepEqual(target && requiredGroups(target), ["staging-web", "staging-api"]);
  });

  it("reports what is missing, and why the function's settings are unknown", async () => {
    const denied = async () =>
      Promise.reject(Object.assign(new Error("not you"), { name: "AccessDeniedException", $metadata: {} }));
    const [target] = await resolveTargets({ function: "web-reaper", chefClient: "me" }, denied);
    assert.ok(target);
    assert.throws(
      () => requiredChef(target),
      (error: Error) =>
        !(error instanceof UsageError) &&
        /^the settings of the function 'web-reaper' could not be read: .*AccessDeniedException.*; or give '--chef-server-url', '--chef-key' yourself$/.test(
          error.message,
        ),
    );
    assert.throws(() => requiredQueues(target), /or give '--queue-url', '--dead-letter-queue-url' yourself/);
  });

  it("is refused for a group that is not in the outputs", async () => {
    await assert.rejects(
      resolveTargets({ outputs, group: ["web"] }, told),
      /'--group' is 'web', the outputs have 'staging-web', 'staging-api'; name one of these/,
    );
    await assert.rejects(
      resolveTargets({ outputs, group: ["Staging_wbe"] }, told),
      /'--group' is 'Staging_wbe', the outputs have .*; did you mean 'staging-web'\?/,
    );
  });
});

describe("--chef-key", () => {
  it("accepts a file or a reference to a key", () => {
    assert.deepEqual(keyReference("keys/operator.pem"), { file: "keys/operator.pem" });
    assert.deepEqual(keyReference('{"secretId": "chef"}'), { secretId: "chef" });
  });

  it("refuses a key, and does not quote it", () => {
    const { privateKey } = keyPair();
    for (const given of [
      privateKey,
      `{${privateKey}`,
      JSON.stringify({ file: privateKey }),
      JSON.stringify(privateKey),
    ]) {
      assert.throws(
        () => keyReference(given),
        (error: Error) => privateKey.split("\n").every((line) => line.length < 20 || !error.message.includes(line)),
      );
    }
  });
});

describe("an instance to reap", () => {
  const ID = "i-0123456789abcdef0";

  it("is given by its id, or its node's name", () => {
    assert.deepEqual(parseInstance(ID, ["web"]), { instanceId: ID });
    assert.deepEqual(parseInstance(`web-${ID}`, ["web"]), { instanceId: ID, group: "web" });
    assert.deepEqual(parseInstance(`web-api-${ID}`, []), { instanceId: ID, group: "web-api" });
  });

  it("is refused if it is neither, or of another group", () => {
    for (const given of ["", "web", "i-0", `-${ID}`, `../${ID}`, `web/${ID}`, `${ID} `]) {
      assert.throws(() => parseInstance(given, []), /is not an instance: give its id/, given);
    }
    assert.throws(
      () => parseInstance(`api-${ID}`, ["web"]),
      /belongs to the group 'api', but the groups here are 'web'; name one/,
    );
    assert.throws(() => parseInstance(`wbe-${ID}`, ["web"]), /the groups here are 'web'; did you mean 'web'\?/);
  });
});
