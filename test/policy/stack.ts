import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The engine's placeholder for a text that is known only after the update. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource as the engine sends it to a policy pack. */
export interface TestResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Inputs after the provider's check, which resource rules see. */
  readonly props: Readonly<Record<string, unknown>>;
  /** What stack rules see. @default what the provider plans for a creation */
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** The region of its provider. */
  readonly region?: string;
}

/** A resource in a file of the corpus; `from` and `after` contain names of others. */
export interface Written {
  readonly type: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly from?: Readonly<Record<string, string | readonly string[]>>;
  readonly after?: readonly string[];
  readonly parent?: string;
  readonly region?: string;
}

export type Stack = Readonly<Record<string, Written>>;

/** The changes of one corpus file to the sound stack. */
interface Breakage {
  readonly rule: string;
  /** Text that its message must contain. */
  readonly says: string;
  /** Rules that inevitably report it too. */
  readonly with?: readonly string[];
  readonly remove?: readonly string[];
  /** Changed properties of a resource; null removes one. */
  readonly change?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Changed dependencies of a resource's properties; null removes one. */
  readonly relink?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly add?: Stack;
}

const CORPUS = join(__dirname, "corpus");

/** A stack of raw resources in which no rule finds anything on its first preview. */
export function soundStack(): Stack {
  return parse(readFileSync(join(CORPUS, "sound.yaml"), "utf8")) as Stack;
}

/** Stacks with one mistake each in the sound stack: `RULE.yaml` for each rule, `RULE--WAY.yaml` for further violations. */
export function brokenStacks(): (Breakage & { readonly stack: Stack })[] {
  const files = readdirSync(CORPUS).filter((file) => file.endsWith(".yaml") && file !== "sound.yaml");
  return files.map((file) => {
    const breakage = {
      rule: file.replace(/(--.*)?\.yaml$/, ""),
      ...parse(readFileSync(join(CORPUS, file), "utf8")),
    } as Breakage;
    return { ...breakage, stack: broken(soundStack(), breakage) };
  });
}

function broken(sound: Stack, { remove = [], change = {}, relink = {}, add = {} }: Breakage): Stack {
  const kept = Object.entries(sound).filter(([name]) => !remove.includes(name));
  const changed = kept.map(([name, written]) => {
    const props = withoutNull({ ...written.props, ...change[name] });
    const from = withoutNull({ ...written.from, ...relink[name] });
    return [name, { ...written, props, from }];
  });
  return { ...(Object.fromEntries(changed) as Stack), ...add };
}

function withoutNull<Value>(values: Readonly<Record<string, Value | null>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== null));
}

/** Resources as the engine would send them: with URNs, and the text `$unknown` as unknown values. */
export function resourcesOf(stack: Stack): TestResource[] {
  const urns = new Map(Object.entries(stack).map(([name, { type }]) => [name, urnOf(type, name)]));
  const urn = (name: string) => urns.get(name) ?? [];
  return Object.entries(stack).map(([name, { type, props = {}, from = {}, after = [], parent, region }]) => {
    const linked = Object.entries(from).map(([key, names]) => [key, [names].flat().flatMap(urn)]);
    return {
      type,
      name,
      urn: urnOf(type, name),
      props: JSON.parse(JSON.stringify(props).replaceAll("$unknown", UNKNOWN_TEXT)),
      parent: parent && urns.get(parent),
      dependencies: [...after.flatMap(urn), ...linked.flatMap(([, sources]) => sources as string[])],
      propertyDependencies: Object.fromEntries(linked),
      region,
    };
  });
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:test::fleet::${type}::${name}`;
}
