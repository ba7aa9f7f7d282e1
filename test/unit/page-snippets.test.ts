import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { parse } from "yaml";
import { ChefAutoScalingGroup, notificationKeyStatements } from "../../components";
import { projectRoot } from "../../lab/services/places";
import { mistakesIn } from "../../policy/review/configuration";
import { readConfig } from "../../stacks/config";
import { groupArgs } from "../helpers/arguments";
import { declare } from "../helpers/declare";
import { type Snippet, snippetsOfPages } from "../helpers/page-snippets";

/** Its program is run by test/lab/package-testing.test.ts. */
const RUN_ELSEWHERE = "testing.md";
const PROGRAMS = snippetsOfPages("ts", "typescript").filter(({ page }) => page !== RUN_ELSEWHERE);

/** What snippets use without showing it. */
const SURROUNDINGS = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { ChefAutoScalingGroup, type ChefAutoScalingGroupArgs } from "pulumi-chef-autoscaling";
declare const args: ChefAutoScalingGroupArgs;
declare const kmsKeyArn: pulumi.Output<string>;
declare const cluster: aws.ec2.PlacementGroup;
declare const baked: { images: { arm: { imageId: pulumi.Output<string> } } };
`;
const OF_OTHERS = `
declare const dns: import("pulumi-chef-autoscaling/reaper").ReapTarget;
declare const ours: import("@pulumi/policy").ResourceValidationPolicy[];
`;

/** A whole statement that creates a group: a snippet shows one, or only some of its arguments, or only one of its IAM statements. */
function statement({ code }: Snippet): string {
  if (code.startsWith("new ")) return code.replace("// …", "...args,");
  const members = code.startsWith("{") ? `instance: { policyStatements: [${code}] }` : code;
  return `new ChefAutoScalingGroup("web", { ...args, ${members} });`;
}

const isWhole = ({ code }: Snippet) => code.startsWith("import ");

describe("the TypeScript in docs/", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "snippets-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The compiler's messages about files of this content. */
  function compiled(files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const compilerOptions = {
      ...{
        target: "ES2021",
        lib: ["ES2022"],
        module: "node20",
        strict: true,
        skipLibCheck: true,
        esModuleInterop: true,
        noEmit: true,
      },
      types: ["node"],
      paths: {
        "pulumi-chef-autoscaling": [join(projectRoot, "components/index.ts")],
        "pulumi-chef-autoscaling/policy": [join(projectRoot, "policy/rules/index.ts")],
        "pulumi-chef-autoscaling/reaper": [join(projectRoot, "reaper/index.ts")],
        "pulumi-chef-autoscaling/worker": [join(projectRoot, "reaper/worker/run-worker.ts")],
      },
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
    const compiler = join(projectRoot, "node_modules/typescript-native/bin/tsc");
    const { status, stdout, error } = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
    assert.ok(!error && (status === 0) === (stdout === ""), `${error} ${status} ${stdout}`);
    return stdout;
  }

  before(() => symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules")));

  it("has the types of the package, and would not compile with a misspelled argument", () => {
    assert.ok(PROGRAMS.length > 10, `${PROGRAMS.length} snippets`);
    const files = PROGRAMS.map((snippet) => {
      const text = isWhole(snippet) ? snippet.code + OF_OTHERS : SURROUNDINGS + statement(snippet);
      return [snippet.place.replace(/[/:]/g, "-").replace(".md", "").concat(".ts"), text];
    });
    const broken = SURROUNDINGS + statement({ place: "", page: "", language: "ts", code: "instance: { volume: [] }" });
    const messages = compiled({ ...Object.fromEntries(files), "broken.ts": broken }).split("\n");
    const others = messages.filter((line) => line !== "" && !/broken.ts.*'volume' does not exist in type/.test(line));
    assert.deepEqual([others, messages.length], [[], 2]);
  });

  // The mocks support no transforms; test/lab/pass-through.test.ts runs the one of the manual
  for (const snippet of PROGRAMS.filter((one) => !isWhole(one) && !one.code.includes("transforms:"))) {
    it(`has arguments that a group accepts: ${snippet.place}`, async () => {
      const { outputText } = ts.transpileModule(statement(snippet), { compilerOptions: { target: 8 } });
      const instanceType = /instanceType: "([^"]+)"/.exec(snippet.code)?.[1] ?? "t3.small";
      const given = {
        ChefAutoScalingGroup,
        args: groupArgs({ instanceType }),
        kmsKeyArn: pulumi.output("arn:aws:kms:eu-west-3:123456789012:key/1"),
        cluster: { id: "cluster" },
        baked: { images: { arm: { imageId: "ami-0a" } } },
        readFileSync: () => "#!/bin/sh\n",
      };
      const { resources } = await declare(() =>
        new Function(...Object.keys(given), outputText)(...Object.values(given)),
      );
      assert.ok(resources.some(({ type }) => type === "aws:autoscaling/group:Group"));
    });
  }
});

describe("the JSON and YAML in docs/", () => {
  const only = (page: string, language: string) => {
    const found = snippetsOfPages(language).filter((snippet) => snippet.page === page);
    assert.equal(found.length, 1, `${language} in ${page}`);
    return found[0]?.code ?? "";
  };

  it("shows the key policy that the package returns", async () => {
    const roleArn =
      "arn:aws:iam::<account>:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    const shown = JSON.parse(only("notifications.md", "json"));
    const statements = pulumi.output(notificationKeyStatements(roleArn));
    assert.deepEqual(shown, await new Promise((found) => statements.apply(found)));
  });

  it("shows settings of policy rules that exist", () => {
    const settings = JSON.parse(only("policy.md", "json"));
    assert.deepEqual(mistakesIn(settings), []);
    assert.equal(mistakesIn({ ...settings, "queue-encrypte": "remediate" }).length, 1);
  });

  it("shows keys that the stack's configuration accepts", () => {
    const snippets = snippetsOfPages("yaml");
    assert.ok(snippets.length >= 2);
    const { chef, capacity, groupName, imageId, ...group } = groupArgs();
    for (const { code } of snippets) {
      const shown = parse(code);
      const config = {
        chef: { ...chef, ...shown["chef-autoscaling:chef"] },
        groups: { web: { ...group, ...capacity, ...shown["chef-autoscaling:groups"]?.web } },
        imageId,
      };
      const entries = Object.entries(config).map(([key, value]) => [
        `fleet:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      pulumi.runtime.setAllConfig(Object.fromEntries(entries));
      assert.ok(readConfig(new pulumi.Config("fleet")).groups.web);
    }
  });
});
