import type { Policies } from "@pulumi/policy";
import { rules } from "./rules";

type Rule = Policies[number];

/** The part of docs/policy.md between these two lines is made from the rules. */
const [BEGIN, END] = ["<!-- rules: begin -->", "<!-- rules: end -->"];

/** The page with its table as the rules have it. Errors: the page has no place for it. */
export function withRuleTable(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no lines '${BEGIN}' and '${END}'`);
  return [before, BEGIN, "\n", ruleTable(), END, after].join("");
}

function ruleTable(): string {
  const head = ["| rule | severity | level | checkov | settings | why |", "| --- | --- | --- | --- | --- | --- |"];
  return `${[...head, ...rules.map(row)].join("\n")}\n`;
}

function row(rule: Rule): string {
  const { name, url, severity, enforcementLevel, tags = [], description } = rule;
  const checkov = tags.map((tag) => tag.replaceAll("_", "\\_")).join(", ");
  return `| [${name}](${url}) | ${severity} | ${enforcementLevel} | ${checkov} | ${settings(rule)} | ${description} |`;
}

function settings({ configSchema }: Rule): string {
  return Object.entries(configSchema?.properties ?? {})
    .map(([name, schema]) => `\`${name}\`: ${schema.description}; default \`${JSON.stringify(schema.default)}\``)
    .join("<br>");
}
