import assert from "node:assert/strict";
import { renderPage } from "../../lab/report/page";
import type { RunRecord } from "../../lab/report/run-record";

const run: RunRecord = {
  held: true,
  startedAt: "2026-11-22T20:00:00.000Z",
  seconds: 100,
  engine: "in-process engine",
  reaper: "lambda",
  runDir: "runs/1",
  steps: [
    { name: "up", title: "create", startedAt: 0, seconds: 60, held: true, figure: "40 resources <all>" },
    { name: "bad boot", title: "roll out", startedAt: 60, seconds: 0.2, held: true, figure: "taken back" },
    { name: "secrets", title: "look for keys", startedAt: 60.2, seconds: 0.1, held: true, figure: "none" },
    { name: "destroy", title: "destroy", startedAt: 60.3, seconds: 39.7, held: true, figure: "nothing left" },
  ],
  samples: [
    { seconds: 1, nodes: 0 },
    { seconds: 2, nodes: 1, cpu: 50 },
    { seconds: 3, nodes: 2, cpu: 100 },
    { seconds: 4, nodes: 2, rollout: { id: "a", status: "InProgress" } },
    { seconds: 5, nodes: 2, cpu: 10, rollout: { id: "a", status: "RollbackInProgress" } },
    { seconds: 6, nodes: 1, cpu: 10, rollout: { id: "a", status: "RollbackSuccessful" } },
    { seconds: 7, rollout: { id: "b", status: "InProgress" } },
    { seconds: 8, rollout: { id: "b", status: "Successful" } },
  ],
};

describe("report page", () => {
  const page = renderPage(run);

  it("loads nothing from outside", () => {
    assert.doesNotMatch(page, /(src|href)=|@import|url\(|<script/);
  });

  it("has a row per step and quotes observed values as text", () => {
    assert.equal(page.match(/<tr><td>/g)?.length, 4);
    assert.match(page, /40 resources &lt;all&gt;/);
    assert.doesNotMatch(page, /<all>/);
  });

  it("leaves a gap for a missing value: the CPU has two lines, the nodes one", () => {
    assert.equal(panel(page, "cpu").match(/class="line"/g)?.length, 2);
    assert.equal(panel(page, "nodes").match(/class="line"/g)?.length, 1);
  });

  it("has number and name of every step in both pictures, without overlaps", () => {
    for (const picture of pictures(page)) {
      const marks = [
        ...picture.matchAll(/<g class="step">.*?<circle[^>]*cx="([\d.]+)" cy="([\d.]+)".*?>([\w ]+)<\/text><\/g>/g),
      ];
      assert.deepEqual(
        marks.map(([, , , name]) => name),
        run.steps.map(({ name }) => name),
      );
      const [, badBoot, secrets] = marks;
      assert.notEqual(badBoot?.[2], secrets?.[2], "two that come at the same time stand in one lane");
    }
  });

  it("marks the first maximum with its time", () => {
    assert.equal(panel(page, "cpu").match(/class="peak"/g)?.length, 1);
    assert.match(panel(page, "cpu"), /highest 100 % after 3 s/);
    assert.match(panel(page, "nodes"), /highest 2 after 3 s/);
    assert.doesNotMatch(panel(page, "queue"), /class="peak"/);
  });

  it("shows the progress of rollouts and rollbacks, and how they ended", () => {
    for (const picture of pictures(page)) {
      const ways = [...picture.matchAll(/class="rollout (\w+)"/g)].map(([, way]) => way);
      assert.deepEqual(ways, ["out", "back", "out"]);
      assert.match(picture, /Rollouts <tspan[^>]*>taken back, then rolled out</);
    }
    assert.doesNotMatch(renderPage({ ...run, samples: run.samples.slice(0, 3) }), /Rollouts/);
  });

  it("stays within its pictures", () => {
    for (const picture of pictures(page)) {
      const [, width] = /viewBox="0 0 (\d+)/.exec(picture) ?? [];
      const right = [...picture.matchAll(/ x="([\d.]+)"(?: y="[\d.]+" width="([\d.]+)")?/g)].map(
        ([, x, wide = 0]) => Number(x) + Number(wide),
      );
      assert.ok(Math.max(...right) <= Number(width), `${Math.max(...right)} of ${width}`);
    }
  });

  it("reports a failed step", () => {
    const failed = renderPage({ ...run, held: false, steps: [{ ...run.steps[0], held: false }] });
    assert.match(failed, /a step did not hold/);
    assert.match(failed, /<tr class="failed">/);
  });
});

/** The wide and the narrow picture. */
function pictures(page: string): string[] {
  const found = page.match(/<svg .*?<\/svg>/gs) ?? [];
  assert.equal(found.length, 2);
  return found;
}

function panel(page: string, colour: string): string {
  const found = page.match(new RegExp(`<g class="${colour}">.*?</g>`, "s"));
  assert.ok(found, `no panel '${colour}'`);
  return found[0];
}
