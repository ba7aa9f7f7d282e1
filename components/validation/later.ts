import * as pulumi from "@pulumi/pulumi";
import { isRecord } from "../../common/json";
import { raise, withoutValues } from "./issues";
import { isLater } from "./outputs";
import { type Reference, referenceIssues } from "./reference";
import type { Kind, Shape } from "./shape";

/**
 * The arguments. References that are still unknown are checked as soon as they are known, before anything that uses them is created.
 *
 * @param subject what the arguments are for, named in the error
 */
export function checkedLater<Args extends object>(args: Args, shape: Shape, subject: string): Args {
  return inMembers(args, shape, "", subject) as Args;
}

function inMembers(value: object, shape: Shape, path: string, subject: string): object {
  const entries = Object.entries(value).map(([name, member]) => {
    const kind = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return [name, kind ? inKind(member, kind, path === "" ? name : `${path}.${name}`, subject) : member];
  });
  return Object.fromEntries(entries);
}

function inKind(value: unknown, { reference, members, member }: Kind, path: string, subject: string): unknown {
  if (value === undefined) return undefined;
  if (reference) {
    const checked = (one: unknown) => (isLater(one) ? whenKnown(one, reference, path, subject) : one);
    return Array.isArray(value) ? value.map(checked) : checked(value);
  }
  if (isLater(value)) return value;
  if (members && isRecord(value)) return inMembers(value, members, path, subject);
  if (!member) return value;
  if (Array.isArray(value)) return value.map((one, index) => inKind(one, member, `${path}.${index}`, subject));
  const each = (name: string) => inKind((value as Record<string, unknown>)[name], member, `${path}.${name}`, subject);
  return isRecord(value) ? Object.fromEntries(Object.keys(value).map((name) => [name, each(name)])) : value;
}

function whenKnown(value: unknown, reference: Reference, path: string, subject: string): pulumi.Output<unknown> {
  const given: pulumi.Output<unknown> = pulumi.output(value);
  return pulumi.all([given, pulumi.isSecret(given)]).apply(([known, isSecret]) => {
    const issues = referenceIssues(reference, known, path);
    raise(subject, isSecret ? withoutValues(issues) : issues);
    return known;
  });
}
