import { anything, late, listOf, object, type ShapeOf, text } from "../validation/shape";
import type { Instance } from "./instance";
import type { OwnUserData } from "./own-user-data";

export const instance = object({
  policyStatements: listOf(anything),
  managedPolicyArns: listOf(late(text)),
  profileName: late(text),
  profileArn: late(text),
  userData: object({ before: listOf(late(text)), after: listOf(late(text)) } satisfies ShapeOf<OwnUserData>),
} satisfies ShapeOf<Instance>);
