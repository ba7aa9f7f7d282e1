import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templatePaths, withEd25519 } from "../../packer/inputs/packer-files";
import { checkPacker, makesEd25519, packerOf } from "../../packer/inputs/packer-version";

describe("the Packer on PATH", () => {
  const path = process.env.PATH;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "path-"));
    process.env.PATH = folder;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  it("is recognized by its version, even if a newer one is announced", () => {
    assert.deepEqual(packerOf("Packer v1.6.6\n"), { version: "1.6.6", generation: "classic" });
    assert.deepEqual(packerOf("Packer v1.9.5"), { version: "1.9.5", generation: "classic" });
    assert.deepEqual(packerOf("Packer v1.10.0-dev\n"), { version: "1.10.0", generation: "modern" });
    const announcing = "Packer v1.11.2\n\nYour version of Packer is out of date! The latest version\nis 1.16.0.";
    assert.deepEqual(packerOf(announcing), { version: "1.11.2", generation: "modern" });
    assert.deepEqual(packerOf("Packer v2.0.0"), { version: "2.0.0", generation: "modern" });
  });

  it("creates ed25519 key pairs from 1.8 on, which only the template files for older versions cannot request", () => {
    const versions = ["1.6.6", "1.7.10", "1.8.0", "1.9.5", "1.10.0"];
    assert.deepEqual(versions.map(makesEd25519), [false, false, true, true, true]);
    const says = (path: string) => readFileSync(path, "utf8").includes('temporary_key_pair_type = "ed25519"');
    assert.deepEqual(templatePaths("modern").filter(says).length, 1);
    for (const kind of ["ebs", "instance-store"] as const) {
      const texts = templatePaths("classic", kind).map((file) => readFileSync(file, "utf8"));
      const lines = texts
        .map(withEd25519)
        .join("")
        .match(/^ +temporary_key_pair_type = "ed25519"$/gm);
      assert.deepEqual([texts.join("").includes("temporary_key_pair_type"), lines?.length], [false, 1]);
    }
  });

  for (const version of ["0.12.3", "1.4.9", "1.6.5"]) {
    it(`is refused if it is ${version}, with the fix`, () => {
      assert.throws(() => packerOf(`Packer v${version}`), {
        message: new RegExp(`^the 'packer' on PATH is version '${version}'; install Packer 1.6.6 or newer`),
      });
    });
  }

  it("is refused if it is another program of that name", () => {
    program("echo '0 0'");
    assert.throws(() => checkPacker(), /is not HashiCorp's: it printed '0 0'; install Packer .* first on PATH$/);
  });

  it("is reported as missing, with the fix", () => {
    assert.throws(
      () => checkPacker(),
      /^Error: there is no 'packer' on PATH; install Packer 1.6.6 or newer \(Debian: /,
    );
  });

  it("may fail to answer", () => {
    program("exit 3");
    assert.throws(() => checkPacker(), /'packer version' failed: .*; install Packer/);
  });

  it("is asked for its version without network access", () => {
    program('[ "$1" = version ] && [ "$CHECKPOINT_DISABLE" = 1 ] && echo "Packer v1.12.0"');
    assert.equal(checkPacker().version, "1.12.0");
  });

  function program(script: string): void {
    writeFileSync(join(folder, "packer"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "packer"), 0o755);
  }
});
