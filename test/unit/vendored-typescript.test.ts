import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type ts from "typescript";
import { projectRoot } from "../../lab/services/places";
import { snippetsOfPages } from "../helpers/page-snippets";

const VENDOR = join(dirname(require.resolve("@pulumi/pulumi/package.json")), "vendor");
const [FOLDER = ""] = readdirSync(VENDOR).filter((name) => name.startsWith("typescript@"));
const compiler: typeof ts = require(join(VENDOR, FOLDER, "typescript.js"));

/** What Pulumi's own TypeScript does not understand in a program. */
function mistakes(code: string): string[] {
  const { diagnostics = [] } = compiler.transpileModule(code, { reportDiagnostics: true });
  return diagnostics.map(({ messageText }) => compiler.flattenDiagnosticMessageText(messageText, "\n"));
}

/** Without `typescript` among a program's dependencies, which no command of the manual installs, the Pulumi CLI compiles it by this one. */
describe(`the TypeScript that Pulumi brings (${FOLDER})`, () => {
  it("compiles every example", () => {
    const files = readdirSync(join(projectRoot, "examples"), { recursive: true, encoding: "utf8" });
    const programs = files.filter((file) => file.endsWith(".ts"));
    assert.ok(programs.length > 20, `${programs.length} programs`);
    const wrong = programs.flatMap((file) =>
      mistakes(readFileSync(join(projectRoot, "examples", file), "utf8")).map((said) => `${file}: ${said}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("compiles the programs of the manual", () => {
    const [, readme = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(projectRoot, "README.md"), "utf8")) ?? [];
    assert.deepEqual(mistakes(readme), []);
    const whole = snippetsOfPages("ts").filter(({ code }) => code.startsWith("import "));
    assert.ok(whole.length >= 3);
    for (const { place, code } of whole) assert.deepEqual(mistakes(code), [], place);
  });

  it("would not compile newer syntax", () => {
    assert.deepEqual(mistakes('import { a, type B } from "c";\nexport const d: B = a;'), ["',' expected."]);
  });
});
