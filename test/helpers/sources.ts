import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "../../lab/services/places";

/** What a source file imports from a module of the AWS SDK. */
export interface SdkImport {
  /** Module without `@aws-sdk/client-`, such as `auto-scaling`. */
  readonly service: string;
  readonly name: string;
  /** Whether the source file instantiates it with `new`. */
  readonly made: boolean;
}

/** Values, not types, that a source file imports from the SDK's clients. @param file path relative to the project's root */
export function sdkImports(file: string): SdkImport[] {
  const nodes = nodesOf(file);
  const made = new Set(nodes.filter(ts.isNewExpression).map(({ expression }) => expression.getText()));
  return nodes.filter(ts.isImportDeclaration).flatMap(({ moduleSpecifier, importClause }) => {
    const [, service] = /^@aws-sdk\/client-(.+)$/.exec((moduleSpecifier as ts.StringLiteral).text) ?? [];
    const bindings = importClause?.namedBindings;
    if (service === undefined || importClause?.isTypeOnly || !bindings) return [];
    if (ts.isNamespaceImport(bindings))
      return membersOf(bindings.name.text, nodes, made).map((one) => ({ service, ...one }));
    const names = bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text);
    return names.map((name) => ({ service, name, made: made.has(name) }));
  });
}

/** The used members of a module that is imported as a namespace. */
function membersOf(module: string, nodes: readonly ts.Node[], made: ReadonlySet<string>) {
  const used = nodes.filter(ts.isPropertyAccessExpression).filter(({ expression }) => expression.getText() === module);
  return used.map((one) => ({ name: one.name.text, made: made.has(one.getText()) }));
}

/** Names and string literals of a source file, without comments. */
export function wordsOf(file: string): string[] {
  return nodesOf(file)
    .filter(
      (node): node is ts.Identifier | ts.StringLiteralLike => ts.isIdentifier(node) || ts.isStringLiteralLike(node),
    )
    .map(({ text }) => text);
}

/** The defaults of an interface's properties in their docstrings, by property name. */
export function documentedDefaults(file: string): [name: string, text: string][] {
  return nodesOf(file)
    .filter(ts.isPropertySignature)
    .flatMap((property) =>
      ts
        .getJSDocTags(property)
        .filter(({ tagName }) => tagName.text === "default")
        .map((tag): [string, string] => [property.name.getText(), ts.getTextOfJSDocComment(tag.comment) ?? ""]),
    );
}

function nodesOf(file: string): ts.Node[] {
  const text = readFileSync(join(projectRoot, file), "utf8");
  const all: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    all.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return all;
}
