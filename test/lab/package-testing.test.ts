import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runToEnd } from "../helpers/reviewed-project";
import { installPacked } from "./packed-package";

describe("the packed package, in a user's unit test without Packer", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "unit-tested-"));
  const place = join(folder, "node_modules/pulumi-chef-autoscaling");
  const example = (page: string) => /```ts\n([\s\S]*?)```/.exec(readFileSync(join(place, page), "utf8"))?.[1] ?? "";

  before(() => {
    installPacked(folder);
    writeFileSync(join(folder, "index.ts"), example("README.md"));
    writeFileSync(join(folder, "package.json"), "{}");
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (test: string) => {
    writeFileSync(join(folder, "index.test.ts"), test);
    const args = ["--import", pathToFileURL(require.resolve("tsx")).href, "--test", "index.test.ts"];
    // Otherwise Node's runner could take this process for one of its own children, as a child process of mocha
    const env = { PATH: dirname(process.execPath), NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined };
    return runToEnd(process.execPath, args, { cwd: folder, env });
  };

  it("runs docs/testing.md's test of the README's program", async () => {
    const { code, stdout } = await run(example("docs/testing.md"));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /pass 1\b/);
  });

  it("fails that test if the program differs", async () => {
    const { code, stdout } = await run(example("docs/testing.md").replace("minSize, 2", "minSize, 3"));
    assert.equal(code, 1, stdout);
    assert.match(stdout, /2 !== 3/);
  });

  it("names a provider function that has no response", async () => {
    const body = `
      import * as aws from "@pulumi/aws";
      import { test } from "node:test";
      import { setMocks } from "pulumi-chef-autoscaling/testing";
      test("asks", async () => {
        await setMocks();
        await aws.ec2.getVpc({ id: "vpc-1" });
      });`;
    const { code, stdout } = await run(body);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /the program called 'aws:ec2\/getVpc:getVpc', which has no response here/);
  });
});
