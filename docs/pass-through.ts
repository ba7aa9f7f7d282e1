import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { GROUP_RESOURCES, OWNED } from "../components/pass-through/pass-on";

const PAGE = join(__dirname, "pass-through.md");
const MADE_FROM_HERE = "Made by `npm run docs`; a test keeps it equal.\n";
const RESOURCES = join(__dirname, "..", "components", "pass-through", "resources.ts");

/** docs/pass-through.md with its tables as the components have them. */
export function passThroughPage(): string {
  const [written = ""] = readFileSync(PAGE, "utf8").split(MADE_FROM_HERE);
  return [written + MADE_FROM_HERE, ...GROUP_RESOURCES.map(section), ""].join("\n");
}

function section(resource: (typeof GROUP_RESOURCES)[number]): string {
  const { type, meaning } = described()[resource] ?? { type: "", meaning: "" };
  const refused = Object.entries(OWNED[resource]).sort(([one], [other]) => (one < other ? -1 : 1));
  const rows = refused.map(([property, instead]) => `| \`${property}\` | ${instead.replace(/'([^']+)'/g, "`$1`")} |`);
  const head = `### passOn.${resource}\n\n\`${type}\`. ${meaning}\n\n| refused | instead |\n| --- | --- |`;
  return `${head}\n${rows.join("\n")}\n`;
}

type Described = Readonly<Record<string, { readonly type: string; readonly meaning: string }>>;

/** Type and docstring of each resource, as the source has them. */
function described(): Described {
  const source = ts.createSourceFile(RESOURCES, readFileSync(RESOURCES, "utf8"), ts.ScriptTarget.Latest, true);
  const found = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === "ResourceArgs");
  if (!found || !ts.isInterfaceDeclaration(found)) throw new Error(`${RESOURCES} has no ResourceArgs`);
  const members = found.members.filter(ts.isPropertySignature).map((member) => {
    const [doc] = ts.getJSDocCommentsAndTags(member);
    const meaning = String(doc?.comment ?? "");
    return [member.name.getText(), { type: member.type?.getText() ?? "", meaning }] as const;
  });
  return Object.fromEntries(members);
}

if (require.main === module) writeFileSync(PAGE, passThroughPage());
