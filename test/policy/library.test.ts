import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChefAutoScalingGroupArgs, FunctionReaper, ReaperArgs } from "../../components";
import { groupSettingIssues } from "../../components/group/group-validation";
import { CHEF } from "../helpers/arguments";
import { soundArguments } from "../helpers/sound-arguments";
import { declareLibrary } from "./library";
import { Pack } from "./pack";

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

type Args = Omit<ChefAutoScalingGroupArgs, "imageId">;

const ARM_OR_INTEL = fc.constantFrom("t3.small", "m7i.large", "m7g.large", "c6gd.xlarge");

const SERVICE = {
  image: "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1.2.0",
  subnetIds: ["subnet-1", "subnet-2"],
};

/** What the arguments that validation is tried on leave out, and what only a policy looks at. */
const more = fc.record(
  {
    publicAddress: fc.boolean(),
    sessionManager: fc.boolean(),
    reaper: fc.oneof(
      fc.record<FunctionReaper, never>(
        {
          mode: fc.constant("lambda" as const),
          reconcile: fc.constant(false as const),
          reservedConcurrency: fc.constant(1001),
        },
        { requiredKeys: [] },
      ),
      fc.constantFrom<ReaperArgs>({ mode: "worker" }, { mode: "service", service: SERVICE }),
    ),
    observation: fc.record({ dashboard: fc.boolean() }),
    onDestroy: fc.constantFrom("remove" as const, "retain" as const),
    attributes: fc.constant({ web: { port: 80, secret: { from: "vault" } } }),
    chef: fc.constantFrom(
      CHEF,
      { ...CHEF, validator: { ...CHEF.validator, key: { secretId: "chef/validator" }, kmsKeyArn: KEY } },
      { ...CHEF, operator: { ...CHEF.operator, key: { ssmParameter: "/chef/operator.pem" }, kmsKeyArn: KEY } },
    ),
  },
  { requiredKeys: [] },
);

/** What is said of a function goes together; what is said of another kind stands alone. */
function reaperOf(sound: ReaperArgs | undefined, extra: ReaperArgs | undefined): ReaperArgs | undefined {
  const areFunctions = [sound, extra].every((reaper) => (reaper?.mode ?? "lambda") === "lambda");
  return areFunctions ? ({ ...sound, ...extra } as ReaperArgs) : (extra ?? sound);
}

const groups: fc.Arbitrary<Args> = fc
  .tuple(soundArguments(), more, ARM_OR_INTEL)
  .map(([{ imageId: _, ...sound }, extra, instanceType]): Args => {
    const args = { ...sound, ...extra, reaper: reaperOf(sound.reaper, extra.reaper), instanceType };
    // Of the type that bakes, for the rule to have nothing to say.
    return sound.mixedInstances
      ? { ...args, mixedInstances: { ...sound.mixedInstances, types: [{ instanceType }] } }
      : args;
  })
  .filter((args) => groupSettingIssues(args).length === 0);

describe("policy: the library's own resources", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure({});
  });
  after(() => pack.stop());

  it("violate no rule, whatever the valid arguments, on the first preview", async () => {
    await fc.assert(
      fc.asyncProperty(groups, async (args) => {
        const reports = await pack.judge(await declareLibrary({ ...args }));
        assert.deepEqual(
          reports.filter(({ level }) => level === "mandatory"),
          [],
        );
        const crippled = reports.filter(({ message }) => message.includes("during preview:"));
        assert.deepEqual(crippled, [], "a rule read an unknown value");
      }),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it("fail on the first preview if one of the types is not the one that baked", async () => {
    const types = [{ instanceType: "m7i.large" }, { instanceType: "m7i.xlarge" }];
    const resources = await declareLibrary({
      groupName: "staging-web",
      chef: CHEF,
      subnetIds: ["subnet-1", "subnet-2"],
      instanceType: "m7i.large",
      capacity: { min: 1, max: 2 },
      mixedInstances: { types },
    });
    const stopped = (await pack.judge(resources)).filter(({ level }) => level === "mandatory");
    assert.deepEqual(
      stopped.map(({ rule }) => rule),
      ["instance-type-matches-bake"],
    );
    assert.match(stopped[0]?.message ?? "", /runs 'm7i.xlarge' on an image that is baked on 'm7i.large'/);
  });
});
