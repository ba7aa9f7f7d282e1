import assert from "node:assert/strict";
import { packForSuite } from "./judged";
import { EVENTS } from "./others/events";
import { HOSTS } from "./others/hosts";
import { IMAGES } from "./others/images";
import { resourcesOf } from "./stack";

const OTHERS = { ...HOSTS, ...IMAGES, ...EVENTS };

describe("policy: other programs, on a first preview without credentials", function () {
  this.timeout(240_000);
  const pack = packForSuite();

  it("are at least thirty", () => assert.ok(Object.keys(OTHERS).length >= 30));

  for (const [what, { stack, stops = [], advises = [], keepsSilent = [] }] of Object.entries(OTHERS)) {
    it(`${stops.length > 0 ? "are stopped" : "pass"}: ${what}`, async () => {
      const reports = await pack().judge(resourcesOf(stack));
      const of = (level: string) => reports.filter((report) => report.level === level).map(({ rule }) => rule);
      assert.deepEqual([...new Set(of("mandatory"))].sort(), [...stops].sort());
      for (const rule of advises) assert.ok(of("advisory").includes(rule), `no advice of ${rule}: ${of("advisory")}`);
      for (const rule of keepsSilent) assert.ok(!of("advisory").includes(rule), `advice of ${rule}`);
      assert.deepEqual(
        reports.filter(({ message }) => message.includes("during preview:")),
        [],
      );
      const said = reports.map(({ rule, urn, message }) => `${rule} ${urn} ${message}`);
      assert.equal(new Set(said).size, said.length, "something is said twice");
    });
  }
});
