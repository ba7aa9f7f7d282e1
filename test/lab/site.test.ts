import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import ts from "typescript";
import { projectRoot } from "../../lab/services/places";
import { documentedClasses } from "../helpers/doc-examples";
import { followSiteLinks } from "../helpers/site-links";

const ENTRY = join(projectRoot, "components/index.ts");

/** Declarations that the components' examples assume. */
const GIVEN = `
import * as aws from "@pulumi/aws";
import * as chefAutoscaling from "./index";
declare const chef: chefAutoscaling.ChefConnection;
declare const image: chefAutoscaling.ChefImage;
declare const queue: chefAutoscaling.NotificationQueue;
declare const reaper: chefAutoscaling.ReaperFunction;
declare const group: aws.autoscaling.Group;
declare const groupArgs: aws.autoscaling.GroupArgs;
declare const pager: aws.sns.Topic;
`;

describe("the site", function () {
  this.timeout(180_000);
  const out = mkdtempSync(join(tmpdir(), "site-"));
  const page = (path: string) => readFileSync(join(out, path), "utf8");

  // Fails if typedoc prints a warning, or if the README's list of the manual omits a page
  before(() => {
    execFileSync("npm", ["run", "--silent", "site", out], { cwd: projectRoot, stdio: ["ignore", "ignore", "inherit"] });
  });
  after(() => rmSync(out, { recursive: true, force: true }));

  it("has no dead link", () => {
    const { followed, dead } = followSiteLinks(out);
    assert.ok(followed > 5000, `${followed} links followed`);
    assert.deepEqual(dead, []);
  });

  it("detects a dead link", () => {
    const folder = join(out, "assets");
    writeFileSync(
      join(folder, "a.html"),
      '<a href="b.html"></a><p id="here"></p><a href="#here"></a><a href="a.html#gone"></a><a href="../"></a>',
    );
    const { followed, dead } = followSiteLinks(folder);
    rmSync(join(folder, "a.html"));
    assert.equal(followed, 4);
    assert.deepEqual(dead, ["a.html -> b.html", "a.html -> a.html#gone", "a.html -> ../"]);
  });

  it("loads nothing from another host", () => {
    const pages = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".html"));
    const asking = pages.filter((path) =>
      /<(?:script|img|link|iframe)[^>]+(?:src|href)="(?:https?:)?\/\//.test(page(path)),
    );
    assert.deepEqual(asking, []);
  });

  it("has every page of the manual, and every example program", () => {
    const manual = readdirSync(join(projectRoot, "docs")).filter((name) => name.endsWith(".md"));
    const programs = readdirSync(join(projectRoot, "examples"), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const expected = [
      ...["examples", ...manual.map((name) => basename(name, ".md"))].map((name) => `documents/${name}.html`),
      ...programs.map(({ name }) =>
        existsSync(join(projectRoot, "examples", name, "README.md"))
          ? `documents/${name}.html`
          : `source/examples/${name}/index.ts.html`,
      ),
    ];
    assert.deepEqual(
      expected.filter((path) => !existsSync(join(out, path))),
      [],
    );
    assert.match(page("documents/own-target.html"), /createHandler/);
  });

  it("begins with the README and shows its picture", () => {
    assert.match(page("index.html"), /<img src="media\/flow\.svg"/);
  });

  describe("the components", () => {
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2021,
      module: ts.ModuleKind.Node20,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    };
    const classes = documentedClasses(ts.createProgram([ENTRY], options), ENTRY);

    it("document every class's purpose, each output and the constructor's errors", () => {
      assert.ok(classes.length >= 11, `${classes.length} classes`);
      for (const { name, examples, bareOutputs, raises } of classes) {
        assert.ok(examples.length > 0, `${name} has no @example`);
        assert.deepEqual(bareOutputs, [], `outputs of ${name} without a line`);
        assert.ok(raises, `the constructor of ${name} has no @throws`);
        assert.match(page(`classes/pulumi-chef-autoscaling.${name}.html`), /<h4[^>]*>Example/);
      }
    });

    it("have examples that compile", () => {
      const names = classes.map(({ name }) => name).join(", ");
      const files = classes.flatMap(({ name, examples }) =>
        examples.map((example, index) => {
          // The declarations are visible as in a module; an example can shadow them
          const file = join(projectRoot, `components/example-${name}-${index}.ts`);
          const text = `${GIVEN}const { ${names} } = chefAutoscaling;\n{\n${example.replace(/^export /gm, "")}\n}\n`;
          return [file, text] as const;
        }),
      );
      assert.deepEqual(mistakesIn(new Map(files), options), []);
    });
  });
});

/** Returns the compiler's errors in files that exist only in memory. */
function mistakesIn(files: ReadonlyMap<string, string>, options: ts.CompilerOptions): string[] {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...others) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, ...others)
      : ts.createSourceFile(path, text, ts.ScriptTarget.ES2021);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((path) => {
    const file = program.getSourceFile(path) as ts.SourceFile;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
      ({ messageText }) => `${basename(path)}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
    );
  });
}
