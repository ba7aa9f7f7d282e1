import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type * as testing from "../../components/testing/mocks";
import { BAKED_IMAGE } from "../../components/testing/mocks";
import { projectRoot } from "../../lab/services/places";
import { runToItsEnd } from "../helpers/declare";
import { DECLARED, type DeclaredExample, Seen } from "../helpers/declared-examples";
import { examplesTried } from "../helpers/example-list";
import { installPacked } from "./packed-package";

const COMPILER = { target: "ES2021", module: "node20", strict: true, skipLibCheck: true, esModuleInterop: true };

/** Short enough to read a program at a glance. */
const MOST_LINES = 60;

describe("the declared examples, with the packed package", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "examples-"));
  const folders = readdirSync(join(projectRoot, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const source = (name: string) => readFileSync(join(folder, name, "index.ts"), "utf8");

  before(() => {
    installPacked(folder);
    cpSync(join(folder, "node_modules/pulumi-chef-autoscaling/examples"), folder, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are all examples besides those that the lab runs", () => {
    const tried = (["in the lab", "declared", "in a pack's process"] as const).map((how) =>
      examplesTried(projectRoot, how),
    );
    assert.deepEqual(tried.flat().sort(), folders.sort());
    assert.deepEqual(tried[1]?.sort(), Object.keys(DECLARED).sort());
  });

  it("have short programs, whose comment names the configuration that they require", () => {
    for (const name of [...Object.keys(DECLARED), "own-policy-pack"]) {
      const text = source(name);
      const project = name === "own-policy-pack" ? "PulumiPolicy.yaml" : "Pulumi.yaml";
      assert.deepEqual(readdirSync(join(folder, name)).sort(), [project, "index.ts"], name);
      assert.ok(text.trimEnd().split("\n").length <= MOST_LINES, `${name} is long`);
      const comment = /^\/\*\*\n \* For [\s\S]*?\*\//.exec(text)?.[0];
      assert.ok(comment, `${name} does not say for whom it is`);
      const wanted = [...text.matchAll(/config\.(?:require|get)(?:Object<.+>)?\("(\w+)"\)/g)].map(([, key]) => key);
      assert.deepEqual(
        wanted.filter((key) => !comment.includes(`\`${key}\``)),
        [],
        name,
      );
    }
  });

  it("are type-checked against the tarball's own types, together with those of the lab", () => {
    const files = folders.flatMap((name) =>
      ["index.ts", "reaper.ts"].map((file) => `${name}/${file}`).filter((file) => existsSync(join(folder, file))),
    );
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER, files }));
    try {
      execFileSync(join(projectRoot, "node_modules/typescript-native/bin/tsc"), ["-p", folder, "--noEmit"], {
        encoding: "utf8",
      });
    } catch (error) {
      assert.fail((error as { stdout: string }).stdout);
    }
  });

  for (const [name, example] of Object.entries(DECLARED)) {
    it(`${name}: declares what it demonstrates`, async () => example.assess(await declared(folder, name, example)));
  }

  it("get an id for each copy of a baked image with the mocks, even if a test does not define it", async () => {
    const { config, region } = DECLARED["several-regions"] as DeclaredExample;
    const seen = await declared(folder, "several-regions", { config, region, assess: () => {} });
    const images = seen.all("aws:ec2/launchTemplate:LaunchTemplate").map(({ imageId }) => imageId);
    assert.deepEqual(images, [BAKED_IMAGE, BAKED_IMAGE]);
  });
});

/** Runs a program with the mocks of the package that it imports. */
async function declared(folder: string, name: string, { config = {}, region = "us-east-1", outputs }: DeclaredExample) {
  const load = createRequire(join(folder, name, "index.ts"));
  const { setMocks } = load("pulumi-chef-autoscaling/testing") as typeof testing;
  const resources = await setMocks({ project: name, stack: "dev", region, outputs });
  const settings = { chef: CHEF, imageId: "ami-0a", subnetIds: ["subnet-0a", "subnet-0b"], ...config };
  const written = Object.entries(settings).map(([key, value]) => [
    `${name}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig({ "aws:region": region, ...Object.fromEntries(written) });
  delete load.cache[load.resolve("./index.ts")]; // run the program again even if it was loaded before
  await runToItsEnd(() => load("./index.ts"));
  return new Seen(resources);
}

const CHEF = {
  serverUrl: "https://chef.example.com/organizations/acme",
  validator: { name: "acme-validator", key: { ssmParameter: "/chef/validator.pem" } },
  operator: { name: "autoscaling-operator", key: { ssmParameter: "/chef/operator.pem" } },
};
