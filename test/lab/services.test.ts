import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../../lab/services/places";

const program = `
  const { startLab } = require("./lab/services/lab");
  startLab().then((lab) => {
    console.log(JSON.stringify(lab.services.map(({ pid }) => pid)));
    setInterval(() => undefined, 1000);
  });
`;

describe("the lab's servers", function () {
  this.timeout(90_000);

  it("end even if the lab is killed without a chance to clean up", async () => {
    const lab = spawn(process.execPath, ["--import", "tsx", "--eval", program], {
      cwd: projectRoot,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface({ input: lab.stdout }), "line")) as [string];
    const pids = JSON.parse(line) as number[];
    assert.equal(pids.length, 2);
    assert.deepEqual(pids.filter(isRunning), pids);
    const ended = once(lab, "exit");
    lab.kill("SIGKILL");
    await ended;
    for (let waited = 0; waited < 20_000 && pids.some(isRunning); waited += 100) {
      await sleep(100);
    }
    assert.deepEqual(pids.filter(isRunning), []);
  });
});

/** A process that has ended but whose parent has not waited for it does not count as running. */
function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "latin1").includes(") Z ");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
