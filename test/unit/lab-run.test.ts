import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../lab/services/places";

describe("a run of the lab", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "lab-run-"));
  after(() => rmSync(folder, { recursive: true }));

  it("with --keep writes its report before it waits, and again when it ends", async () => {
    const report = join(folder, "report.html");
    const steps = () => [...readFileSync(report, "utf8").matchAll(/<td class="name">(\w+)/g)].map(([, name]) => name);
    const child = run(["test/helpers/kept-run.ts", folder, report]);
    const ended = once(child, "exit");
    await spoken(child, /Ctrl-C destroys the stack/);
    assert.deepEqual(steps(), ["first"]);
    child.kill("SIGTERM");
    assert.equal((await ended)[0], 0);
    assert.deepEqual(steps(), ["first", "last"]);
  });

  it("continues to its end if its output is no longer read", async () => {
    const mark = join(folder, "mark");
    const program = `
      require(${JSON.stringify(join(projectRoot, "lab/services/closed-output.ts"))}).goOnWithoutReader();
      let lines = 0;
      const timer = setInterval(() => {
        console.log("line", ++lines);
        if (lines < 20) return;
        clearInterval(timer);
        require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");
      }, 20);`;
    const child = run(["-e", program]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
    assert.ok(existsSync(mark));
  });
});

function run(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", ...args], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Waits until a program has printed something. */
async function spoken(child: ChildProcess, expected: RegExp): Promise<void> {
  let said = "";
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    if (expected.test(said)) return;
  }
  assert.fail(`it ended before it said ${expected}; it said: ${said}`);
}
