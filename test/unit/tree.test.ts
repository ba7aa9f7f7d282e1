import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inputsOf } from "../../packer/inputs/fingerprint";
import { hashTree, treeDigests } from "../../packer/inputs/tree";
import { prepareUploads } from "../../packer/inputs/uploads";
import { bakeSpec } from "../helpers/bake-spec";

describe("the digest of a folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tree-"));
    mkdirSync(join(folder, "recipes"));
    writeFileSync(join(folder, "metadata.rb"), "name 'web'");
    writeFileSync(join(folder, "recipes", "default.rb"), "package 'nginx'");
    symlinkSync("default.rb", join(folder, "recipes", "latest.rb"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const CHANGES: Record<string, () => void> = {
    "a file's content": () => writeFileSync(join(folder, "metadata.rb"), "name 'Web'"),
    "a new file": () => writeFileSync(join(folder, "recipes", "new.rb"), ""),
    "a new folder with a file": () => {
      mkdirSync(join(folder, "files"));
      writeFileSync(join(folder, "files", "a"), "");
    },
    "a file's name": () => renameSync(join(folder, "metadata.rb"), join(folder, "metadata.json")),
    "a file that can be run": () => chmodSync(join(folder, "metadata.rb"), 0o755),
    "where a link leads": () => {
      rmSync(join(folder, "recipes", "latest.rb"));
      symlinkSync("../metadata.rb", join(folder, "recipes", "latest.rb"));
    },
    "bytes that move from one file into the next": () => {
      writeFileSync(join(folder, "metadata.rb"), "name 'web'p");
      writeFileSync(join(folder, "recipes", "default.rb"), "ackage 'nginx'");
    },
  };
  for (const [change, make] of Object.entries(CHANGES)) {
    it(`changes with ${change}`, () => {
      const before = hashTree(folder);
      make();
      assert.notEqual(hashTree(folder), before);
    });
  }

  it("does not depend on times, or on where the folder is", () => {
    const before = hashTree(folder);
    utimesSync(join(folder, "metadata.rb"), 1, 1);
    const moved = `${folder}-moved`;
    renameSync(folder, moved);
    folder = moved;
    assert.match(before, /^[0-9a-f]{64}$/);
    assert.equal(hashTree(folder), before);
  });

  it("covers a file that is larger than one piece, to its last byte", () => {
    const large = Buffer.alloc(3_000_000, 7);
    writeFileSync(join(folder, "large"), large);
    const before = hashTree(folder);
    large[large.length - 1] = 8;
    writeFileSync(join(folder, "large"), large);
    assert.notEqual(hashTree(folder), before);
  });

  it("is part of the image's fingerprint, with the place it is copied to", () => {
    const inputs = (place: string) => inputsOf(bakeSpec({ files: { [place]: folder } }), "t3.small", "1.6.6");
    const [here, there] = [inputs("/opt/cookbooks"), inputs("/srv/cookbooks")];
    assert.equal(here["files /opt/cookbooks"], there["files /srv/cookbooks"]);
    assert.equal(here["files /srv/cookbooks"], undefined);
  });

  it("is that of the uploaded copy, even if folders are nested or given by a link", async () => {
    const staging = mkdtempSync(join(tmpdir(), "staging-"));
    try {
      chmodSync(join(folder, "metadata.rb"), 0o755);
      symlinkSync(folder, join(staging, "link"));
      const files = { "/opt": folder, "/opt/recipes": join(folder, "recipes"), "/srv/web": join(staging, "link") };
      const { trees, filesArchive } = await prepareUploads(bakeSpec({ files }), staging);
      assert.deepEqual(trees, treeDigests(files));
      const names = execFileSync("tar", ["--list", "--file", filesArchive], { encoding: "utf8" }).split("\n");
      for (const place of ["opt", "srv/web"]) assert.ok(names.includes(`./${place}/recipes/default.rb`), names.join());
    } finally {
      rmSync(staging, { recursive: true });
    }
  });

  it("reports which folder cannot be read", () => {
    assert.throws(() => hashTree(join(folder, "missing")), /ENOENT.*missing/);
  });
});
