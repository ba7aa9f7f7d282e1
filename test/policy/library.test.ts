import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChefAutoScalingGroupArgs, FunctionReaper, ReaperArgs } from "../../components";
import { groupSettingIssues } from "../../components/group/group-validation";
import { CHEF } from "../helpers/arguments";
import { soundArguments } from "../helpers/sound-arguments";
import { declareImages, declareLibrary } from "./library";
import { Pack } from "./pack";

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";

type Args = Omit<ChefAutoScalingGroupArgs, "imageId">;

const ARM_OR_INTEL = fc.constantFrom("t3.small", "m7i.large", "m7g.large", "c6gd.xlarge");

const SERVICE = {
  image: "123456789012.dkr.ecr.eu-west-3.amazonaws.com/reaper:1.2.0",
  subnetIds: ["subnet-1", "subnet-2"],
};

/** Arguments that the valid arguments for validation tests omit, and those that only a policy checks. */
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

/** Settings of two functions are merged; those of different modes are not. */
function reaperOf(sound: ReaperArgs | undefined, extra: ReaperArgs | undefined): ReaperArgs | undefined {
  const areFunctions = [sound, extra].every((reaper) => (reaper?.mode ?? "lambda") === "lambda");
  return areFunctions ? ({ ...sound, ...extra } as ReaperArgs) : (extra ?? sound);
}

const groups: fc.Arbitrary<Args> = fc
  .tuple(soundArguments(), more, ARM_OR_INTEL)
  .map(([{ imageId: _, ...sound }, extra, instanceType]): Args => {
    const args = { ...sound, ...extra, reaper: reaperOf(sound.reaper, extra.reaper), instanceType };
    // The type that bakes, so that the rule has no finding.
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

  const stops = async (resources: Awaited<ReturnType<typeof declareImages>>) =>
    (await pack.judge(resources)).filter(({ level }) => level === "mandatory").map(({ message }) => message);
  const THREE = { intel: "c7i.large", amd: "c7a.large", arm: "c7g.large" };
  const [INTEL, AMD, ARM] = [
    { instanceType: "c7i.large" },
    { instanceType: "c7a.large", image: "amd" },
    { instanceType: "c7g.large", image: "arm" },
  ];

  it("are checked type by type against the bake of each type's own image, on the first preview", async () => {
    assert.deepEqual(await stops(await declareImages(THREE, [INTEL, AMD, ARM])), []);
    const other = await stops(await declareImages(THREE, [INTEL, AMD, { ...ARM, instanceType: "c7g.xlarge" }]));
    assert.equal(other.length, 1, other.join("\n"));
    assert.match(other[0] ?? "", /runs 'c7g.xlarge' on an image that is baked on 'c7g.large' \(the bake 'arm-bake'\)/);
    // With two images that could be launched, the matching one does not hide the other
    const swapped = await stops(
      await declareImages(THREE, [{ instanceType: "c7a.large" }, { instanceType: "c7i.large", image: "amd" }, ARM]),
    );
    assert.equal(swapped.length, 2, swapped.join("\n"));
    assert.match(swapped.join("\n"), /runs 'c7a.large' on an image that is baked on 'c7i.large'/);
    assert.match(swapped.join("\n"), /runs 'c7i.large' on an image that is baked on 'c7a.large'/);
  });

  it("are checked by the rollout's inputs, since the provider ignores changes of the group's", async () => {
    const GROUP = "aws:autoscaling/group:Group";
    const made = (types: readonly { readonly instanceType: string }[]) => ({
      launchTemplate: { launchTemplateSpecification: { launchTemplateId: "lt-1", version: "1" }, overrides: types },
    });
    const later = async (now: readonly (typeof AMD | typeof INTEL)[], atFirst: Parameters<typeof made>[0]) => {
      const resources = await declareImages(THREE, now);
      return resources.map((one) =>
        one.type === GROUP ? { ...one, props: { ...one.props, mixedInstancesPolicy: made(atFirst) } } : one,
      );
    };
    const added = await stops(await later([INTEL, AMD, ARM, { instanceType: "c7i.xlarge" }], [INTEL]));
    assert.equal(added.length, 1, added.join("\n"));
    assert.match(added[0] ?? "", /'web-group' runs 'c7i.xlarge' on an image that is baked on 'c7i.large'/);
    assert.deepEqual(await stops(await later([INTEL, AMD, ARM], [{ instanceType: "c7i.xlarge" }])), []);
  });
});
