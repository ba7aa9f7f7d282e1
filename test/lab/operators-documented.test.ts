import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { projectRoot } from "../../lab/services/places";
import { commandFile } from "../helpers/command-line";
import { findGoiardi } from "../helpers/goiardi";
import { type OperatorsLab, startOperatorsLab } from "../helpers/operators-lab";
import { emulatorObstacle } from "./emulator-process";

describe("docs/cli.md, with a real Chef server and an emulated AWS", function () {
  this.timeout(120_000);
  let lab: OperatorsLab;
  const document = readFileSync(join(projectRoot, "docs/cli.md"), "utf8");
  const blocks = [...document.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  const lines = blocks.flatMap((block) => block.replaceAll("\\\n", " ").trim().split("\n"));
  const commands = [...new Set(lines)];

  before(async function () {
    const goiardi = findGoiardi();
    if (goiardi === undefined || emulatorObstacle()) return this.skip();
    lab = await startOperatorsLab(goiardi);
    const deployed = join(lab.folder, "deployed.json");
    copyFileSync(lab.outputs, deployed);
    const tools = {
      "chef-autoscaling": `exec ${process.execPath} ${commandFile()} "$@"`,
      pulumi: `cat ${deployed}`,
    };
    for (const [name, line] of Object.entries(tools)) {
      writeFileSync(join(lab.folder, name), `#!/bin/sh\n${line}\n`);
      chmodSync(join(lab.folder, name), 0o755);
    }
    writeFileSync(join(lab.folder, "admin.pem"), lab.server.adminKey, { mode: 0o600 });
  });

  after(() => lab?.stop());

  it("shows commands of every kind", () => {
    for (const name of ["doctor", "reap", "reconcile", "redrive", "sweep"]) {
      assert.ok(
        commands.some((line) => line.includes(`chef-autoscaling ${name}`)),
        name,
      );
    }
  });

  for (const line of commands) {
    it(`shows a command that runs: ${line}`, () => {
      const PATH = [lab.folder, lab.environment.PATH].join(delimiter);
      const env = { ...lab.environment, PATH, CHEF: lab.server.url };
      const { status, stdout, stderr } = spawnSync("sh", ["-c", line], { cwd: lab.folder, env, encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
      assert.equal(stderr, "");
    });
  }
});
