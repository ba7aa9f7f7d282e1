import { z } from "zod";
import { name } from "./primitives";

/** What a node converges to, of a bake or of a group. */
export const convergence = {
  runList: z.array(name).optional().describe("run list; default `[]`"),
  environment: name.optional().describe("Chef environment; default `_default`"),
  policyName: name.optional().describe("policyfile, with `policyGroup` and instead of a run list"),
  policyGroup: name.optional().describe("group of the policyfile"),
  convergeTimeoutSeconds: z
    .int()
    .positive()
    .optional()
    .describe("seconds that one run of the Chef client may take; default `3600`"),
  attributes: z.record(z.string(), z.unknown()).optional().describe("node attributes for the first run"),
};
