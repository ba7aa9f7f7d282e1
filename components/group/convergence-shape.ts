import { count, late, plainObject, type ShapeOf, text, texts } from "../validation/shape";
import type { ChefConvergence } from "./user-data";

export const convergenceShape = {
  runList: texts,
  environment: text,
  policyName: text,
  policyGroup: text,
  attributes: late(plainObject),
  convergeTimeoutSeconds: count,
} satisfies ShapeOf<ChefConvergence>;
