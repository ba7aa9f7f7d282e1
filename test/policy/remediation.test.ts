import assert from "node:assert/strict";
import { rules } from "../../policy/rules";
import { TYPE } from "../../policy/stack/types";
import { Pack } from "./pack";
import { resourcesOf, type TestResource, type Written } from "./stack";

type Props = Readonly<Record<string, unknown>>;

/** A secret value in the form that the engine sends. */
function secret(value: unknown): unknown {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** For each rule that remediates: resources that violate it, and the result. */
const BROKEN: Readonly<Record<string, readonly { type: string; props: Props; mended: Props }[]>> = {
  "alarm-can-fire": [
    {
      type: TYPE.alarm,
      props: { metricName: "x", actionsEnabled: false, alarmActions: ["$unknown"] },
      mended: { actionsEnabled: true },
    },
  ],
  "metadata-hop-limit": [
    {
      type: TYPE.launchTemplate,
      props: { imageId: "$unknown", metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 3 } },
      mended: { metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 } },
    },
  ],
  "metadata-needs-token": [
    {
      type: TYPE.launchTemplate,
      props: { imageId: "$unknown" },
      mended: { metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" } },
    },
    {
      type: TYPE.launchConfiguration,
      props: { userData: secret("x"), metadataOptions: secret({ httpTokens: "optional" }) },
      mended: { metadataOptions: secret({ httpTokens: "required" }) },
    },
  ],
  "queue-encrypted": [{ type: TYPE.queue, props: { name: "$unknown" }, mended: { sqsManagedSseEnabled: true } }],
  "tags-propagate": [
    {
      type: TYPE.group,
      props: { name: "$unknown", tags: [{ key: "a", value: "$unknown", propagateAtLaunch: false }] },
      mended: { tags: [{ key: "a", value: "$unknown", propagateAtLaunch: true }] },
    },
  ],
  "volumes-encrypted": [
    {
      type: TYPE.launchTemplate,
      props: {
        blockDeviceMappings: [
          { deviceName: "$unknown", ebs: { volumeSize: 8 } },
          { ebs: secret({ encrypted: "false" }) },
        ],
      },
      mended: {
        blockDeviceMappings: [
          { deviceName: "$unknown", ebs: { volumeSize: 8, encrypted: true } },
          { ebs: secret({ encrypted: true }) },
        ],
      },
    },
    { type: TYPE.instance, props: { ami: "$unknown" }, mended: { rootBlockDevice: { encrypted: true } } },
  ],
};

function resource(written: Written): TestResource {
  return resourcesOf({ web: written })[0] as TestResource;
}

describe("policy: remediation", function () {
  this.timeout(240_000);
  let pack: Pack;
  before(async () => {
    pack = await Pack.start();
  });
  after(() => pack.stop());

  const broken = async (rule: string, subject: TestResource) =>
    (await pack.judge([subject])).filter((report) => report.rule === rule).length > 0;

  it("is tested for every rule that remediates", () => {
    const mending = rules.filter((rule) => "remediateResource" in rule).map(({ name }) => name);
    assert.deepEqual(Object.keys(BROKEN), mending.sort());
  });

  for (const [rule, cases] of Object.entries(BROKEN)) {
    for (const { type, props, mended } of cases) {
      it(`of ${rule} is off by default, and then remediates a ${type.split(":").at(-1)}`, async () => {
        const before = resource({ type, props });
        await pack.configure({});
        assert.ok(await broken(rule, before));
        assert.equal(await pack.remediate(before), undefined);

        await pack.configure({ [rule]: { level: "remediate" } });
        const after = await pack.remediate(before);
        assert.deepEqual(after, resource({ type, props: { ...props, ...mended } }).props);
        const asMended = { ...before, props: after ?? {} };
        assert.ok(!(await broken(rule, asMended)), "what was mended is still broken");
        assert.equal(await pack.remediate(asMended), undefined, "what is whole is mended again");
      });
    }
  }

  it("uses the configured hop limit, and does not change other types", async () => {
    await pack.configure({ "metadata-hop-limit": { level: "remediate", maximum: 2 } });
    const metadataOptions = { httpPutResponseHopLimit: 5 };
    const after = await pack.remediate(resource({ type: TYPE.launchTemplate, props: { metadataOptions } }));
    assert.deepEqual(after, { metadataOptions: { httpPutResponseHopLimit: 2 } });
    assert.equal(await pack.remediate(resource({ type: TYPE.queue, props: { metadataOptions } })), undefined);
  });
});
