import type { Stack } from "../stack";

export type Props = Readonly<Record<string, unknown>>;

/** One resource, which is enough for most examples. */
export type Example = readonly [type: string, props: Props];

/** The examples of checkov's own tests for one of its checks, in Pulumi's properties. */
export interface Examples {
  /** Also found here. */
  readonly fails: readonly (Example | Stack)[];
  /** Not found here either. */
  readonly passes: readonly (Example | Stack)[];
  /** Examples with another result here than there; docs/policy/checkov.ts explains why. @default none */
  readonly differs?: { readonly found?: readonly Example[]; readonly notFound?: readonly Example[] };
}

export const allow = (statement: Props): Props => ({ Effect: "Allow", ...statement });

/** A policy document as text, as in the examples. */
export const document = (...statements: readonly Props[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
