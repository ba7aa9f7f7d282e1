import assert from "node:assert/strict";
import fc from "fast-check";
import type { ChefAutoScalingGroupArgs } from "../../components";
import { groupMistakes } from "../../components/group/group-validation";
import { CHEF } from "../helpers/arguments";
import { declareLibrary } from "./library";
import { Pack } from "./pack";

type Args = Omit<ChefAutoScalingGroupArgs, "imageId">;

const ARM_OR_INTEL = fc.constantFrom("t3.small", "m7i.large", "m7g.large", "c6gd.xlarge", "r5.large");

const capacity = fc
  .tuple(fc.nat(5), fc.nat(5))
  .map(([one, other]) => ({ min: Math.min(one, other), max: Math.max(one, other) + 1 }));

const scaling = fc.record(
  {
    out: fc.oneof(
      fc.record({ threshold: fc.integer({ min: 51, max: 90 }), adjustment: fc.integer({ min: 1, max: 3 }) }),
      fc.record({
        steps: fc.constant([
          { from: 0, adjustment: 1 },
          { from: 10, adjustment: 3 },
        ]),
      }),
      fc.constant({ policy: { kind: "simple" as const } }),
    ),
    in: fc.record({ threshold: fc.integer({ min: 10, max: 50 }), adjustment: fc.integer({ min: -3, max: -1 }) }),
    targets: fc.constant({ cpu: { target: 50 } }),
  },
  { requiredKeys: [] },
);

const optional = fc.record(
  {
    launch: fc.constantFrom("template" as const, "configuration" as const),
    scaling,
    publicAddress: fc.boolean(),
    sessionManager: fc.boolean(),
    rootVolume: fc.record({ sizeGib: fc.integer({ min: 8, max: 100 }) }),
    targetGroupArns: fc.constant<string[]>(["arn:aws:elasticloadbalancing:eu-west-3:1:targetgroup/web/1"]),
    health: fc.constantFrom({ kind: "elb" as const, gracePeriodSeconds: 300 }, { kind: "ec2" as const }),
    hooks: fc.record({ launch: fc.constant({}), terminate: fc.constant({}) }, { requiredKeys: [] }),
    reaper: fc.record({ mode: fc.constantFrom("lambda" as const, "worker" as const) }),
    notifications: fc.constantFrom(
      {},
      { kmsKeyArn: "arn:aws:kms:eu-west-3:1:key/1" },
      { topicArn: "arn:aws:sns:eu-west-3:1:own" },
    ),
    observation: fc.record({ dashboard: fc.boolean() }),
    onDestroy: fc.constantFrom("remove" as const, "retain" as const),
    runList: fc.constant(["recipe[base]"]),
    tags: fc.constant({ team: "web" }),
    attributes: fc.constant({ web: { port: 80, secret: { from: "vault" } } }),
  },
  { requiredKeys: [] },
);

const groups: fc.Arbitrary<Args> = fc
  .record({ instanceType: ARM_OR_INTEL, capacity, optional, mixed: fc.boolean() })
  .map(
    ({ instanceType, capacity, optional, mixed }): Args => ({
      groupName: "staging-web",
      chef: CHEF,
      subnetIds: ["subnet-1", "subnet-2"],
      instanceType,
      capacity,
      ...optional,
      ...(mixed && optional.launch !== "configuration" ? { mixedInstances: { types: [{ instanceType }] } } : {}),
    }),
  )
  .filter((args) => groupMistakes(args).length === 0);

describe("policy: what the library declares", function () {
  this.timeout(180_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
    await pack.configure({});
  });
  after(() => pack.stop());

  it("is stopped by no rule, whatever the valid arguments, at the first preview", async () => {
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

  it("is stopped at the first preview where one of its types is not the one that baked", async () => {
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
