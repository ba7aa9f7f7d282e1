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

/** The policy rules last: what they load is theirs alone. */
const ENTRIES = ["", "/testing", "/reaper", "/worker", "/policy"].map((entry) => `pulumi-chef-autoscaling${entry}`);

const RESOLUTIONS = {
  "Node's": { module: "node16" },
  "Pulumi's template's": { module: "commonjs", moduleResolution: "node10" },
  "a bundler's": { module: "esnext", moduleResolution: "bundler" },
};

describe("the packed package, as it is found and read", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "consumer-"));
  const place = join(folder, "node_modules/pulumi-chef-autoscaling");
  const packed = (path: string) => readFileSync(join(place, path), "utf8");

  before(() => installPacked(folder));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("holds what runs and what is read, and nothing of the laboratory", () => {
    const files = filesOf(place);
    assert.deepEqual(strangers(files), []);
    assert.deepEqual(missingFiles(JSON.parse(packed("package.json")), files), []);
    assert.match(packed("LICENSE"), /Apache License\s+Version 2\.0/);
  });

  it("holds every page and file that its pages link to", () => {
    const { followed, dead } = followLinks(place, markdownPages(place));
    assert.ok(followed > 60, `${followed} links followed`);
    assert.deepEqual(dead, []);
  });

  for (const [whose, resolution] of Object.entries(RESOLUTIONS)) {
    it(`type-checks the README's example and every entry in ${whose} resolution of modules`, () => {
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

  it("gives import every name that require gives, and loads neither the policy SDK nor AWS's for a program", () => {
    writeFileSync(join(folder, "names.mjs"), NAMES);
    const answer = execFileSync(process.execPath, ["names.mjs", ...ENTRIES], { cwd: folder, encoding: "utf8" });
    const { names, policySdk, awsSdk } = JSON.parse(answer) as Names;
    for (const entry of ENTRIES) assert.deepEqual(names[entry]?.imported, names[entry]?.required, entry);
    assert.ok(names[ENTRIES[0] as string]?.imported.includes("ChefAutoScalingGroup"));
    assert.ok(names[ENTRIES[4] as string]?.imported.includes("instanceTypeMatchesBake"));
    assert.deepEqual(policySdk, ["pulumi-chef-autoscaling/policy"]);
    // Its client of EC2 takes half a second to load, which every preview would wait for
    assert.ok(!awsSdk.includes(ENTRIES[0] as string), `${awsSdk} load the AWS SDK`);
  });

  it("depends on what its files import, and on nothing else", () => {
    const { dependencies, peerDependencies } = JSON.parse(packed("package.json"));
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = new Set(filesOf(join(place, "dist")).flatMap((path) => packagesIn(path, packed(`dist/${path}`))));
    assert.deepEqual([...imported].sort(), declared.sort());
  });

  it("brings the reaper's function in less than 300 KB, without the AWS SDK", () => {
    const bundle = packed("dist/lambda/reaper.js");
    assert.ok(bundle.length < 300_000, `${bundle.length} bytes`);
    assert.match(bundle, /require\("@aws-sdk\/client-ec2"\)/);
    assert.doesNotMatch(bundle, /node_modules\/@aws-sdk\/client-/);
  });

  it("runs the operators' command as it was installed", () => {
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

/** Packages that code or types of a file import; those of types alone by the package of the types. Bundles bring theirs along. */
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
  /** The entries that load `@pulumi/policy`, which a program need not have. */
  readonly policySdk: string[];
  /** The entries after which a client of the AWS SDK is loaded. */
  readonly awsSdk: string[];
}

/** Node reads the names of a CommonJS module from its text: `import` may miss what `require` finds. */
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
