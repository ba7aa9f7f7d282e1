import type { Stack } from "../stack";

export type Props = Readonly<Record<string, unknown>>;

/** One resource, as most examples are. */
export type Example = readonly [type: string, props: Props];

/** What checkov's own tests have for one of its checks, in Pulumi's properties. */
export interface Examples {
  /** Found here as well. */
  readonly fails: readonly (Example | Stack)[];
  /** Nothing is found here either. */
  readonly passes: readonly (Example | Stack)[];
  /** Fails or passes there, and is judged otherwise here; docs/policy/checkov.ts says why. @default none */
  readonly differs?: { readonly found?: readonly Example[]; readonly notFound?: readonly Example[] };
}

export const allow = (statement: Props): Props => ({ Effect: "Allow", ...statement });

/** A document as text, as the examples have it. */
export const document = (...statements: readonly Props[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
