import type { Properties, Value } from "../values";
import { isObject } from "../values";

/** The parts of the `aws` configuration that the lab's provider uses. */
export interface Configuration {
  readonly region: string;
  /** Tags for every resource that supports tags. */
  readonly defaultTags: Record<string, string>;
}

/** Settings of @pulumi/aws that have no effect with an emulator. */
const WITHOUT_EFFECT = [
  "version",
  "pluginDownloadURL",
  "profile",
  "accessKey",
  "secretKey",
  "token",
  "endpoints",
  "maxRetries",
  "retryMode",
  "s3UsePathStyle",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
];

/** Reads the provider's configuration, in which every value but text is encoded as JSON. @throws if a setting is unknown */
export function readConfiguration(config: Properties): Configuration {
  const settings = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, parsed(value)]));
  const { region, defaultTags, ...others } = settings;
  const unknown = Object.keys(others).filter((key) => !WITHOUT_EFFECT.includes(key) && !key.startsWith("__"));
  if (unknown.length > 0) {
    throw new Error(
      `the lab's aws provider has no setting '${unknown[0]}', it has region, defaultTags, ${WITHOUT_EFFECT.join(", ")}; remove it`,
    );
  }
  return { region: chosenRegion(region), defaultTags: tagsOf(defaultTags) };
}

function chosenRegion(region: Value | undefined): string {
  const chosen = region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (typeof chosen === "string" && chosen !== "") return chosen;
  throw new Error(
    `'aws:region' must name a region, got ${JSON.stringify(chosen)}; set it with pulumi config set aws:region us-east-1`,
  );
}

function tagsOf(defaultTags: Value | undefined): Record<string, string> {
  const tags = isObject(defaultTags) && isObject(defaultTags.tags) ? defaultTags.tags : {};
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)]));
}

function parsed(value: Value): Value {
  if (typeof value !== "string" || !/^[[{]|^(true|false)$/.test(value)) return value;
  return JSON.parse(value) as Value;
}
