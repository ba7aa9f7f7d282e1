import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { labEnvironment } from "../../lab/services/environment";
import { projectRoot } from "../../lab/services/places";
import { templatePaths } from "../../packer/inputs/packer-files";
import { packerOf } from "../../packer/inputs/packer-version";
import { prepareUploads } from "../../packer/inputs/uploads";
import { packerVariables } from "../../packer/run/variables";
import { bakeSpec } from "../helpers/bake-spec";

const TEMPLATE = join(projectRoot, "packer", "template");
const environment = labEnvironment("http://127.0.0.1:9", 22);

describe("the Packer template", function () {
  this.timeout(30_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "template-"));
    for (const path of templatePaths("classic")) copyFileSync(path, join(folder, basename(path)));
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is valid with the variables of a bake, with all or only the required ones", async () => {
    const bake = {
      instanceType: "t3.small",
      fingerprint: "f",
      inputs: {},
      imageName: "web-1",
      nodeName: "bake-web-1",
      run: "1",
      startedAt: new Date(0),
    };
    for (const spec of [
      bakeSpec(),
      bakeSpec({ subnetId: "subnet-1", associatePublicIpAddress: true, sshSourceCidrs: ["203.0.113.7/32"] }),
    ]) {
      const uploads = await prepareUploads(spec, mkdtempSync(join(folder, "uploads-")));
      const variables = join(folder, "variables.pkrvars.json");
      writeFileSync(variables, JSON.stringify(packerVariables(spec, bake, "manifest.json", uploads)));
      const { status, stdout, stderr } = packer("validate", `-var-file=${variables}`, folder);
      assert.equal(status, 0, stdout + stderr);
    }
  });

  for (const part of ["", "classic", "modern"]) {
    it(`is formatted, in '${join("packer/template", part)}'`, () => {
      const { status, stdout } = packer("fmt", "-check", "-diff", join(TEMPLATE, part));
      assert.equal(status, 0, stdout);
    });
  }

  it("keeps attributes out of Packer's log and output, also with PACKER_LOG", () => {
    const [declared] =
      /variable "chef_attributes" \{[^}]*\}/.exec(readFileSync(join(TEMPLATE, "variables.pkr.hcl"), "utf8")) ?? [];
    const place = mkdtempSync(join(folder, "log-"));
    const build = 'source "null" "image" {\n communicator = "none"\n}\nbuild {\n sources = ["source.null.image"]\n';
    const step = `environment_vars = ["CHEF_ATTRIBUTES=$\{var.chef_attributes}"]\n inline = ["printenv CHEF_ATTRIBUTES"]`;
    writeFileSync(join(place, "a.pkr.hcl"), `${declared}\n${build} provisioner "shell-local" {\n ${step}\n }\n}\n`);
    const spec = bakeSpec();
    const chef = { ...spec.chef, attributes: { password: "it's hidden" } };
    const uploads = { filesArchive: "", validatorKeyFile: "" } as never;
    const bake = { instanceType: "t3.small", fingerprint: "f", inputs: {}, imageName: "w", nodeName: "b", run: "1" };
    const all = packerVariables({ ...spec, chef }, { ...bake, startedAt: new Date(0) }, "manifest.json", uploads);
    writeFileSync(join(place, "v.pkrvars.json"), JSON.stringify({ chef_attributes: all.chef_attributes }));
    const args = ["build", `-var-file=${join(place, "v.pkrvars.json")}`, place];
    const logged = spawnSync("packer", args, { encoding: "utf8", env: { ...environment, PACKER_LOG: "1" } });
    const said = logged.stdout + logged.stderr;
    assert.equal(logged.status, 0, said);
    assert.match(said, /null\.image: <sensitive>/);
    assert.ok(!said.includes("hidden"), said);
  });

  it("has the same steps for old and new Packer", () => {
    const [classic, modern] = ["classic", "modern"].map((part) => {
      const text = readFileSync(join(TEMPLATE, part, "build.pkr.hcl"), "utf8");
      return text.slice(text.indexOf('  provisioner "shell"'));
    });
    assert.ok(classic?.includes("leak-gate.sh"));
    assert.equal(modern, classic);
  });

  it("keeps what the installed Packer does not support in modern/", () => {
    const { generation } = packerOf(execFileSync("packer", ["version"], { encoding: "utf8", env: environment }));
    assert.equal(generation, "classic");
    const modern = mkdtempSync(join(tmpdir(), "template-"));
    for (const path of templatePaths("modern")) copyFileSync(path, join(modern, basename(path)));
    const { status, stdout, stderr } = packer("validate", "-syntax-only", modern);
    rmSync(modern, { recursive: true });
    assert.notEqual(status, 0);
    assert.match(stdout + stderr, /required_plugins/);
  });

  function packer(...args: string[]) {
    return spawnSync("packer", args, { encoding: "utf8", env: environment });
  }
});
