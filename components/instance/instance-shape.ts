import { anything, late, listOf, object, type ShapeOf, text } from "../validation/shape";
import type { Instance } from "./instance";

export const instance = object({
  policyStatements: listOf(anything),
  managedPolicyArns: listOf(late(text)),
  profileName: late(text),
  profileArn: late(text),
} satisfies ShapeOf<Instance>);
