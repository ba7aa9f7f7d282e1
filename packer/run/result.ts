import { parseJson } from "../../common/json";
import { fields } from "../spec/fields";

/** What the program reads from standard output. */
export interface BakeResult {
  readonly imageId: string;
  /** Ids of the image in its own region and in those it is copied to, by region. */
  readonly imageIds: Readonly<Record<string, string>>;
  /** Whether the image already existed, or another bake of the same fingerprint finished first. */
  readonly reused: boolean;
  readonly region: string;
  readonly instanceType: string;
  readonly fingerprint: string;
  /** Project and stack in the images' tags. */
  readonly stack?: string;
  /** Keys of the requested tags. */
  readonly tags: readonly string[];
}

/** The part that the next update uses: the name of the stack, and the requested tags. */
export type EarlierResult = Partial<Pick<BakeResult, "stack" | "tags">>;

/** The earlier output of the same command, as pulumi-command passes it to an update; empty at the first run. */
export function earlierResult({ PULUMI_COMMAND_STDOUT: text }: NodeJS.ProcessEnv): EarlierResult {
  // Output of an older version, or no output, contains no information
  const { stack, tags } = fields(parseJson(text ?? ""));
  return {
    ...(typeof stack === "string" && { stack }),
    ...(Array.isArray(tags) && { tags: tags.filter((key): key is string => typeof key === "string") }),
  };
}
