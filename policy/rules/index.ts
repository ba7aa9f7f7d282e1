/**
 * The rules of the policy pack, for your own pack.
 *
 * @module pulumi-chef-autoscaling/policy
 * @example
 * ```ts
 * new PolicyPack("acme", { policies: [...rules, ...ours] });
 * ```
 */

import type { Policies } from "@pulumi/policy";
import * as group from "./group";
import * as image from "./image";
import { propertiesKnown } from "./properties-known";
import * as security from "./security";

export * from "./group";
export * from "./image";
export * from "./security";
export { propertiesKnown };

/** All rules of the pack, for this pack and for yours. */
export const rules: Policies = [
  // Instances must match the bake of their image
  ...Object.values(image),
  // A group scales, reports and rolls back
  ...Object.values(group),
  // Nothing is public, unencrypted or broader than necessary
  ...Object.values(security),
  // And values that none of the rules could check
  propertiesKnown,
];
