import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

const PROVIDER = dirname(require.resolve("@pulumi/aws/package.json"));
const RESOURCES = join(__dirname, "..", "components", "pass-through", "resources.ts");

/** A resource whose properties are passed on. */
export interface Described {
  /** As `aws.sqs.QueueArgs`. */
  readonly argsType: string;
  readonly meaning: string;
}

/** The provider's type of each resource and what it is, as the source has them. */
export function describedResources(): Readonly<Record<string, Described>> {
  const members = interfaceIn(RESOURCES, "ProviderArgs").members.filter(ts.isPropertySignature);
  return Object.fromEntries(
    members.map((member) => {
      const [doc] = ts.getJSDocCommentsAndTags(member);
      return [member.name.getText(), { argsType: member.type?.getText() ?? "", meaning: String(doc?.comment ?? "") }];
    }),
  );
}

/** Every property that the installed provider's arguments of a resource have. @param argsType as `aws.sqs.QueueArgs` */
export function propertiesOf(argsType: string): string[] {
  const [, module = "", name = ""] = argsType.split(".");
  const file = `${name.charAt(0).toLowerCase()}${name.slice(1).replace(/Args$/, "")}.d.ts`;
  const { heritageClauses, members } = interfaceIn(join(PROVIDER, module, file), name);
  if (heritageClauses) throw new Error(`${argsType} has more than its own members`);
  return members.map((member) => member.name?.getText() ?? "");
}

function interfaceIn(file: string, name: string): ts.InterfaceDeclaration {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === name);
  if (!found) throw new Error(`${file} has no ${name}`);
  return found;
}
