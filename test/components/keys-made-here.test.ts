import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  ChefAutoScalingGroup,
  InstanceAccess,
  type NotificationQueue,
  ReaperFunction,
  ReaperService,
} from "../../components";
import { CHEF, groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";
const WRONG = /'(chef\.operator|validator)\.kmsKeyArn' is "alias\/mine", expected the ARN of a KMS key/;

function later<T>(value: T): pulumi.Output<T> {
  return pulumi.output(Promise.resolve(value)) as pulumi.Output<T>;
}

/** A connection whose operator's key is encrypted with such a KMS key. */
function encryptedBy(arn: string) {
  return { ...CHEF, operator: { ...CHEF.operator, kmsKeyArn: later(arn) } };
}

describe("a KMS key that the same program creates", () => {
  it("may be used for decryption by every reader of the operator's key", async () => {
    const declared = await declare(() => new ChefAutoScalingGroup("web", groupArgs({ chef: encryptedBy(KEY) })));
    for (const role of ["service", "reconcile"]) {
      const { policy } = declared.one("aws:iam/rolePolicy:RolePolicy", `reaper-${role}-policy`).inputs;
      const decrypt = (policy as { Statement: { Sid: string }[] }).Statement.find(
        ({ Sid }) => Sid === "DecryptChefKey",
      );
      assert.deepEqual(decrypt, { Sid: "DecryptChefKey", Effect: "Allow", Action: "kms:Decrypt", Resource: KEY });
    }
  });

  it("does not change the cleanup on destroy, which contains the operator's name and where its key is stored", async () => {
    const declared = await declare(() => new ChefAutoScalingGroup("web", groupArgs({ chef: encryptedBy(KEY) })));
    const cleanup = declared.resources.find(({ name }) => name === "web-cleanup");
    assert.deepEqual(cleanup?.inputs.operator, CHEF.operator);
  });

  const alone: Record<string, () => unknown> = {
    ReaperFunction: () =>
      new ReaperFunction("reaper", { chef: encryptedBy("alias/mine"), groupNames: ["web"], queue: queue() }),
    ReaperService: () =>
      new ReaperService("reaper", {
        ...{ chef: encryptedBy("alias/mine"), groupNames: ["web"], queue: queue() },
        ...{ image: "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1.2.0", subnetIds: ["subnet-1"] },
      }),
    InstanceAccess: () =>
      new InstanceAccess("access", { validator: { ...CHEF.validator, kmsKeyArn: later("alias/mine") } }),
  };
  for (const [component, program] of Object.entries(alone)) {
    it(`is validated once it is known, also by a standalone ${component}`, () =>
      assert.rejects(
        declare(() => void program()),
        WRONG,
      ));
  }
});

function queue(): NotificationQueue {
  return { queueArn: later("arn:aws:sqs:eu-west-3:123456789012:q") } as unknown as NotificationQueue;
}
