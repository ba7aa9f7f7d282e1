import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { architectureDocument } from "../../docs/architecture";
import { type Import, importsOf, roomOf, sourcesIn } from "../../docs/imports";
import { projectRoot } from "../../lab/services/places";

/** The folders that each place may import besides itself; a place without an entry may import nothing of ours. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "index.ts": ["stacks"],
  stacks: ["components", "packer", "chef", "aws", "reaper"],
  components: ["packer", "rollout", "reaper", "chef", "aws", "contract", "common"],
  packer: ["chef", "aws", "contract", "common"],
  cli: ["policy", "packer", "rollout", "reaper", "chef", "aws", "contract", "common"],
  rollout: ["chef", "aws", "common"],
  reaper: ["chef", "aws", "contract", "common"],
  chef: ["aws", "common"],
  aws: ["common"],
  policy: ["aws", "contract", "common"],
  contract: [],
  common: [],
};

describe("the import rules", () => {
  const imports = Object.keys(MAY_IMPORT).flatMap(sourcesIn).flatMap(importsOf);

  it("cover all files", () => assert.ok(imports.length > 1000, `${imports.length} imports`));

  it("permit no import that points up", () => {
    const up = imports.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      return room !== other && !MAY_IMPORT[room]?.includes(other);
    });
    assert.deepEqual(up.map(shown), []);
  });

  it("permit no cycle of folders", () => {
    assert.deepEqual(circles(imports), []);
  });

  it("are drawn in docs/architecture.svg; `npm run docs` draws it", () => {
    assert.equal(readFileSync(join(projectRoot, "docs/architecture.svg"), "utf8"), architectureDocument());
  });

  it("cover every folder of the repository, with what it contains, in docs/architecture.md", () => {
    const built = ["dist", "node_modules", "site"];
    const entries = readdirSync(projectRoot, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const folders = entries.map(({ name }) => name).filter((name) => !name.startsWith(".") && !built.includes(name));
    const rows = readFileSync(join(projectRoot, "docs/architecture.md"), "utf8").match(/^\| `[^|]*\|/gm) ?? [];
    const listed = rows.flatMap((row) => [...row.matchAll(/`(\w+)\/`/g)].map(([, folder]) => folder));
    assert.deepEqual(listed.sort(), folders.sort());
  });

  it("permit resources only in components: nothing below them uses Pulumi", () => {
    const knowing = ["packer", "rollout", "reaper", "chef", "aws", "cli", "common"]
      .flatMap(sourcesIn)
      .filter((file) => /from "@pulumi\//.test(readFileSync(join(projectRoot, file), "utf8")));
    assert.deepEqual(knowing, []);
  });
});

function shown({ from, to }: Import): string {
  return `${from} imports ${to}`;
}

/** Cycles of folders, each with an import that closes it. */
function circles(all: readonly Import[]): string[] {
  const between = all.filter(({ from, to }) => dirname(from) !== dirname(to));
  const next = new Map<string, Set<string>>();
  for (const { from, to } of between) {
    const folders = next.get(dirname(from)) ?? new Set();
    next.set(dirname(from), folders.add(dirname(to)));
  }
  const leads = (start: string, goal: string, seen = new Set<string>()): boolean =>
    [...(next.get(start) ?? [])].some(
      (folder) => folder === goal || (!seen.has(folder) && leads(folder, goal, seen.add(folder))),
    );
  return between.filter(({ from, to }) => leads(dirname(to), dirname(from))).map(shown);
}
