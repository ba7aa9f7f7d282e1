import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Policies } from "@pulumi/policy";
import { rules } from "../policy/rules";
import { CHECKOV } from "./policy/checkov";
import { LIMITS } from "./policy/limits";

type Rule = Policies[number];

/** What of docs/policy.md is made from the rules: each stands between two lines `<!-- NAME: begin -->`, `<!-- NAME: end -->`. */
const TABLES: Readonly<Record<string, () => string[]>> = {
  rules: ruleTable,
  limits: limitTable,
  checkov: checkovTable,
};

/** The page with its tables as the rules have them. Errors: the page has no place for one. */
export function withTables(page: string): string {
  return Object.entries(TABLES).reduce((text, [name, table]) => replaced(text, name, table()), page);
}

function replaced(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no lines '${begin}' and '${end}'`);
  return [before, begin, "\n", lines.join("\n"), "\n", end, after].join("");
}

function ruleTable(): string[] {
  const head = ["| rule | severity | level | mends | checkov | settings |", "| --- | --- | --- | --- | --- | --- |"];
  return [...head, ...rules.map(row)];
}

function row(rule: Rule): string {
  const { name, severity, enforcementLevel, tags = [] } = rule;
  const mends = "remediateResource" in rule ? "yes" : "";
  return `| ${[name, severity, enforcementLevel, mends, tags.map(plain).join(", "), settings(rule)].join(" | ")} |`;
}

/** What a rule decides, what it cannot know, and where AWS, Chef or Pulumi say so. */
function limitTable(): string[] {
  const rows = rules.map(
    ({ name, description, url }) => `| ${name} | ${description} | ${LIMITS[name]} | [source](${url}) |`,
  );
  return ["| rule | decides | cannot know | source |", "| --- | --- | --- | --- |", ...rows];
}

function settings({ configSchema }: Rule): string {
  return Object.entries(configSchema?.properties ?? {})
    .map(([name, schema]) => `\`${name}\`: ${schema.description}; default \`${JSON.stringify(schema.default)}\``)
    .join("<br>");
}

function checkovTable(): string[] {
  const covers = (id: string) => rules.filter(({ tags = [] }) => tags.includes(id));
  const rows = Object.entries(CHECKOV).map(([id, { asks, differs = "" }]) => {
    const by = covers(id).map(({ name, enforcementLevel }) => `${name} (${enforcementLevel})`);
    return `| ${plain(id)} | ${asks} | ${by.join(", ")} | ${plain(differs)} |`;
  });
  return ["| check | what it asks for | rule | judged otherwise |", "| --- | --- | --- | --- |", ...rows];
}

function plain(id: string): string {
  return id.replaceAll("_", "\\_");
}

if (require.main === module) {
  const page = join(__dirname, "policy.md");
  writeFileSync(page, withTables(readFileSync(page, "utf8")));
}
