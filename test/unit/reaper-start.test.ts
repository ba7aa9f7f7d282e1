import assert from "node:assert/strict";
import fc from "fast-check";
import { groupShape } from "../../components/group/group-shape";
import { reaperIssues } from "../../components/group/reaper-arguments";
import { reaperEnvironment, startIssues, workerEnvironment } from "../../components/reaper/reaper-environment";
import { argumentIssues } from "../../components/validation/check-arguments";
import { sentence } from "../../components/validation/issues";
import { readSettings } from "../../reaper/settings/settings";

type Given = NonNullable<Parameters<typeof reaperIssues>[0]>;

const CHEF = {
  serverUrl: "https://chef.example.com",
  validator: { name: "validator", key: { ssmParameter: "/v" } },
  operator: { name: "operator", key: { ssmParameter: "/o" } },
};
const QUEUE = { queueUrl: "https://sqs/queue", deadLetterQueueUrl: "https://sqs/dead" };
const COMMON = { chef: CHEF, groupNames: ["web"] };

/** Parses the deployed reaper's settings. @throws as the reaper does when it starts */
function start({ service, ...given }: Given): void {
  const processes = service?.maxTasks ?? 6;
  const common = reaperEnvironment({ ...given, ...COMMON, queue: QUEUE }, processes, { accountId: "123456789012" });
  const own = service ? workerEnvironment({ ...given, ...service }) : {};
  readSettings({ ...(common as Record<string, string>), ...own }, true);
}

describe("a deployed reaper", () => {
  const near = (...bounds: number[]) =>
    fc.oneof(
      ...bounds.flatMap((bound) => [bound - 1, bound, bound + 1, bound + 0.5]).map((value) => fc.constant(value)),
      fc.double({ noDefaultInfinity: false }),
    );
  const some = { requiredKeys: [] };
  const rate = fc
    .tuple(fc.integer({ min: 2, max: 20_000 }), fc.constantFrom("minutes", "hours", "days"))
    .map(([count, unit]) => `rate(${count} ${unit})`);
  const reconcile = fc.record(
    {
      scheduleExpression: rate,
      graceSeconds: near(0, 604_800),
      maxDeletions: near(1, 10_000),
      maxDeletionShare: near(0, 1),
    },
    some,
  );
  const numbers = { absenceGraceSeconds: near(0, 86_400), chefRequestsPerSecond: near(0, 1, 100_000) };
  const service = fc.record({ concurrency: near(1, 1000) }, some).map((more) => ({
    mode: "service" as const,
    service: { image: "acme/reaper:1", subnetIds: ["subnet-1"], ...more },
  }));
  const kind = fc.oneof(fc.constant({ mode: "lambda" as const }), service);
  const reapers = fc
    .tuple(
      kind,
      fc.record(
        { ...numbers, dryRun: fc.boolean(), reconcile: fc.oneof(reconcile, fc.constant(false as const)) },
        some,
      ),
    )
    .map(([mode, more]): Given => ({ ...mode, ...more }));

  it("starts with any arguments that pass validation", () => {
    let sound = 0;
    fc.assert(
      fc.property(reapers, (given) => {
        const shape = { reaper: groupShape.reaper };
        if (argumentIssues({ reaper: given } as never, shape as never, [() => reaperIssues(given)]).length > 0) return;
        sound++;
        start(given);
      }),
      { numRuns: 3000 },
    );
    assert.ok(sound > 100, `only ${sound} were sound`);
  });
});

describe("a mistake that no single argument shows", () => {
  const told = (more: object) => startIssues({ ...COMMON, ...more }).map(sentence);

  it("is found by the reaper's own parsing of its environment", () => {
    assert.deepEqual(told({ environment: { REAPER_CHEF_TIMEOUT_SECONDS: "20", TEAM: "web" } }), []);
    const [said = ""] = told({ environment: { REAPER_CONCURRENCY: "5000", REAPER_DRY_RUN: "yes" } });
    assert.match(said, /^'reaper' is .*REAPER_DRY_RUN is 'yes'.*REAPER_CONCURRENCY is '5000'.*'reaper.environment'/);
    const twoPlaces = { ...CHEF, operator: { name: " ", key: { ssmParameter: "/o", secretId: "o" } } };
    assert.match(told({ chef: twoPlaces })[0] ?? "", /REAPER_CHEF_CLIENT_NAME is missing.*exactly one of/);
  });

  it("is not reported until it is known", () => {
    const unknown = { REAPER_DRY_RUN: Promise.resolve("yes") };
    assert.deepEqual(told({ environment: unknown }), []);
  });
});
