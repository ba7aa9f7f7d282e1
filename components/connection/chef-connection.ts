import type * as pulumi from "@pulumi/pulumi";
import { certificateProblem } from "../../chef/certificates";
import { isServerUrl } from "../../chef/connection-options";
import { type KeyReference, storedInAws } from "../../chef/keys/key-reference";
import type { ValidationIssue } from "../validation/issues";
import { pastedKeys } from "../validation/pasted-keys";
import { type DataBagSecret, dataBagSecretIssues } from "./data-bag-secret";
import { identityIssues, sharedKeyIssues } from "./identity";
import { type ChefLicense, licenseIssues } from "./license";
import { type Proxies, proxyIssues } from "./proxies";
import { type ReadFrom, readFromIssues } from "./read-from";

/** A Chef API client (or user), and the place where its private key is stored. The key is read when it is needed. */
export interface ChefIdentity {
  /** Name of the client on the Chef server. */
  readonly name: string;
  /**
   * Place where the PEM private key is stored. The key itself never enters a program, a state file or a log. The place must be plain text,
   * because it becomes part of user data, functions and bakes: a program that creates the parameter or secret sets its name, and uses the
   * same name here.
   */
  readonly key: KeyReference;
  /**
   * ARN of the customer-managed KMS key that encrypts the private key; roles that read the key are allowed to decrypt with it. @default
   * AWS's own
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

export type { ChefLicense, DataBagSecret, Proxies, ReadFrom };

/**
 * How instances, the reaper and the cleanup connect to one Chef Infra Server. The proxies apply to what runs in AWS: instances, including
 * the bake's, and the reaper's function or service. Programs on this machine use its HTTPS_PROXY and NO_PROXY.
 */
export interface ChefConnection extends Proxies {
  /** Base URL, with `/organizations/<name>` if the server has organizations. */
  readonly serverUrl: string;
  /**
   * CA certificates for the server's certificate, in PEM. A function's environment, 4 KB, has room for one or two. @default the system's
   * certificate authorities
   */
  readonly caPem?: string;
  /**
   * Accepts the license of Chef Infra Client (15 and newer), for the bake and for every instance. Without it, that client exits with 172.
   * Cinc Client needs no license.
   *
   * @default not accepted
   * @see https://docs.chef.io/licensing/accept/
   */
  readonly license?: ChefLicense;
  /**
   * Secret that decrypts encrypted data bags on every instance. An instance reads it at boot and keeps it in
   * /etc/chef/encrypted_data_bag_secret, readable only by root, because later runs of the client need it too. A bake keeps it in memory,
   * never in the image.
   *
   * @default none
   */
  readonly dataBagSecret?: DataBagSecret;
  /** Restricts from where instances may read the validator's key and the data bag secret. @default from anywhere that their role is used */
  readonly readFrom?: ReadFrom;
  /**
   * Client that registers new nodes. The instances of a group read its key at boot, so for a group it must be in SSM Parameter Store or
   * Secrets Manager; a bake accepts any place.
   */
  readonly validator: ChefIdentity;
  /** Client that deletes nodes and clients; it needs read and delete permissions on both. */
  readonly operator: ChefIdentity;
}

/**
 * Mistakes in a connection for a group.
 *
 * @param reapedInAws whether a function or service in AWS deletes the nodes, rather than a worker that you run
 */
export function connectionIssues(chef: ChefConnection, reapedInAws: boolean): ValidationIssue[] {
  const wrong = chefIssues(chef);
  if (wrong.length > 0) return wrong;
  const { validator, operator } = chef;
  if (!isReadInAws(validator.key)) wrong.push(keyOutOfReach("validator", validator.key));
  if (reapedInAws && !isReadInAws(operator.key)) wrong.push(keyOutOfReach("operator", operator.key));
  return wrong;
}

/** Mistakes in a connection for any purpose; a pasted key is reported first. */
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

/** Mistakes in a connection for reaping, which needs no validator. */
export function operatorIssues(chef: ChefConnection): ValidationIssue[] {
  const pasted = pastedKeys(chef, "chef");
  if (pasted.length > 0) return pasted;
  return [...serverIssues(chef), ...proxyIssues(chef), ...identityIssues(chef.operator, "chef.operator")];
}

/** Mistakes in the server's URL and in the certificates to trust. */
export function serverIssues({ serverUrl, caPem }: Pick<ChefConnection, "serverUrl" | "caPem">): ValidationIssue[] {
  const wrong: ValidationIssue[] = [];
  if (!isServerUrl(serverUrl)) {
    const expected =
      "an https URL without a password, with the organization's name if the server has organizations; http only for a server on this machine";
    const fix = "write it as https://chef.example.com/organizations/acme";
    wrong.push({ property: "chef.serverUrl", value: serverUrl, expected, fix });
  }
  const problem = caPem === undefined ? undefined : certificateProblem(String(caPem));
  if (problem) {
    const expected = `PEM certificates, one after the other, but ${problem}`;
    const fix = "give the content of a file that `openssl x509 -in ca.pem -text` can read";
    wrong.push({ property: "chef.caPem", value: `${String(caPem).length} characters`, expected, fix });
  }
  return wrong;
}

/** Whether an instance or a function can read the key with its own role. */
export function isReadInAws(key: KeyReference): boolean {
  return storedInAws(key) !== undefined;
}

/** The issue for a key on this machine that something in AWS would have to read. */
export function keyOutOfReach(identity: "validator" | "operator", key: KeyReference): ValidationIssue {
  const expected = `a key that ${identity === "validator" ? "an instance" : "the reaper's function"} can read`;
  const fix = "store the key in SSM Parameter Store or Secrets Manager, and set ssmParameter or secretId";
  return { property: `chef.${identity}.key`, value: key, expected, fix };
}
