import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { provider } from "../../components/group/node-cleanup";
import { leftOnServer } from "../../reaper/cleanup/left-alone";

const STATE = {
  groupName: "web",
  region: "us-east-1",
  serverUrl: "https://chef.invalid",
  operator: { name: "operator", key: { file: "/nowhere" } },
  onDestroy: "remove",
  waitSeconds: 1,
  version: "1.2.3",
  program: "node_modules/pulumi-chef-autoscaling/dist/providers/cleanup.js",
} as const;

/** Reports where it was loaded from, and with which SDK. */
const BUILT = `
  exports.cleanUp = async ({ groupName }) => ["cleaned " + groupName + " from " + __filename + " by " + require("sdk")];
  exports.leftOnServer = () => ["left"];`;

describe("the provider of the cleanup on destroy", () => {
  it("is updated for another version, which it shows, and not for another path or code", async () => {
    const judged = (news: object) => provider.diff?.("web", STATE, { ...STATE, ...news } as never);
    assert.deepEqual(await judged({ version: "1.3.0" }), { changes: true, replaces: [] });
    assert.deepEqual(await judged({ program: "dist/providers/cleanup.js", __provider: "another" }), {
      changes: false,
      replaces: [],
    });
    assert.deepEqual(await judged({ groupName: "other" }), { changes: true, replaces: ["groupName"] });
  });

  it("is a short readable text in the state", async () => {
    const { text } = await runtime.serializeFunction(() => provider);
    assert.ok(text.length < 8_000, `${text.length} characters`);
    assert.match(text, /is not installed in/);
  });

  describe("far from this package", () => {
    let folder: string;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "isolated-"));
      const { text } = await runtime.serializeFunction(() => provider);
      writeFileSync(join(folder, "provider.js"), text);
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** Installs a package with our name as pnpm does, with its own modules next to it and invisible to the program. */
    function install(version: string): void {
      const store = join(folder, "node_modules", ".pnpm", version, "node_modules");
      const own = join(store, "pulumi-chef-autoscaling", "dist", "providers");
      mkdirSync(own, { recursive: true });
      writeFileSync(join(own, "cleanup.js"), BUILT);
      mkdirSync(join(store, "sdk"));
      writeFileSync(join(store, "sdk", "index.js"), `module.exports = ${JSON.stringify(version)};`);
      rmSync(join(folder, "node_modules", "pulumi-chef-autoscaling"), { force: true });
      symlinkSync(join(store, "pulumi-chef-autoscaling"), join(folder, "node_modules", "pulumi-chef-autoscaling"));
    }

    function destroy(state: object = STATE) {
      const run = `require("./provider.js").handler().delete("web", ${JSON.stringify(state)})`;
      return spawnSync(process.execPath, ["-e", run], { cwd: folder, encoding: "utf8" });
    }

    it("runs the installed package's code, with that package's own modules, also after an upgrade", () => {
      for (const version of ["1.2.3", "2.0.0"]) {
        install(version);
        const { status, stderr } = destroy();
        assert.match(stderr, new RegExp(`^warning: cleaned web from .* by ${version}$`, "m"));
        assert.equal(status, 0);
      }
      const moved = destroy({ ...STATE, program: "../elsewhere/dist/providers/cleanup.js" });
      assert.match(moved.stderr, /^warning: cleaned web from .* by 2\.0\.0$/m);
    });

    it("says what to install if the package was removed together with its components", () => {
      const { status, stderr } = destroy();
      assert.notEqual(status, 0);
      assert.match(
        stderr,
        /removes the Chef nodes of group "web", is not installed in .*it was version 1\.2\.3.*run this again/,
      );
      assert.equal(destroy({ ...STATE, onDestroy: "retain" }).status, 0);
    });
  });
});

describe("a group that moves to another Chef server", () => {
  it("reports what it leaves on the first one, with the command that removes it", () => {
    const [line = "", ...others] = leftOnServer(STATE, { ...STATE, serverUrl: "https://new.invalid" });
    assert.deepEqual(others, []);
    assert.ok(line.includes("from the Chef server https://chef.invalid to https://new.invalid"));
    const command =
      "chef-autoscaling reconcile --group web --region us-east-1 --chef-server-url https://chef.invalid " +
      `--chef-client operator --chef-key '{"file":"/nowhere"}' --max-share 1 --max-count 10000`;
    assert.ok(line.endsWith(command), line);
    assert.deepEqual(leftOnServer(STATE, STATE), []);
  });
});
