import type * as pulumi from "@pulumi/pulumi";
import { certificateProblem } from "../../chef/certificates";
import { isServerUrl, withoutPassword } from "../../chef/connection-options";
import { type KeyReference, storedInAws } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";
import { type DataBagSecret, dataBagSecretIssues } from "./data-bag-secret";
import { identityIssues, sharedKeyIssues } from "./identity";
import { type ChefLicense, licenseIssues } from "./license";
import { type Proxies, proxyIssues } from "./proxies";
import { type ReadFrom, readFromIssues } from "./read-from";

/** A Chef API client (or user) and the place its private key is read from when it is needed. */
export interface ChefIdentity {
  /** Name under which the Chef server knows it. */
  readonly name: string;
  /**
   * Where the PEM private key is kept; the key itself never enters a program, a state file or a log. Its place is plain text, which user data, functions and
   * bakes are made of: a program that makes the parameter or secret gives it a name, and says the same name here.
   */
  readonly key: KeyReference;
  /** ARN of the customer-managed KMS key that encrypts it; whoever reads the key is permitted to decrypt with it. @default AWS's own */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

export type { ChefLicense, DataBagSecret, Proxies, ReadFrom };

/**
 * How instances, the reaper and the cleanup reach one Chef Infra Server. Its proxies are those of what runs in AWS: instances, the
 * bake's among them, and the reaper's function or service. What runs on this machine uses HTTPS_PROXY and NO_PROXY of this machine.
 */
export interface ChefConnection extends Proxies {
  /** Base URL, with `/organizations/<name>` where the server has organizations. */
  readonly serverUrl: string;
  /** PEM certificates that signed the server's own; a function's environment, 4 KB, has room for one or two. @default the system's certificate authorities */
  readonly caPem?: string;
  /**
   * Accepts the license of Chef Infra Client (15 and newer), for the bake and for every instance. Without it that client ends with 172;
   * Cinc Client asks for none.
   *
   * @default not accepted
   * @see https://docs.chef.io/licensing/accept/
   */
  readonly license?: ChefLicense;
  /**
   * Decrypts encrypted data bags on every instance. An instance reads it at boot and keeps it, for root alone, in
   * /etc/chef/encrypted_data_bag_secret, because later runs of the client need it too; a bake keeps it in memory, never in the image.
   *
   * @default none
   */
  readonly dataBagSecret?: DataBagSecret;
  /** Narrows from where instances may read the validator's key and the data bag secret. @default from wherever their role is used */
  readonly readFrom?: ReadFrom;
  /** Registers new nodes. Instances of a group read its key at boot, so only SSM Parameter Store or Secrets Manager will do there; a bake takes any. */
  readonly validator: ChefIdentity;
  /** Deletes nodes and clients; needs read and delete on both. */
  readonly operator: ChefIdentity;
}

/**
 * What is wrong with a connection for a group.
 *
 * @param reapedInAws whether a function or service of AWS deletes the nodes, rather than a worker on a machine of yours
 */
export function connectionIssues(chef: ChefConnection, reapedInAws: boolean): ValidationIssue[] {
  const wrong = chefIssues(chef);
  if (wrong.length > 0) return wrong;
  const { validator, operator } = chef;
  if (!isReadInAws(validator.key)) wrong.push(keyOutOfReach("validator", validator.key));
  if (reapedInAws && !isReadInAws(operator.key)) wrong.push(keyOutOfReach("operator", operator.key));
  return wrong;
}

/** What is wrong with a connection wherever it is used; a key that was pasted in before all else. */
export function chefIssues(chef: ChefConnection | undefined): ValidationIssue[] {
  if (typeof chef !== "object" || chef === null) {
    const fix = "give 'serverUrl', 'validator' and 'operator'";
    return [{ property: "chef", value: chef, expected: "how to reach the Chef server", fix }];
  }
  const pasted = pastedKeys(chef, "chef");
  if (pasted.length > 0) return pasted;
  const wrong = [
    ...serverIssues(chef),
    ...licenseIssues(chef.license),
    ...proxyIssues(chef),
    ...dataBagSecretIssues(chef.dataBagSecret),
    ...readFromIssues(chef.readFrom),
    ...identityIssues(chef.validator, "chef.validator"),
    ...identityIssues(chef.operator, "chef.operator"),
  ];
  return wrong.length > 0 ? wrong : sharedKeyIssues(chef);
}

/** What is wrong with a connection for whoever reaps: the validator is not asked for. */
export function operatorIssues(chef: ChefConnection): ValidationIssue[] {
  const pasted = pastedKeys(chef, "chef");
  if (pasted.length > 0) return pasted;
  return [...serverIssues(chef), ...proxyIssues(chef), ...identityIssues(chef.operator, "chef.operator")];
}

/** What is wrong with where the server is, and with the certificates to trust. */
export function serverIssues({ serverUrl, caPem }: Pick<ChefConnection, "serverUrl" | "caPem">): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!isServerUrl(serverUrl)) {
    const expected =
      "an https URL without a password, with the organization's name where there are some; http only for a server on this machine";
    const fix = "write it as https://chef.example.com/organizations/acme";
    wrong.push({ property: "chef.serverUrl", value: withoutPassword(serverUrl), expected, fix });
  }
  const problem = caPem === undefined ? undefined : certificateProblem(String(caPem));
  if (problem) {
    const expected = `PEM certificates, one after the other, but ${problem}`;
    const fix = "give the text of the file that `openssl x509 -in ca.pem -text` can read";
    wrong.push({ property: "chef.caPem", value: `${String(caPem).length} characters`, expected, fix });
  }
  return wrong;
}

/** Whether an instance or a function can read a key with its own role. */
export function isReadInAws(key: KeyReference): boolean {
  return storedInAws(key) !== undefined;
}

/** The mistake of a key on this machine that something in AWS would have to read. */
export function keyOutOfReach(identity: "validator" | "operator", key: KeyReference): ValidationIssue {
  const expected = `a key that ${identity === "validator" ? "an instance" : "the reaper's function"} can read`;
  const fix = "put the key into SSM Parameter Store or Secrets Manager and say ssmParameter or secretId";
  return { property: `chef.${identity}.key`, value: key, expected, fix };
}
