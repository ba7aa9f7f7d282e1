import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createProgram } from "../../cli/program";
import { ChefAutoScalingGroup } from "../../components";
import { outputsOf } from "../../components/outputs/outputs-of";
import { projectRoot } from "../../lab/services/places";
import { packerOf } from "../../packer/inputs/packer-version";
import { groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";
import { examplesTried } from "../helpers/example-list";

const read = (file: string) => readFileSync(join(projectRoot, file), "utf8");
const README = read("README.md");
const COUNTS = [
  "no",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];

const quoted = (text = ""): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);

/** The second cell of the row that begins with this one. */
function besides(first: string): string {
  const row = README.split("\n").find((line) => line.startsWith(`| ${first} |`));
  assert.ok(row, `no row '${first}'`);
  return row.split(" | ")[1] ?? "";
}

describe("the README", () => {
  const { engines, peerDependencies } = JSON.parse(read("package.json"));

  it("states the versions that package.json requires", () => {
    const supported = besides("Pulumi").matchAll(/`(@pulumi\/\w+)` (\d+) from (\d+)\.(\d+)(?:\.(\d+))?/g);
    const ranges = [...supported].map(([, name = "", only, major, minor, patch = "0"]) => {
      assert.equal(major, only, name);
      return [name, `^${major}.${minor}.${patch}`];
    });
    assert.deepEqual(Object.fromEntries(ranges), peerDependencies);
    assert.equal(`>=${/^\d+\.\d+/.exec(besides("Node"))}`, engines.node);
  });

  it("states the oldest Packer that is accepted", () => {
    const [oldest = "", major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)/.exec(besides("Packer")) ?? [];
    assert.equal(packerOf(`Packer v${oldest}\n`).version, oldest);
    assert.throws(() => packerOf(`Packer v${major}.${minor}.${Number(patch) - 1}\n`), /is version/);
  });

  it("counts the examples, and those that the lab deploys", () => {
    const [inLab, declared, inPack] = (["in the lab", "declared", "in a pack's process"] as const).map(
      (how) => examplesTried(projectRoot, how).length,
    ) as [number, number, number];
    assert.equal(Number(/\[(\d+) small programs\]/.exec(README)?.[1]), inLab + declared + inPack);
    assert.equal(COUNTS.indexOf(/A test deploys (\w+) of them/.exec(README)?.[1] ?? ""), inLab);
  });

  it("names every command for operators", () => {
    const row = README.split("\n").find((line) => line.includes("**Operate.**"));
    const named = quoted(row).filter((word) => word !== "chef-autoscaling");
    const commands = createProgram().commands.map((command) => command.name());
    assert.deepEqual(
      named,
      commands.filter((name) => name !== "review"),
    );
    assert.ok(README.includes("chef-autoscaling review"));
  });

  it("lists every output of a group, and no other", async () => {
    let outputs: string[] = [];
    await declare(() => {
      outputs = Object.keys(outputsOf(new ChefAutoScalingGroup("web", groupArgs())));
    });
    const [, section = ""] = README.split("| output of a `ChefAutoScalingGroup` |");
    const [table = ""] = section.split("\n\n");
    const rows = table.split("\n").filter((line) => line.startsWith("| `"));
    assert.deepEqual(rows.flatMap((row) => quoted(row.split(" | ")[0])).sort(), outputs.sort());
  });
});

describe("CONTRIBUTING", () => {
  /** Whether there is a file or folder of this path, whose last part may contain stars. */
  function exists(path: string): boolean {
    const [folder, name] = [join(projectRoot, dirname(path)), basename(path)];
    const form = new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
    return existsSync(folder) && readdirSync(folder).some((one) => form.test(one));
  }

  it("names files that exist in its table; a name without a folder is in that of the name before it", () => {
    const rows = read("CONTRIBUTING.md")
      .split("\n")
      .filter((line) => line.startsWith("| "));
    assert.ok(rows.length > 15, `${rows.length} rows`);
    const missing = rows.flatMap((row) => {
      let folder = "";
      const paths = [...row.matchAll(/(?<=`)[\w./*-]+(?=`)|\bdocs\/[\w-]+\.\w+/g)].map(([word]) => word);
      return paths
        .filter((word) => /\/|\.ts$/.test(word))
        .map((word) => {
          const path = word.includes("/") ? word : join(folder, word);
          folder = path.endsWith("/") ? path : dirname(path);
          return path;
        })
        .filter((path) => !exists(path));
    });
    assert.deepEqual(missing, []);
  });
});
