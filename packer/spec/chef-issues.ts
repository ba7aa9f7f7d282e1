import { certificateProblem } from "../../chef/certificates";
import { isServerUrl, withoutPassword } from "../../chef/connection-options";
import { parseKeyReference } from "../../chef/keys/key-reference";
import { type Fields, fields, issue, matching, optional } from "./fields";

/** A password in it would become part of the image. */
const URL_EXPECTED = "https://HOST[:PORT][/organizations/NAME], without a password";

/** Mistakes in the settings for the Chef server and the converge. */
export function chefIssues(chef: Fields): string[] {
  const { serverUrl, runList, policyName, policyGroup } = chef;
  const texts = Array.isArray(runList) && runList.every((item) => typeof item === "string");
  const issues = [
    ...(isServerUrl(serverUrl) ? [] : [issue("chef.serverUrl", withoutPassword(serverUrl), URL_EXPECTED)]),
    ...(texts ? [] : [issue("chef.runList", runList, "a list of strings such as 'recipe[base]'")]),
    ...["environment", "policyName", "policyGroup", "caPem", "clientVersion"].flatMap((name) =>
      optional(chef, name, "string", "chef."),
    ),
    ...(chef.license === undefined
      ? []
      : matching(chef, "license", /^accept(-silent|-no-persist)?$/, "'accept'", "chef.")),
    ...packageIssues(chef),
    ...optional(chef, "attributes", "object", "chef."),
    ...timeoutIssues(chef.convergeTimeoutSeconds),
    ...certificateIssues(chef.caPem),
    ...secretIssues(chef.dataBagSecret),
    ...optional(chef, "proxies", "object", "chef."),
    ...identityIssues(chef.validator, "chef.validator"),
    ...identityIssues(chef.operator, "chef.operator"),
  ];
  if (Boolean(policyName) !== Boolean(policyGroup)) {
    issues.push("'chef.policyName' and 'chef.policyGroup' belong together; give both or neither");
  }
  if (policyName && (chef.environment || (texts && runList.length > 0))) {
    issues.push(
      "'chef.policyName' brings its own run list and environment; leave out 'chef.runList' and 'chef.environment'",
    );
  }
  return issues;
}

const PACKAGE_URL = /^https:\/\/[A-Za-z0-9.:-]+\/[A-Za-z0-9._~%/+-]+\.(deb|rpm)$/;

/** A URL with a password or a signature would be stored in the state. */
function packageIssues({ clientPackage, clientVersion }: Fields): string[] {
  if (clientPackage === undefined) return [];
  const { url } = fields(clientPackage);
  const sound = typeof url === "string" && PACKAGE_URL.test(url);
  return [
    ...(sound
      ? []
      : [
          issue(
            "chef.clientPackage.url",
            withoutPassword(url),
            "https://HOST/….deb or ….rpm, without password or query",
          ),
        ]),
    ...matching(fields(clientPackage), "sha256", /^[0-9a-f]{64}$/, "64 hexadecimal digits", "chef.clientPackage."),
    ...(clientVersion === undefined
      ? []
      : ["'chef.clientPackage' determines the version; leave out 'chef.clientVersion'"]),
  ];
}

function timeoutIssues(seconds: unknown): string[] {
  if (seconds === undefined || (Number.isInteger(seconds) && Number(seconds) > 0)) return [];
  return [issue("chef.convergeTimeoutSeconds", seconds, "a whole number of seconds")];
}

/** Only places that the instance can read with its own role, since nothing uploads it. */
function secretIssues(secret: unknown): string[] {
  if (secret === undefined) return [];
  try {
    const reference = parseKeyReference(secret, "chef.dataBagSecret");
    if ("ssmParameter" in reference || "secretId" in reference) return [];
    return ["'chef.dataBagSecret' is stored on this machine, expected ssmParameter or secretId"];
  } catch (error) {
    return [(error as Error).message];
  }
}

function certificateIssues(caPem: unknown): string[] {
  const problem = typeof caPem === "string" ? certificateProblem(caPem) : undefined;
  return problem ? [`'chef.caPem' cannot be used: ${problem}; give PEM certificates, one after the other`] : [];
}

function identityIssues(value: unknown, setting: string): string[] {
  const identity = fields(value);
  const issues = matching(identity, "name", /^[A-Za-z0-9_.-]+$/, "the name of a Chef client", `${setting}.`);
  try {
    parseKeyReference(identity.key, `${setting}.key`);
  } catch (error) {
    issues.push((error as Error).message);
  }
  return issues;
}
