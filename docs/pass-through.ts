import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GROUP_RESOURCES, OWNED } from "../components/pass-through/pass-on";
import { describedResources } from "./provider-properties";

const PAGE = join(__dirname, "pass-through.md");
const MADE_FROM_HERE = "Made by `npm run docs`; a test keeps it equal.\n";

/** docs/pass-through.md with its tables as the components have them. */
export function passThroughPage(): string {
  const [written = ""] = readFileSync(PAGE, "utf8").split(MADE_FROM_HERE);
  return [written + MADE_FROM_HERE, ...GROUP_RESOURCES.map(section), ""].join("\n");
}

function section(resource: (typeof GROUP_RESOURCES)[number]): string {
  const { argsType = "", meaning = "" } = describedResources()[resource] ?? {};
  const refused = Object.entries(OWNED[resource]).sort(([one], [other]) => (one < other ? -1 : 1));
  const rows = refused.map(([property, instead]) => `| \`${property}\` | ${instead.replace(/'([^']+)'/g, "`$1`")} |`);
  const head = `### passOn.${resource}\n\n\`${argsType}\`. ${meaning}\n\n| refused | instead |\n| --- | --- |`;
  return `${head}\n${rows.join("\n")}\n`;
}

if (require.main === module) writeFileSync(PAGE, passThroughPage());
