import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPacker, packerOf } from "../../packer/packer-version";

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

  it("is known by its version, also where a newer one is announced", () => {
    assert.deepEqual(packerOf("Packer v1.6.6\n"), { version: "1.6.6", generation: "classic" });
    assert.deepEqual(packerOf("Packer v1.9.5"), { version: "1.9.5", generation: "classic" });
    assert.deepEqual(packerOf("Packer v1.10.0-dev\n"), { version: "1.10.0", generation: "modern" });
    const announcing = "Packer v1.11.2\n\nYour version of Packer is out of date! The latest version\nis 1.16.0.";
    assert.deepEqual(packerOf(announcing), { version: "1.11.2", generation: "modern" });
    assert.deepEqual(packerOf("Packer v2.0.0"), { version: "2.0.0", generation: "modern" });
  });

  for (const version of ["0.12.3", "1.4.9", "1.6.5"]) {
    it(`is refused when it is ${version}, with the way out`, () => {
      assert.throws(() => packerOf(`Packer v${version}`), {
        message: new RegExp(`^the 'packer' on PATH is version '${version}'; install Packer 1.6.6 or newer`),
      });
    });
  }

  it("is refused when it is another program of that name", () => {
    program("echo '0 0'");
    assert.throws(() => checkPacker(), /is not HashiCorp's: it said '0 0'; install Packer .* first on PATH$/);
  });

  it("is missed with the way out", () => {
    assert.throws(
      () => checkPacker(),
      /^Error: there is no 'packer' on PATH; install Packer 1.6.6 or newer \(Debian: /,
    );
  });

  it("may fail to answer", () => {
    program("exit 3");
    assert.throws(() => checkPacker(), /'packer version' failed: .*; install Packer/);
  });

  it("is asked for its version without a question to the network", () => {
    program('[ "$1" = version ] && [ "$CHECKPOINT_DISABLE" = 1 ] && echo "Packer v1.12.0"');
    assert.equal(checkPacker().version, "1.12.0");
  });

  function program(script: string): void {
    writeFileSync(join(folder, "packer"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "packer"), 0o755);
  }
});
