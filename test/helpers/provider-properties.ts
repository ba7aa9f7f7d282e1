import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { propertiesOf as argumentsOf } from "../../docs/provider-properties";
import { projectRoot } from "../../lab/services/places";

/** All properties of a resource's arguments in the installed provider. @param type such as `aws:sqs/queue:Queue` */
export function propertiesOf(type: string): string[] {
  const [provider, module = "", name] = type.split(":");
  return argumentsOf(`${provider}.${module.split("/")[0]}.${name}Args`);
}

const COMPONENTS = join(projectRoot, "components");

export function componentFiles(): string[] {
  const found = readdirSync(COMPONENTS, { recursive: true, encoding: "utf8" });
  return found.filter((name) => name.endsWith(".ts")).map((name) => join(COMPONENTS, name));
}

/** Classes of the AWS provider that a file instantiates outside of a call of `merge`, such as `Queue` of `new aws.sqs.Queue(…)`. */
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

/** Whether this is a function of merged arguments, the last argument of `merge`, so that its content is declared with them. */
function declares(node: ts.Node): boolean {
  return ts.isArrowFunction(node) && node.parameters.some(({ name }) => name.getText() === "merged");
}
