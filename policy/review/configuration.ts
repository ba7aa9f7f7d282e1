import { readFileSync } from "node:fs";
import { didYouMean } from "../../common/did-you-mean";
import { rules } from "../rules";

const LEVELS = ["advisory", "mandatory", "remediate", "disabled"];

/** The CLI's name for all rules, and for a rule's level among its settings. */
const [ALL, LEVEL] = ["all", "enforcementLevel"] as const;

/**
 * Refuses a configuration with unknown rules or settings, which the CLI would ignore.
 *
 * @throws an error that names each mistake and suggests known names
 */
export function checkConfiguration(file: string): void {
  const issues = mistakesIn(parsed(file));
  if (issues.length > 0)
    throw new Error(`'${file}' has unknown settings:\n${issues.map((one) => `  ${one}`).join("\n")}`);
}

function parsed(file: string): Readonly<Record<string, unknown>> {
  const text = readFileSync(file, "utf8");
  const value = jsonOf(text, file);
  if (isObject(value)) return value;
  throw new Error(`'${file}' must contain an object of rules, got ${JSON.stringify(value)}`);
}

function jsonOf(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`'${file}' is not JSON: ${(error as Error).message}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** All mistakes in a configuration file. */
export function mistakesIn(configuration: Readonly<Record<string, unknown>>): string[] {
  const names = [ALL, ...rules.map(({ name }) => name)];
  return Object.entries(configuration).flatMap(([name, said]) => {
    if (!names.includes(name)) return [`there is no rule '${name}'${meant(name, names)}`];
    if (typeof said === "string") return level(name, said);
    if (!isObject(said)) return [`'${name}' must be a level or an object of settings, got ${JSON.stringify(said)}`];
    return Object.entries(said).flatMap(([setting, value]) => mistakesOf(name, setting, value));
  });
}

function level(rule: string, said: unknown): string[] {
  if (LEVELS.includes(String(said))) return [];
  return [`'${rule}' has the level '${said}', expected one of ${LEVELS.join(", ")}${meant(String(said), LEVELS)}`];
}

function mistakesOf(rule: string, setting: string, value: unknown): string[] {
  if (setting === LEVEL) return level(rule, value);
  const schema = rules.find(({ name }) => name === rule)?.configSchema?.properties ?? {};
  const settings = [LEVEL, ...Object.keys(schema)];
  const known = schema[setting];
  if (known === undefined) return [`'${rule}' has no setting '${setting}'${meant(setting, settings)}`];
  const isWrong = known.type !== undefined && !isOf(String(known.type), value);
  return isWrong ? [`'${setting}' of '${rule}' must be of type ${known.type}, got ${JSON.stringify(value)}`] : [];
}

function isOf(type: string, value: unknown): boolean {
  if (type === "array") return Array.isArray(value);
  if (type === "integer") return Number.isInteger(value);
  return type === "object" ? isObject(value) : typeof value === type;
}

/** The name that is near, or else all there are. */
function meant(word: string, names: readonly string[]): string {
  return `; ${didYouMean(word, names) ?? `known are ${names.join(", ")}`}`;
}
