import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Ajv from "ajv";
import draft4 from "ajv/lib/refs/json-schema-draft-04.json";
import type { Log } from "sarif";
import { parse } from "yaml";
import { reviewCommand } from "../../cli/review/review";
import { asMarkdown, MARKER } from "../../policy/review/as-markdown";
import { asSarif } from "../../policy/review/as-sarif";
import { asText } from "../../policy/review/as-text";
import { reviewOf } from "../../policy/review/event-log";
import { EXIT, reviewExitCode } from "../../policy/review/exit-code";
import type { Review } from "../../policy/review/finding";
import { packsOf } from "../../policy/review/packs";
import { rules } from "../../policy/rules";

const URN = "urn:pulumi:staging::fleet::aws:ec2/launchTemplate:LaunchTemplate::web-template";

/** Lines in the CLI's format. */
function log(level: string, ...more: object[]): string {
  const message =
    "<{%reset%}>The instance type that bakes an image must be the one that runs it\n'web' runs 'a|b'; mend it\n";
  const policyEvent = { resourceUrn: URN, message, policyName: "instance-type-matches-bake", enforcementLevel: level };
  const events = [{ policyEvent }, { summaryEvent: { resourceChanges: { create: 3, same: 1 } } }, ...more];
  return events.map((event) => JSON.stringify(event)).join("\n");
}

const FAILURE = { diagnosticEvent: { severity: "error", message: "<{%reset%}>no such region\n" } };

function stopped(message: string): Review {
  const finding = { rule: "no-open-ssh", level: "mandatory", severity: "critical", urn: URN, message } as const;
  return { stack: "staging", changes: { create: 3 }, findings: [finding], errors: [] };
}

