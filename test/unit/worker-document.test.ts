import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../reaper/telemetry/metrics";
import { WORKER_EXIT } from "../../reaper/worker/run-worker";
import { wordsOf } from "../helpers/sources";

const ROOT = join(__dirname, "../..");
const DOCUMENT = readFileSync(join(ROOT, "docs/worker.md"), "utf8");

/** The cells of the table that follows a heading. */
function rowsUnder(heading: string): string[][] {
  const [, section = ""] = DOCUMENT.split(`\n## ${heading}\n`);
  const [table = ""] = section.split("\n## ");
  const lines = table.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => line.slice(2, -2).split(" | "));
}

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

describe("docs/worker.md", () => {
  it("lists every variable that the worker reads, and no other", () => {
    const sources = ["settings", "worker-settings", "reconcile-settings"].map((name) => `reaper/settings/${name}.ts`);
    const read = sources.flatMap(wordsOf).filter((word) => /^REAPER_[A-Z_]+$/.test(word));
    const told = rowsUnder("Environment").flatMap(([names = ""]) => quoted(names));
    assert.deepEqual(told.sort(), [...new Set(read)].sort());
  });

  it("has every metric with its names and meaning", () => {
    const told = rowsUnder("Metrics").map(([cloudWatch = "", prometheus = "", meaning]) => [
      ...quoted(cloudWatch),
      ...quoted(prometheus),
      meaning,
    ]);
    assert.deepEqual(
      told,
      Object.values(METRICS).map(({ name, prometheus, help }) => [name, prometheus, help]),
    );
  });

  it("has every exit code", () => {
    const told = rowsUnder("How it ends").map(([code]) => Number(code));
    assert.deepEqual(told, [...Object.values(WORKER_EXIT), 1].sort());
  });
});
