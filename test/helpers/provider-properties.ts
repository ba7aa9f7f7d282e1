import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";
import { projectRoot } from "../../lab/services/places";

const PROVIDER = dirname(require.resolve("@pulumi/aws/package.json"));

/** Every property that the installed provider's arguments of a resource have. @param type as `aws:sqs/queue:Queue` */
export function propertiesOf(type: string): string[] {
  const [, module = "", name = ""] = type.split(":");
  const file = join(PROVIDER, `${module}.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const args = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === `${name}Args`);
  assert.ok(args && ts.isInterfaceDeclaration(args), `${file} has no ${name}Args`);
  assert.equal(args.heritageClauses, undefined, `${name}Args has more than its own members`);
  return args.members.map((member) => {
    assert.ok(member.name && ts.isIdentifier(member.name));
    return member.name.text;
  });
}

const COMPONENTS = join(projectRoot, "components");

export function componentFiles(): string[] {
  const found = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" });
  return found.filter((name) => name.endsWith(".ts")).map((name) => join(COMPONENTS, name));
}

/** Classes of the AWS provider that a file makes outside of a call of `merge`, as `Queue` of `new aws.sqs.Queue(…)`. */
export function bareDeclarations(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node, merged: boolean): void => {
    if (ts.isNewExpression(node) && /^aws\./.test(node.expression.getText()) && !merged) {
      found.push(node.expression.getText().split(".").at(-1) ?? "");
    }
    const within = merged || declares(node);
    node.forEachChild((child) => visit(child, within));
  };
  visit(source, false);
  return found;
}

/** Whether what stands in it is declared of merged arguments: the last argument of `merge`, or a function that takes them. */
function declares(node: ts.Node): boolean {
  return ts.isArrowFunction(node) && node.parameters.some(({ name }) => name.getText() === "merged");
}
