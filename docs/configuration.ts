import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind, Shape } from "../components/validation/shape";
import { fleetShape } from "../stacks/fleet-config";
import { type Documented, documentedType } from "./docstrings";

const INTRODUCTION = `# Configuration

Keys of the namespace \`chef-autoscaling\` in \`Pulumi.<stack>.yaml\`, in addition to \`aws:region\`. This page is generated from the program's types by
\`npm run docs\`.

| key | type | required | meaning |
| --- | --- | --- | --- |
`;

/** docs/configuration.md: kinds from the shape, meanings and defaults from the docstrings. */
export function configurationTable(): string {
  return `${INTRODUCTION}${rows("", fleetShape, documentedType("stacks/fleet-config.ts", "FleetConfig")).join("\n")}\n`;
}

function rows(prefix: string, shape: Shape, type: Documented): string[] {
  return Object.entries(shape).flatMap(([key, kind]) => {
    if (kind.inProgram) return [];
    const name = prefix + key;
    const property = type.property(key);
    const isRequired = kind.needed && property.defaultValue === undefined;
    const row = `| \`${name}\` | ${typeOf(kind)} | ${isRequired ? "yes" : ""} | ${meaningOf(property)} |`;
    return [row, ...rowsInside(name, kind, property)];
  });
}

/** The members of an object, of a map's values, and of a list's items. */
function rowsInside(name: string, { members, member, isList }: Kind, type: Documented): string[] {
  if (members) return rows(`${name}.`, members, type);
  return member?.members ? rows(isList ? `${name}[].` : `${name}.<name>.`, member.members, type.member) : [];
}

function meaningOf({ meaning, defaultValue }: Documented): string {
  const whole = defaultValue === undefined ? meaning : `${meaning} Default: ${defaultValue}`;
  return whole.trim().replaceAll("|", "\\|");
}

function typeOf(kind: Kind): string {
  const mayBeFalse = kind.members !== undefined && kind.fits(false);
  if (kind.members && kind.isList) return "object, or list of objects";
  if (kind.members) return mayBeFalse ? "object, or `false`" : "object";
  if (kind.words)
    return kind.words.map((word) => `\`${word}\``).join(", ") + (kind.isList ? ", or a list of them" : "");
  if (kind.member) return kind.isList ? `list of ${typeOf(kind.member)}` : `a name for each: ${typeOf(kind.member)}`;
  return kind.expected;
}

if (require.main === module) writeFileSync(join(__dirname, "configuration.md"), configurationTable());
