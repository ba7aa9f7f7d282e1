import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SDK = dirname(require.resolve("@pulumi/aws/package.json"));

/** A property in the declarations of @pulumi/aws. */
interface Declared {
  readonly type: string;
  readonly optional: boolean;
}

type Interface = ReadonlyMap<string, Declared>;

/**
 * Properties of a resource type that may be omitted and that the provider then computes: Optional and Computed in its schema. The
 * SDK's generator makes an output optional if the schema has it Optional and not Computed, so the declarations show it.
 *
 * @returns paths such as `redrivePolicy`, and `metadataOptions.httpTokens` within a given object
 * @see https://github.com/pulumi/pulumi-terraform-bridge/blob/master/pkg/tfgen/generate.go (variable.optional)
 */
export function optionalAndComputed(type: string): string[] {
  const [, module = "", name = ""] = /^aws:([^/]+)\/[^:]+:(\w+)$/.exec(type) ?? [];
  const file = name.charAt(0).toLowerCase() + name.slice(1);
  const text = readFileSync(join(SDK, module, `${file}.d.ts`), "utf8");
  const outputs = members(
    body(text, `export declare class ${name} extends`),
    /^ {4}readonly (\w+)(\??): pulumi\.Output<(.*)>;$/gm,
  );
  const inputs = members(body(text, `export interface ${name}Args`), /^ {4}(\w+)(\??): pulumi\.Input<(.*?)>;$/gm);
  return found(inputs, outputs, []).sort();
}

function found(inputs: Interface, outputs: Interface, above: readonly string[]): string[] {
  return [...inputs].flatMap(([key, input]) => {
    const output = outputs.get(key);
    if (output === undefined || above.length > 5) return [];
    const path = [...above, key];
    if (input.optional && !output.optional) return [path.join("."), ...inside(input.type, output.type, path)];
    return inside(input.type, output.type, path);
  });
}

/** Properties within an object or a list of objects, whether or not the object itself is optional. */
function inside(input: string, output: string, path: readonly string[]): string[] {
  const [inputName, outputName] = [/inputs\.(\w+)\.(\w+)/.exec(input), /outputs\.(\w+)\.(\w+)/.exec(output)];
  if (!inputName?.[1] || !inputName[2] || !outputName?.[1] || !outputName[2]) return [];
  return found(nested("input", inputName[1], inputName[2]), nested("output", outputName[1], outputName[2]), path);
}

const texts = new Map<string, string>();

function nested(side: "input" | "output", module: string, name: string): Interface {
  const text = texts.get(side) ?? readFileSync(join(SDK, "types", `${side}.d.ts`), "utf8");
  texts.set(side, text);
  const start = text.indexOf(`\nexport declare namespace ${module} {`);
  const end = text.indexOf("\n}\n", start);
  const own = body(text.slice(start, end), `    interface ${name} {`, "\n    }\n");
  return members(own, /^ {8}(\w+)(\??): (.*?);$/gm);
}

function body(text: string, head: string, end = "\n}\n"): string {
  const start = text.indexOf(head);
  if (start < 0) throw new Error(`the declarations of @pulumi/aws have no '${head}'`);
  return text.slice(start, text.indexOf(end, start));
}

function members(text: string, pattern: RegExp): Interface {
  const lines = text.replace(/\/\*\*.*?\*\//gs, "").replace(/\{\s*\[key: string\]: ([^;]*);\s*\}/g, "Record<$1>");
  return new Map(
    [...lines.matchAll(pattern)].map(([, key = "", mark, type = ""]) => [
      key,
      { type, optional: mark === "?" || /\| undefined$/.test(type) },
    ]),
  );
}
