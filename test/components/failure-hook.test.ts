import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";
import { refusal } from "../../components/group/launch-configuration";
import { unusableKey } from "../../components/group/root-volume";
import { explainFailures, missingServiceRole } from "../../components/lookup/failure-hook";

const { getStore } = state as unknown as { getStore(): { supportsErrorHooks: boolean } };

/** AWS's own messages, as @pulumi/aws returns them. */
const REFUSED =
  "creating Auto Scaling Launch Configuration (web-1): operation error Auto Scaling: CreateLaunchConfiguration, https " +
  "response error StatusCode: 400, api error UnsupportedOperation: The Launch Configuration creation operation is not " +
  "available in your account. Use launch templates to create configuration templates for your Auto Scaling groups.";
const NOBODY =
  "creating KMS Grant for Key (arn:aws:kms:eu-west-3:123456789012:key/1): operation error KMS: CreateGrant, https response " +
  "error StatusCode: 400, InvalidArnException: ARN does not refer to a valid principal: arn:aws:iam::123456789012:role/" +
  "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
const MALFORMED =
  "creating KMS Key: operation error KMS: CreateKey, https response error StatusCode: 400, " +
  "MalformedPolicyDocumentException: Policy contains a statement with one or more invalid principals.";
const ENDED =
  "waiting for Auto Scaling Group (web) capacity satisfied: scaling activity (1): Failed: Instance became unhealthy while " +
  "waiting for instance to be in InService state. Termination Reason: Client.InvalidKMSKey.InvalidState: The KMS key " +
  "provided is in an incorrect state";

describe("AWS errors that cannot be predicted", () => {
  const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

  it("are explained with the group's own arguments", () => {
    assert.match(REFUSED, refusal("web").failure);
    assert.match(refusal("web").meaning, /leave out 'launch' of group "web", or set it to "template"/);
    for (const message of [NOBODY, MALFORMED]) assert.match(message, missingServiceRole("it").failure);
    assert.match(missingServiceRole("it").meaning, /create-service-linked-role/);
    for (const message of [ENDED, "Client.InternalError: Client error on launch"]) {
      assert.match(message, unusableKey("web", {}).failure);
    }
    assert.match(unusableKey("web", {}).meaning, /'rootVolume\.kmsKeyArn'.*AWSServiceRoleForAutoScaling/);
    assert.match(unusableKey("web", { kmsKeyArn: KEY, grantKey: false }).meaning, /leave out 'grantKey'/);
    assert.match(unusableKey("web", { kmsKeyArn: KEY }).meaning, /enabled, in this region/);
    assert.doesNotMatch("api error ValidationError: At least one zone is needed", unusableKey("web", {}).failure);
  });

  it("are hooked if the Pulumi CLI supports it, without a retry", async () => {
    await pulumi.runtime.setMocks({ call: async () => ({}), newResource: async () => ({ id: "", state: {} }) });
    const monitor = pulumi.runtime.getMonitor() as object;
    const hooks = () => explainFailures("told", [refusal("web")]);
    assert.deepEqual(hooks(), [], "mocks would wait for ever");

    Object.assign(monitor, { registerErrorHook: (_: unknown, done: (error: null) => void) => done(null) });
    getStore().supportsErrorHooks = false;
    assert.deepEqual(hooks(), [], "the SDK fails a program that makes a hook under an older CLI");

    getStore().supportsErrorHooks = true;
    assert.deepEqual(explainFailures("nothing", []), []);
  });

  it("are explained before the hook answers, since the program ends then", async () => {
    const [hook] = explainFailures("slow", [refusal("web")]);
    const { error } = pulumi.log;
    let sent = "";
    Object.assign(pulumi.log, {
      error: async (message: string) => {
        await setTimeout(20);
        sent = message;
      },
    });
    try {
      assert.equal(await hook?.callback({ errors: [REFUSED] } as unknown as pulumi.ErrorHookArgs), false);
    } finally {
      Object.assign(pulumi.log, { error });
    }
    assert.equal(sent, refusal("web").meaning);
  });
});
