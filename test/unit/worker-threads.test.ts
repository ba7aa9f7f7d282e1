import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { WORKER_EXIT } from "../../reaper/worker/run-worker";

/** Without settings the worker exits at once. Signing more at a time than any pool has threads then shows how many signing threads it has. */
const COUNT = `
  const { readdirSync } = require("node:fs");
  const { generateKeyPairSync, sign } = require("node:crypto");
  const threads = () => readdirSync("/proc/self/task").length;
  const before = threads();
  require(process.argv[1]).runWorker().then((code) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (let time = 0; time < 64; time++) sign("sha256", Buffer.alloc(1), privateKey, () => undefined);
    console.log(JSON.stringify({ code, added: threads() - before }));
  });
`;

describe("the signing threads of a worker", function () {
  this.timeout(60_000);

  const folder = mkdtempSync(join(tmpdir(), "worker-threads-"));
  const worker = join(folder, "run-worker.js");

  before(function () {
    if (process.platform !== "linux") this.skip();
    // Bundled, since compiling sources at run time would use the thread pool first.
    const entryPoints = [join(__dirname, "../../reaper/worker/run-worker.ts")];
    buildSync({ entryPoints, outfile: worker, bundle: true, platform: "node", logLevel: "error" });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** @param cores which of the machine's cores it may use, in the format of `taskset` */
  const poolOf = (environment: NodeJS.ProcessEnv, cores = coresHere()): number => {
    const { UV_THREADPOOL_SIZE: _, ...own } = process.env;
    const env = { ...own, ...environment };
    const command = ["-c", cores, process.execPath, "-e", COUNT, worker];
    const printed = execFileSync("taskset", command, { env, encoding: "utf8" });
    const { code, added } = JSON.parse(printed.trim().split("\n").at(-1) ?? "");
    assert.equal(code, WORKER_EXIT.settings);
    return added;
  };

  it("are as many as the cores, at least two", () => {
    assert.equal(poolOf({}), Math.max(2, availableParallelism()));
  });

  it("are two on a single core, where Node's default would be four", () => {
    assert.equal(poolOf({}, coresHere().match(/^\d+/)?.[0]), 2);
  });

  it("are as many as the environment says, if it is set", () => {
    assert.equal(poolOf({ UV_THREADPOOL_SIZE: "3" }), 3);
  });
});

/** For example `0-3,6`. */
function coresHere(): string {
  const [, cores = ""] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return cores;
}
