import type * as ec2 from "@aws-sdk/client-ec2";
import type { Properties } from "../values";
import { needText, objects, textMap, texts } from "./reading";
import type { Call } from "./resource-type";
import { plain, type Shape, unknownKeys } from "./shape";

/** Implements one function of @pulumi/aws. */
export type Lookup = (call: Call, args: Properties) => Promise<Properties>;

/** Arguments of most EC2 lookups. */
export const FILTERS = { filters: plain("name", "values"), tags: true } as const;

/** A lookup that refuses unknown arguments. */
export function knowing(token: string, shape: Shape, lookup: Lookup): Record<string, Lookup> {
  return {
    [token]: async (call, args) => {
      const [failure] = unknownKeys(token, args, { ...shape, region: true });
      if (failure) throw new Error(failure.reason);
      return lookup(call, args);
    },
  };
}

/** The `filters` and `tags` of the arguments as EC2 filters. */
export function filters(args: Properties): ec2.Filter[] {
  return [
    ...objects(args, "filters").map((filter) => ({ Name: needText(filter, "name"), Values: texts(filter, "values") })),
    ...Object.entries(textMap(args, "tags")).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] })),
  ];
}

export function tagMap(tags: { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
