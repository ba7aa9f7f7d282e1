import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { missingFiles, strangers } from "../../release/contents";
import { followLinks, markdownPages } from "../helpers/links";
import { installPacked } from "./packed-package";

/** The policy rules last, because no other entry may load what they load. */
const ENTRIES = ["", "/testing", "/reaper", "/worker", "/policy"].map((entry) => `pulumi-chef-autoscaling${entry}`);

const RESOLUTIONS = {
  "Node's": { module: "node16" },
  "Pulumi's template's": { module: "commonjs", moduleResolution: "node10" },
  "a bundler's": { module: "esnext", moduleResolution: "bundler" },
};

describe("the files and entries of the packed package", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  const place = join(folder, "node_modules/pulumi-chef-autoscaling");
  const packed = (path: string) => readFileSync(join(place, path), "utf8");

  before(() => installPacked(folder));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("contain what runs and what is documented, and nothing of the lab", () => {
    const files = filesOf(place);
    assert.deepEqual(strangers(files), []);
    assert.deepEqual(missingFiles(JSON.parse(packed("package.json")), files), []);
    assert.match(packed("LICENSE"), /Apache License\s+Version 2\.0/);
  });

  it("contain every page and file that the pages link to", () => {
    const { followed, dead } = followLinks(place, markdownPages(place));
    assert.ok(followed > 60, `${followed} links followed`);
    assert.deepEqual(dead, []);
  });

  for (const [whose, resolution] of Object.entries(RESOLUTIONS)) {
    it(`type-check the README's example and every entry with ${whose} module resolution`, () => {
      const example = /```ts\n([\s\S]*?)```/.exec(packed("README.md"))?.[1];
      assert.ok(example, "the README has no example");
      writeFileSync(join(folder, "index.ts"), example);
      writeFileSync(join(folder, "entries.ts"), ENTRIES.map((entry) => `export * from "${entry}";`).join("\n"));
      const options = { target: "ES2021", strict: true, types: ["node"], noEmit: true, ...resolution };
      const project = { compilerOptions: options, files: ["index.ts", "entries.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
      const compiler = ["--import", "tsx", join(__dirname, "type-mistakes.ts"), folder];
      const answer = execFileSync(process.execPath, compiler, { cwd: projectRoot, encoding: "utf8" });
      assert.match(answer, /^\d{2,} declarations read\n$/);
    });
  }

  it("export the same names for import and require, and load neither the policy SDK nor the AWS SDK for a program", () => {
    writeFileSync(join(folder, "names.mjs"), NAMES);
    const answer = execFileSync(process.execPath, ["names.mjs", ...ENTRIES], { cwd: folder, encoding: "utf8" });
    const { names, policySdk, awsSdk } = JSON.parse(answer) as Names;
    for (const entry of ENTRIES) assert.deepEqual(names[entry]?.imported, names[entry]?.required, entry);
    assert.ok(names[ENTRIES[0] as string]?.imported.includes("ChefAutoScalingGroup"));
    assert.ok(names[ENTRIES[4] as string]?.imported.includes("instanceTypeMatchesBake"));
    assert.deepEqual(policySdk, ["pulumi-chef-autoscaling/policy"]);
    // Its EC2 client takes half a second to load, which would delay every preview
    assert.ok(!awsSdk.includes(ENTRIES[0] as string), `${awsSdk} load the AWS SDK`);
  });

  it("import exactly the declared dependencies", () => {
    const { dependencies, peerDependencies } = JSON.parse(packed("package.json"));
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = new Set(filesOf(join(place, "dist")).flatMap((path) => packagesIn(path, packed(`dist/${path}`))));
    assert.deepEqual([...imported].sort(), declared.sort());
  });

  it("include the reaper's function with the size that docs/reaper.md states, without the AWS SDK", () => {
    const bundle = packed("dist/lambda/reaper.js");
    const [, kilobytes] = /bundle is\s+about (\d+) KB/.exec(packed("docs/reaper.md")) ?? [];
    const off = Math.abs(bundle.length / 1000 / Number(kilobytes) - 1);
    assert.ok(off < 0.05, `${bundle.length} bytes, ${kilobytes} KB in docs/reaper.md`);
    assert.match(bundle, /require\("@aws-sdk\/client-ec2"\)/);
    assert.doesNotMatch(bundle, /node_modules\/@aws-sdk\/client-/);
  });

  it("include the operators' command, which runs as installed", () => {
    const run = (option: string) =>
      execFileSync(join(place, "dist/cli/main.js"), [option], { cwd: folder, encoding: "utf8" });
    assert.match(run("--help"), /^Usage: chef-autoscaling /);
    assert.equal(run("--version").trim(), JSON.parse(packed("package.json")).version);
  });
});

function filesOf(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return found.filter((path) => statSync(join(folder, path)).isFile());
}

/** Packages that a file's code or types import; packages without own types by their @types package. Bundles include their dependencies. */
function packagesIn(path: string, text: string): string[] {
  if (!/\.(js|d\.ts)$/.test(path) || /^(lambda|providers|worker)\//.test(path)) return [];
  const imports = text.matchAll(
    /(?:^|[^\w.])(?:require|import)\("([^".][^"]*)"\)|^(?:import|export)\b[^"\n]* from "([^".][^"]*)"/gm,
  );
  return [...imports]
    .map(([, required, typed]) => (required ?? typed) as string)
    .filter((name) => !isBuiltin(name) && name !== "pulumi-chef-autoscaling")
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name)
    .map((name) => (name === "aws-lambda" ? "@types/aws-lambda" : name));
}

interface Names {
  readonly names: Readonly<Record<string, { readonly required: string[]; readonly imported: string[] }>>;
  /** The entries that load `@pulumi/policy`, which a program may not have installed. */
  readonly policySdk: string[];
  /** The entries after which a client of the AWS SDK is loaded. */
  readonly awsSdk: string[];
}

/** Node reads the exported names of a CommonJS module from its source, so `import` may miss names that `require` finds. */
const NAMES = `
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const names = {};
const policySdk = [];
const awsSdk = [];
const loads = (name) => Object.keys(require.cache).some((path) => path.includes(name));
for (const entry of process.argv.slice(2)) {
  const imported = Object.keys(await import(entry)).filter((name) => !["__esModule", "default", "module.exports"].includes(name));
  names[entry] = { imported: imported.sort(), required: Object.keys(require(entry)).sort() };
  if (loads("/@pulumi/policy/")) policySdk.push(entry);
  if (loads("/@aws-sdk/client-")) awsSdk.push(entry);
}
console.log(JSON.stringify({ names, policySdk, awsSdk }));
`;
