import { parseJson } from "../../chef/json";
import { fields } from "../spec/fields";

/** What the program reads from standard output. */
export interface BakeResult {
  readonly imageId: string;
  /** The image in its own region and in those it is copied to, by region. */
  readonly imageIds: Readonly<Record<string, string>>;
  /** Whether the image was there already, or another bake of the same address was first. */
  readonly reused: boolean;
  readonly region: string;
  readonly instanceType: string;
  readonly fingerprint: string;
  /** Project and stack that the images are tagged with. */
  readonly stack?: string;
  /** Keys of the tags that were asked for. */
  readonly tags: readonly string[];
}

/** What of it the next update goes by: what this stack was called, and which tags it asked for. */
export type EarlierResult = Partial<Pick<BakeResult, "stack" | "tags">>;

/** What an earlier run of the same command printed, as pulumi-command passes it on to an update; empty at the first. */
export function earlierResult({ PULUMI_COMMAND_STDOUT: text }: NodeJS.ProcessEnv): EarlierResult {
  // What an older version printed, or nobody, tells of nothing
  const { stack, tags } = fields(parseJson(text ?? ""));
  return {
    ...(typeof stack === "string" && { stack }),
    ...(Array.isArray(tags) && { tags: tags.filter((key): key is string => typeof key === "string") }),
  };
}