describe("policy: the review", () => {
  it("exits with 0 for advisory findings, 1 for mandatory ones, 3 for a failed preview", () => {
    assert.equal(reviewExitCode(reviewOf("staging", log("advisory"))), 0);
    assert.equal(reviewExitCode(reviewOf("staging", log("mandatory", FAILURE))), 1);
    assert.equal(reviewExitCode(reviewOf("staging", log("advisory", FAILURE))), 3);
  });

  it("has its exit codes in docs/policy.md", () => {
    const page = readFileSync("docs/policy.md", "utf8");
    for (const code of Object.values(EXIT)) assert.match(page, new RegExp(`^\\| ${code} \\| \\w`, "m"));
  });

  it("reads the CLI's events without their colors and the rule's own description", () => {
    const { findings, changes } = reviewOf("staging", log("mandatory"));
    assert.deepEqual(changes, { create: 3 });
    assert.equal(findings[0]?.message, "'web' runs 'a|b'; mend it");
    assert.equal(findings[0]?.severity, "critical");
  });

  it("lists mandatory findings first, then by severity, whatever the engine's order", () => {
    const found = (policyName: string, enforcementLevel: string) =>
      JSON.stringify({ policyEvent: { policyName, enforcementLevel, message: "", resourceUrn: URN } });
    const events = [
      found("topic-encrypted", "advisory"),
      found("no-public-address", "advisory"),
      found("alarm-can-fire", "mandatory"),
      found("no-open-ssh", "mandatory"),
    ];
    const order = (lines: string[]) => reviewOf("staging", lines.join("\n")).findings.map(({ rule }) => rule);
    assert.deepEqual(order(events), ["no-open-ssh", "alarm-can-fire", "no-public-address", "topic-encrypted"]);
    assert.deepEqual(order(events.reverse()), order(events));
  });

  it("reports an error once, without Node's stack", () => {
    const message =
      "<{%reset%}>Running program '/home/a/index.ts' failed with an unhandled exception:\n<ref *1> Error: no such region\n" +
      "    at run (/home/a/index.ts:1:2)\n    at /home/a/b.ts:3:4 {\n  promise: Promise { <rejected> [Circular *1] }\n}\n";
    const event = { diagnosticEvent: { severity: "error", message } };
    assert.deepEqual(reviewOf("staging", log("advisory", event, event)).errors, ["Error: no such region"]);
  });

  it("reports what a rule remediated, without the values, and does not fail because of it", () => {
    const policyRemediationEvent = {
      resourceUrn: URN,
      policyName: "metadata-needs-token",
      before: { imageId: "ami-1", userData: "hush" },
      after: { imageId: "ami-1", userData: "hush", metadataOptions: { httpTokens: "required" } },
    };
    const review = reviewOf("staging", JSON.stringify({ policyRemediationEvent }));
    assert.equal(reviewExitCode(review), 0);
    const said = /'web-template' is remediated: the update sets its metadataOptions; add this to the program/;
    for (const show of [asText, asMarkdown, asSarif]) {
      assert.match(show(review), said);
      assert.ok(!show(review).includes("hush"));
    }
    assert.ok(sarifSchema()(JSON.parse(asSarif(review))));
  });

  const ofTeam = (message: string, more: object = {}) =>
    JSON.stringify({
      policyEvent: {
        ...{ policyName: "no-open-ssh", policyPackName: "acme", enforcementLevel: "mandatory", resourceUrn: URN },
        ...{ message, severity: "high" },
        ...more,
      },
    });

  it("reports a rule of a team's pack with the pack's name, in every format, even if its name is also one of ours", () => {
    const review = reviewOf("staging", [log("advisory"), ofTeam("Ours\nno `cost` center\n")].join("\n"));
    assert.deepEqual(review.findings[0], {
      ...{ rule: "no-open-ssh", pack: "acme", level: "mandatory", severity: "high", urn: URN },
      message: "Ours\nno `cost` center",
    });
    assert.equal(review.findings[1]?.pack, undefined);
    assert.equal(reviewExitCode(review), EXIT.stopped);
    assert.match(asText(review), /^mandatory {2}no-open-ssh \(high, of acme\)\n {11}Ours\n {11}no `cost` center$/m);
    assert.ok(asMarkdown(review).includes("| high | no-open-ssh (acme) | Ours<br>no \\`cost\\` center |"));
    const log2 = JSON.parse(asSarif(review)) as Log;
    assert.ok(sarifSchema()(log2));
    const [found] = log2.runs[0]?.results ?? [];
    assert.equal(found?.ruleId, "acme/no-open-ssh");
    const descriptor = log2.runs[0]?.tool.driver.rules?.[found?.ruleIndex as number];
    assert.deepEqual([descriptor?.id, descriptor?.properties?.["security-severity"]], ["acme/no-open-ssh", "8.0"]);
  });

  it("recognizes a rule of ours in a team's pack by its description, and ignores an unknown severity", () => {
    const ours = rules.find(({ name }) => name === "no-open-ssh");
    const events = [
      ofTeam(`${ours?.description}\n'web' is open`),
      ofTeam("Other", { policyName: "b", severity: "awful" }),
    ];
    const { findings } = reviewOf("staging", events.join("\n"));
    assert.deepEqual(
      findings.map(({ severity, message }) => [severity, message]),
      [
        ["critical", "'web' is open"],
        ["unspecified", "Other"],
      ],
    );
    assert.ok(sarifSchema()(JSON.parse(asSarif({ ...stopped(""), findings }))));
  });

  it("reads the events of a preview that was stopped in the middle of a line", () => {
    const whole = log("mandatory", FAILURE);
    const { findings, errors } = reviewOf("staging", whole.slice(0, -20));
    assert.equal(findings.length, 1);
    assert.deepEqual(errors, []);
  });

  it("keeps an error that only mentions a failed preview", () => {
    const events = ["preview failed", "our preview failed, for there is no region"].map((message) => ({
      diagnosticEvent: { severity: "error", message },
    }));
    assert.deepEqual(reviewOf("staging", log("advisory", ...events)).errors, [events[1]?.diagnosticEvent.message]);
  });

  it("prints mandatory findings as text", () => {
    assert.match(
      asText(reviewOf("staging", log("mandatory"))),
      /'staging': 3 to create; failed: 1 mandatory finding\n$/,
    );
  });

  it("writes a comment that a workflow finds again, with a complete table", () => {
    const comment = asMarkdown(reviewOf("staging", log("mandatory", FAILURE)));
    assert.ok(comment.startsWith(MARKER));
    assert.match(comment, /^### Failed: 1 mandatory finding$/m);
    assert.match(
      comment,
      /^\| critical \| \[instance-type-matches-bake\]\(https:.*\) \| 'web' runs 'a\\\|b'; mend it \|$/m,
    );
    assert.match(comment, /^```text\nno such region\n```$/m);
  });

  it("does not let a name in a finding become markup of the comment", () => {
    const comment = asMarkdown(stopped("'[a](https://evil)' `x` <img src=x>\n| next"));
    assert.ok(comment.includes("'\\[a\\](https://evil)' \\`x\\` &lt;img src=x><br>\\| next |"), comment);
    const failed: Review = { ...stopped(""), findings: [], errors: ["```\n# out"] };
    assert.ok(asMarkdown(failed).includes("````text\n```\n# out\n````"));
  });

  it("writes SARIF whose results refer to existing rules", () => {
    const { version, runs } = JSON.parse(asSarif(reviewOf("staging", log("mandatory", FAILURE)))) as Log;
    const [result] = runs[0]?.results ?? [];
    assert.equal(version, "2.1.0");
    assert.equal(runs[0]?.tool.driver.rules?.[result?.ruleIndex as number]?.id, result?.ruleId);
    assert.equal(result?.level, "error");
    assert.equal(runs[0]?.invocations?.[0]?.executionSuccessful, false);
  });

  it("writes SARIF that is valid by the schema of 2.1.0, with findings, with errors and empty", () => {
    const validate = sarifSchema();
    for (const events of [log("mandatory", FAILURE), log("advisory"), ""]) {
      assert.ok(validate(JSON.parse(asSarif(reviewOf("staging", events)))), JSON.stringify(validate.errors));
    }
    const broken = JSON.parse(asSarif(reviewOf("staging", log("mandatory"))));
    broken.runs[0].results[0].level = "fatal";
    assert.ok(!validate(broken), "the schema takes everything");
  });
});

describe("policy: the packs of a review", () => {
  const folder = mkdtempSync(join(tmpdir(), "packs-"));
  const place = (...names: string[]) => join(folder, ...names);
  before(() => {
    for (const name of ["here", "node_modules/acme-policy/dist"]) {
      mkdirSync(place(name), { recursive: true });
      writeFileSync(place(name, "PulumiPolicy.yaml"), "runtime: nodejs\n");
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const asked = (more: object, config?: string) =>
    packsOf(folder, config, { packs: [], packConfigs: [], onlyPacks: false, ...more });
  const OWN = resolve("policy");

  it("are the package's own, then a team's by folder and by package, each with its settings", () => {
    assert.deepEqual(asked({}, "p.json"), [{ folder: OWN, config: "p.json" }]);
    const packs = [place("here"), "acme-policy/dist"];
    const folders = [OWN, place("here"), place("node_modules/acme-policy/dist")];
    assert.deepEqual(
      asked({ packs, packConfigs: ["a.json", "b.json"] }).map((one) => [one.folder, one.config]),
      [
        [folders[0], undefined],
        [folders[1], "a.json"],
        [folders[2], "b.json"],
      ],
    );
    const only = asked({ packs, onlyPacks: true });
    assert.deepEqual(
      only.map((one) => one.folder),
      folders.slice(1),
    );
  });

  for (const [more, words] of [
    [{ packs: ["nowhere"] }, /'--pack nowhere' is neither a folder nor a package that is installed in/],
    [{ packs: ["./acme-policy/dist"] }, /neither a folder/],
    [
      { packs: ["acme-policy"] },
      /'--pack acme-policy' is '.*node_modules\/acme-policy', which has no PulumiPolicy\.yaml/,
    ],
    [{ packConfigs: ["a.json"] }, /'--pack-config' is given 1 times and '--pack' 0 times; give one for each pack/],
    [{ onlyPacks: true }, /'--only-packs' leaves no rules/],
  ] as const) {
    it(`are refused as ${JSON.stringify(more)}`, () => {
      assert.throws(() => asked(more), words);
    });
  }

  it("take no settings for rules that are left out", () => {
    assert.throws(() => asked({ packs: [place("here")], onlyPacks: true }, "p.json"), /use '--pack-config'/);
  });
});

describe("policy: the workflows", () => {
  const steps = () => {
    const { jobs } = parse(readFileSync("policy/review/github-workflow.yml", "utf8"));
    return jobs.review.steps as { uses?: string; run?: string; if?: string }[];
  };
  const gitlab = () => parse(readFileSync("policy/review/gitlab-ci.yml", "utf8")).review;

  it("use actions of fixed versions", () => {
    const used = steps().flatMap(({ uses }) => uses ?? []);
    assert.ok(used.length >= 4);
    for (const action of used) assert.match(action, /^[\w-]+\/[\w-]+(\/[\w-]+)?@(v\d+|[0-9a-f]{40})$/);
  });

  it("run an existing command with existing options", () => {
    const known = reviewCommand().options.flatMap(({ short, long }) => [short, long]);
    const lines = [...steps().flatMap(({ run }) => run ?? []), ...gitlab().script];
    const reviews = lines.flatMap((line: string) => /^npx chef-autoscaling review (.+)$/.exec(line)?.[1] ?? []);
    assert.equal(reviews.length, 2);
    for (const [option] of reviews.join(" ").matchAll(/(?<= |^)--?[a-z-]+/g)) assert.ok(known.includes(option), option);
  });

  it("find the comment by its marker, and also post after a failed review", () => {
    const comment = steps().find(({ run }) => run?.includes("gh api"));
    assert.ok(comment?.run?.includes(MARKER) && comment.if?.includes("!cancelled()"));
    assert.ok(gitlab().after_script.join("\n").includes(MARKER));
    assert.equal(gitlab().artifacts.when, "always");
  });
});

/** Microsoft's package for Jest contains the schema as OASIS published it; only the schema is used. */
function sarifSchema() {
  const path = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const ajv = new Ajv({ schemaId: "auto", meta: false });
  ajv.addMetaSchema(draft4);
  return ajv.compile(JSON.parse(readFileSync(path, "utf8")));
}
