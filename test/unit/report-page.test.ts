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
    { name: "destroy", title: "destroy", startedAt: 60, seconds: 40, held: true, figure: "nothing left" },
  ],
  samples: [
    { seconds: 1, nodes: 0 },
    { seconds: 2, nodes: 1, cpu: 50 },
    { seconds: 3, nodes: 2, cpu: 100 },
    { seconds: 4, nodes: 2 },
    { seconds: 5, nodes: 2, cpu: 10 },
    { seconds: 6, nodes: 1, cpu: 10 },
  ],
};

describe("report page", () => {
  const page = renderPage(run);

  it("needs nothing from outside", () => {
    assert.doesNotMatch(page, /(src|href)=|@import|url\(|<script/);
  });

  it("has a row per step and quotes what was seen as text", () => {
    assert.equal(page.match(/<tr><td>/g)?.length, 2);
    assert.match(page, /40 resources &lt;all&gt;/);
    assert.doesNotMatch(page, /<all>/);
  });

  it("leaves a gap where a value is missing: the CPU has two lines, the nodes one", () => {
    assert.equal(panel(page, "cpu").match(/class="line"/g)?.length, 2);
    assert.equal(panel(page, "nodes").match(/class="line"/g)?.length, 1);
  });

  it("says when a step did not hold", () => {
    const failed = renderPage({ ...run, held: false, steps: [{ ...run.steps[0], held: false }] });
    assert.match(failed, /a step did not hold/);
    assert.match(failed, /<tr class="failed">/);
  });
});

function panel(page: string, colour: string): string {
  const found = page.match(new RegExp(`<g class="${colour}">.*?</g>`, "s"));
  assert.ok(found, `no panel '${colour}'`);
  return found[0];
}
