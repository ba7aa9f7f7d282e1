import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { labEnvironment } from "../../lab/services/environment";
import { projectRoot } from "../../lab/services/places";
import type { BakeSpec } from "../../packer";
import { templatePaths } from "../../packer/inputs/packer-files";
import { packerVariables } from "../../packer/run/variables";
import { bakeSpec } from "../helpers/bake-spec";

/** Packer requires that the files exist. */
const UPLOADS = { filesArchive: __filename, trees: {}, validatorKeyFile: __filename };

const SPECS: Record<string, Partial<BakeSpec>> = {
  "an image that is encrypted, copied and shared": {
    encryption: { kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" },
    copies: { "eu-west-3": { kmsKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/2" } },
    shareWith: ["123456789013"],
  },
  "an image that AWS's own key encrypts in one of its regions": {
    encryption: {},
    copies: { "eu-west-3": { kmsKeyArn: "arn:aws:kms:eu-west-3:123456789012:key/2" }, "us-east-1": {} },
  },
  "an image that is as its base image is, copied and shared": {
    copies: { "eu-west-3": {} },
    shareWith: ["123456789013"],
  },
  "an image with a larger root volume": { rootVolume: { sizeGib: 40 } },
  "an image with a root volume of another type": { rootVolume: { kind: "gp2" } },
  "an image that is baked on spot capacity": { spot: true },
  "an image that is baked through Session Manager": { sessionManager: true, instanceProfile: "bake" },
  "an S3-backed image": {
    instanceStore: {
      accountId: "123456789012",
      s3Bucket: "images/web",
      x509CertificateFile: __filename,
      x509KeyFile: __filename,
    },
    shareWith: ["123456789013"],
  },
};

describe("the Packer template", () => {
  for (const [title, changes] of Object.entries(SPECS)) {
    it(`is valid for ${title}`, () => {
      const folder = mkdtempSync(join(tmpdir(), "template-"));
      const spec = bakeSpec(changes);
      const kind = spec.instanceStore ? "instance-store" : "ebs";
      for (const path of templatePaths("classic", kind)) copyFileSync(path, join(folder, basename(path)));
      const file = join(folder, "variables.pkrvars.json");
      const names = { imageName: "web-1", nodeName: "bake-web-1", run: "1", startedAt: new Date(0) };
      const bake = { instanceType: "m5d.large", fingerprint: "f", inputs: {}, ...names };
      writeFileSync(
        file,
        JSON.stringify(packerVariables(spec, bake, "manifest.json", UPLOADS, spec.rootVolume && "/dev/xvda")),
      );
      const { status, stdout, stderr } = packer("validate", `-var-file=${file}`, folder);
      rmSync(folder, { recursive: true });
      assert.equal(status, 0, stdout + stderr);
    });
  }

  it("has the same steps for S3-backed images, and is formatted", () => {
    const template = join(projectRoot, "packer", "template");
    const [store, classic] = ["instance-store", "classic"].map((part) => {
      const text = readFileSync(join(template, part, "build.pkr.hcl"), "utf8");
      return text.slice(text.indexOf('  provisioner "file"'));
    });
    assert.equal(store, classic);
    assert.equal(packer("fmt", "-check", join(template, "instance-store")).status, 0);
  });
});

function packer(...args: string[]) {
  return spawnSync("packer", args, { encoding: "utf8", env: labEnvironment("http://127.0.0.1:9", 22) });
}
