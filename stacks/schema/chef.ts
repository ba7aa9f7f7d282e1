import { z } from "zod";
import { isServerUrl } from "../../chef/connection-options";
import { CHEF_LICENSES } from "../../components/connection/license";
import { name } from "./primitives";

const keyReference = z
  .union(
    [
      z.strictObject({ ssmParameter: name.describe("name or ARN of a SecureString") }),
      z.strictObject({ secretId: name.describe("name or ARN of a Secrets Manager secret") }),
      z.strictObject({ file: name.describe("path of a PEM file on this machine") }),
      z.strictObject({ environment: name.describe("environment variable of this machine that holds the PEM text") }),
    ],
    { error: "one of {ssmParameter}, {secretId}, {file}, {environment}: where the key is kept, never the key itself" },
  )
  .describe("where the PEM private key is kept: `{ssmParameter}`, `{secretId}`, `{file}` or `{environment}`");

const identity = z.strictObject({
  name: name.describe("name of the Chef client"),
  key: keyReference,
  kmsKeyArn: name.optional().describe("customer-managed KMS key that encrypts it; default AWS's own"),
});

export const chef = z
  .strictObject({
    serverUrl: z
      .string()
      .refine(isServerUrl, { error: "an https URL, with /organizations/<name> where there are any" })
      .describe("base URL of the Chef server, with `/organizations/<name>` where it has any"),
    caPem: z
      .string()
      .includes("BEGIN CERTIFICATE", { error: "PEM certificates" })
      .optional()
      .describe(
        "certificates that signed the server's own; a reaper's function has room for one or two; default the system's authorities",
      ),
    license: z
      .enum(CHEF_LICENSES, { error: "'accept', 'accept-silent' or 'accept-no-persist'" })
      .optional()
      .describe(
        "accepts the licence of Chef Infra Client, for the bake and for every instance; default not accepted; Cinc Client asks for none",
      ),
    httpProxy: name
      .optional()
      .describe("proxy of instances and reaper for `http://` URLs, without a password; default none"),
    httpsProxy: name
      .optional()
      .describe(
        "the same for `https://` URLs, which a Chef server and AWS have; this machine uses its own HTTPS_PROXY; default none",
      ),
    noProxy: z
      .array(name)
      .optional()
      .describe(
        "hosts that are asked directly, `.example.com` for all below it; the metadata services always are; default none",
      ),
    dataBagSecret: z
      .strictObject({
        secret: keyReference.describe(
          "where it is kept; instances read it, so only `{ssmParameter}` or `{secretId}` will do",
        ),
        kmsKeyArn: name.optional().describe("customer-managed KMS key that encrypts it; default AWS's own"),
      })
      .optional()
      .describe("secret of encrypted data bags, kept on instances for root alone and never in an image; default none"),
    readFrom: z
      .strictObject({
        vpcIds: z.array(name).optional().describe("VPCs, the bake's among them; default any"),
        vpcEndpointIds: z.array(name).optional().describe("VPC endpoints; default any"),
      })
      .optional()
      .describe(
        "instances read the validator's key and the data bag secret from here alone, see docs/chef-permissions.md; default from anywhere",
      ),
    validator: identity.describe("registers new nodes; instances read its key, so only SSM or Secrets Manager will do"),
    operator: identity.describe("deletes nodes and clients"),
  })
  .describe("the Chef server");
