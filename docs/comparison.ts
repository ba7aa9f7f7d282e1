import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GROUP_RESOURCES, OWNED } from "../components/pass-through/pass-on";
import type { GroupResource } from "../components/pass-through/resources";
import { CDK } from "./comparison/cdk";
import type { Foreign, Row } from "./comparison/row";
import { TERRAFORM } from "./comparison/terraform";
import { type Documented, documentedType } from "./docstrings";
import { describedResources, propertiesOf } from "./provider-properties";

const INTRODUCTION = `# Comparison

Every argument of two other ways to declare a group, and where it is here: an argument of its own (first class), a property that is [passed on](pass-through.md),
or deliberately not. Made by \`npm run docs\` from the types; a test keeps it equal, and nothing stands here that these do not have.
`;

/** docs/comparison.md. @throws where an argument or a property is not there */
export function comparisonPage(): string {
  return [INTRODUCTION, ...[TERRAFORM, CDK].map(section)].join("\n");
}

function section({ title, source, rows }: Foreign): string {
  const count = (kind: Row["kind"]) => Object.values(rows).filter((row) => row.kind === kind).length;
  const kinds = (["first class", "passed on", "deliberately not"] as const).map((kind) => `${count(kind)} ${kind}`);
  const lines = Object.entries(rows).map(([name, row]) => `| \`${name}\` | ${row.kind} | ${shown(name, row)} |`);
  const head = `## ${title}\n\nRead from ${source}: ${kinds.join(", ")}.\n\n| there | here | where, or why not |\n| --- | --- | --- |`;
  return `${head}\n${lines.join("\n")}\n`;
}

function shown(name: string, row: Row): string {
  switch (row.kind) {
    case "first class":
      return filled(name, row.paths.map(existing).join(", "));
    case "passed on":
      return passed(row.resource as GroupResource, row.property);
    case "deliberately not":
      return filled(name, row.reason);
  }
}

function filled(name: string, text: string): string {
  if (text === "") throw new Error(`the row of '${name}' is empty`);
  return text;
}

let args: Documented | undefined;

/** A path of a group's arguments; each of them has a docstring, so that what has none is not there. */
export function existing(path: string): string {
  args ??= documentedType("components/group/group-arguments.ts", "ChefAutoScalingGroupArgs");
  const found = path.split(".").reduce((at, name) => (name === "*" ? at.member : at.property(name)), args);
  if (found.meaning === "") throw new Error(`a group has no argument '${path}'`);
  return `\`${path}\``;
}

/** @throws where the provider has no such property, or the component owns it */
export function passed(resource: GroupResource, property: string): string {
  const path = `passOn.${resource}.${property}`;
  const { argsType } = describedResources()[resource] ?? {};
  if (!argsType || !GROUP_RESOURCES.includes(resource)) throw new Error(`nothing is passed on to '${resource}'`);
  if (!propertiesOf(argsType).includes(property)) throw new Error(`${argsType} has no '${property}'`);
  if (Object.hasOwn(OWNED[resource], property)) throw new Error(`'${path}' is the component's`);
  return `\`${path}\``;
}

if (require.main === module) writeFileSync(join(__dirname, "comparison.md"), comparisonPage());
