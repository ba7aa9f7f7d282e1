import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** What the engine sends for a text that will only be known after the update. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource as the engine shows it to a policy pack. */
export interface TestResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** As the program stated it, checked by the provider: what resource rules see. */
  readonly props: Readonly<Record<string, unknown>>;
  /** What stack rules see. @default what the provider plans at a creation */
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly parent?: string;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Of its provider. */
  readonly region?: string;
}

/** A resource as a file of the corpus has it; `from` and `after` name others. */
export interface Written {
  readonly type: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly from?: Readonly<Record<string, string | readonly string[]>>;
  readonly after?: readonly string[];
  readonly parent?: string;
  readonly region?: string;
}

export type Stack = Readonly<Record<string, Written>>;

/** What one file of the corpus breaks in the sound stack. */
interface Breakage {
  readonly rule: string;
  /** Text that its message must hold. */
  readonly says: string;
  /** Rules that cannot but find the same. */
  readonly with?: readonly string[];
  readonly remove?: readonly string[];
  /** Properties laid over a resource's; null takes one away. */
  readonly change?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Dependencies of properties laid over a resource's; null takes one away. */
  readonly relink?: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
  readonly add?: Stack;
}

const CORPUS = join(__dirname, "corpus");

/** A stack of raw resources that no rule finds fault with, at its first preview. */
export function soundStack(): Stack {
  return parse(readFileSync(join(CORPUS, "sound.yaml"), "utf8")) as Stack;
}

/** The sound stack broken in one place each: `RULE.yaml` for each rule, `RULE--WAY.yaml` for more ways to break it. */
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

/** As the engine would show it: with URNs, and texts `$unknown` as unknown values. */
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
