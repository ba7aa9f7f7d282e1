import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { installPlugins } from "../../packer/run/plugins";
import { withEnvironment } from "../helpers/environment";

/** A `packer` that records whether another one was running. */
const PACKER = '#!/bin/sh\nmkdir "$PLACE/busy" && sleep 0.3 && rmdir "$PLACE/busy" && echo alone >>"$PLACE/log"\n';

describe("the installation of Packer's plugins", () => {
  let place: string;
  let lock: string;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "plugins-"));
    mkdirSync(join(place, "tmp"));
    lock = join(place, "tmp", `chef-autoscaling-plugins-${userInfo().uid}`);
    writeFileSync(join(place, "packer"), PACKER, { mode: 0o755 });
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it("is done by one bake at a time, also after one that was killed", async () => {
    symlinkSync("99999999", lock);
    await install({ times: 3 });
    assert.equal(readFileSync(join(place, "log"), "utf8"), "alone\nalone\nalone\n");
    assert.deepEqual(readdirSync(join(place, "tmp")), []);
  });

  it("is not waited for by a bake that is stopped", async () => {
    symlinkSync(String(process.pid), lock);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("the bake was stopped")), 50);
    await assert.rejects(install({ signal: stop.signal }), /^Error: the bake was stopped$/);
    assert.equal(readdirSync(join(place, "tmp")).length, 1, "the lock is another's");
  });

  it("releases the lock when it fails", async () => {
    writeFileSync(join(place, "packer"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
    await assert.rejects(install(), /Packer ended with '1'/);
    assert.deepEqual(readdirSync(join(place, "tmp")), []);
  });

  function install({ times = 1, signal = new AbortController().signal } = {}): Promise<unknown> {
    const places = { PLACE: place, PATH: place + delimiter + process.env.PATH, TMPDIR: join(place, "tmp") };
    const one = () => installPlugins({ folder: mkdtempSync(join(place, "run-")), signal, write: () => undefined }, "t");
    return withEnvironment(places, () => Promise.all(Array.from({ length: times }, one)));
  }
});
