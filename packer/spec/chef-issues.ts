import { certificateProblem } from "../../chef/certificates";
import { isServerUrl } from "../../chef/connection-options";
import { parseKeyReference, storedInAws } from "../../chef/keys/key-reference";
import { type Fields, fields, isCount, matching, optional, type SpecIssue, unless } from "./fields";

/** A password in it would become part of the image. */
const URL_EXPECTED = "https://HOST[:PORT][/organizations/NAME], without a password";

/** Mistakes in the settings for the Chef server and the converge. */
export function chefIssues(chef: Fields): SpecIssue[] {
  const { serverUrl, runList, policyName, policyGroup, convergeTimeoutSeconds: timeout } = chef;
  const texts = Array.isArray(runList) && runList.every((item) => typeof item === "string");
  const issues = [
    ...unless(isServerUrl(serverUrl), "chef.serverUrl", serverUrl, URL_EXPECTED),
    ...unless(texts, "chef.runList", runList, "a list of strings such as 'recipe[base]'"),
    ...["environment", "policyName", "policyGroup", "caPem", "clientVersion"].flatMap((name) =>
      optional(chef, name, "string", "chef."),
    ),
    ...(chef.license === undefined
      ? []
      : matching(chef, "license", /^accept(-silent|-no-persist)?$/, "'accept'", "chef.")),
    ...packageIssues(chef),
    ...optional(chef, "attributes", "object", "chef."),
    ...sizeIssues(chef.attributes),
    ...unless(isCount(timeout, 1, Infinity), "chef.convergeTimeoutSeconds", timeout, "a whole number of seconds"),
    ...certificateIssues(chef.caPem),
    ...secretIssues(chef.dataBagSecret),
    ...optional(chef, "proxies", "object", "chef."),
    ...identityIssues(chef.validator, "chef.validator"),
    ...identityIssues(chef.operator, "chef.operator"),
  ];
  if (Boolean(policyName) !== Boolean(policyGroup)) {
    const says = "and 'chef.policyGroup' belong together; give both or neither";
    issues.push({ property: "chef.policyName", says });
  }
  if (policyName && (chef.environment || (texts && runList.length > 0))) {
    const says = "includes run list and environment; leave out 'chef.runList' and 'chef.environment'";
    issues.push({ property: "chef.policyName", says });
  }
  return issues;
}

/**
 * Linux allows 131,072 bytes for one variable of the environment, and for the command in which a shell sets all of them; the rest is for
 * certificates and other settings.
 *
 * @see https://man7.org/linux/man-pages/man2/execve.2.html, MAX_ARG_STRLEN
 */
const LARGEST_ATTRIBUTES = 98_304;

/** Packer sets the variables in single quotes, in which each single quote takes five characters. */
function sizeIssues(attributes: unknown): SpecIssue[] {
  const text = JSON.stringify(attributes) ?? "";
  const bytes = Buffer.byteLength(text) + 4 * (text.split("'").length - 1);
  if (bytes <= LARGEST_ATTRIBUTES) return [];
  const [found, most] = [bytes, LARGEST_ATTRIBUTES].map((number) => number.toLocaleString("en"));
  const says = `takes ${found} bytes, expected at most ${most}, which fit into an environment variable`;
  return [
    {
      property: "chef.attributes",
      says: `${says}; keep it in a role, an environment or a policyfile on the Chef server`,
    },
  ];
}

const PACKAGE_EXPECTED = "https://HOST/….deb or ….rpm, without password or query";
const PACKAGE_URL = /^https:\/\/[A-Za-z0-9.:-]+\/[A-Za-z0-9._~%/+-]+\.(deb|rpm)$/;

const VERSION_TWICE = { property: "chef.clientPackage", says: "has a version; leave 'chef.clientVersion' out" };

/** A URL with a password or a signature would be stored in the state. */
function packageIssues({ clientPackage, clientVersion }: Fields): SpecIssue[] {
  if (clientPackage === undefined) return [];
  const { url } = fields(clientPackage);
  const sound = typeof url === "string" && PACKAGE_URL.test(url);
  return [
    ...unless(sound, "chef.clientPackage.url", url, PACKAGE_EXPECTED),
    ...matching(fields(clientPackage), "sha256", /^[0-9a-f]{64}$/, "64 hexadecimal digits", "chef.clientPackage."),
    ...(clientVersion === undefined ? [] : [VERSION_TWICE]),
  ];
}

/** Only places that the instance can read with its own role, since nothing uploads it. */
function secretIssues(secret: unknown): SpecIssue[] {
  const property = "chef.dataBagSecret";
  if (secret === undefined) return [];
  const wrong = referenceIssues(secret, property);
  if (wrong.length > 0 || storedInAws(parseKeyReference(secret, property))) return wrong;
  return [{ property, says: "is kept on this machine, expected ssmParameter or secretId" }];
}

function referenceIssues(reference: unknown, property: string): SpecIssue[] {
  try {
    parseKeyReference(reference, property);
    return [];
  } catch (error) {
    return [{ property, says: `cannot be used: ${(error as Error).message}` }];
  }
}

function certificateIssues(caPem: unknown): SpecIssue[] {
  const problem = typeof caPem === "string" ? certificateProblem(caPem) : undefined;
  const says = `cannot be used: ${problem}; give PEM certificates, one after the other`;
  return problem ? [{ property: "chef.caPem", says }] : [];
}

function identityIssues(value: unknown, setting: string): SpecIssue[] {
  const identity = fields(value);
  return [
    ...matching(identity, "name", /^[A-Za-z0-9_.-]+$/, "the name of a Chef client", `${setting}.`),
    ...referenceIssues(identity.key, `${setting}.key`),
  ];
}
