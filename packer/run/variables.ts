import { storedInAws } from "../../chef/keys/key-reference";
import { type BakeIdentification, imageTags, runTags } from "../images/tags";
import { cleanerPaths, scriptsFolder } from "../inputs/packer-files";
import type { Uploads } from "../inputs/uploads";
import { bakeLimitMinutes } from "../spec/limits";
import { accountsOf } from "../spec/share-target";
import type { BakeSpec } from "../spec/spec";

/**
 * Values of the template's variables; those that are omitted have a default there.
 *
 * @param manifest file that Packer will write
 * @param uploads local files that Packer copies to the instance
 * @param rootDevice of the base image, if its volume is to differ
 */
export function packerVariables(
  spec: BakeSpec,
  bake: BakeIdentification,
  manifest: string,
  uploads: Uploads,
  rootDevice?: string,
): Record<string, unknown> {
  return {
    region: spec.region,
    base_image: spec.baseImageId,
    image_name: bake.imageName,
    image_tags: imageTags(spec, bake),
    instance_type: bake.instanceType,
    instance_profile: spec.instanceProfile,
    associate_public_ip_address: spec.associatePublicIpAddress,
    subnet_id: spec.subnetId,
    ssh_source_cidrs: spec.sshSourceCidrs,
    ssh_interface: spec.sessionManager ? "session_manager" : undefined,
    ssh_username: spec.sshUsername,
    ssh_timeout: `${spec.sshTimeoutMinutes ?? sshMinutes(bake.instanceType)}m`,
    run_tags: runTags(spec, bake),
    node_name: bake.nodeName,
    scripts: scriptsFolder(),
    cleaners: cleanerPaths(),
    manifest,
    files_archive: uploads.filesArchive,
    validator_key_file: uploads.validatorKeyFile,
    spot: spec.spot,
    wait_minutes: Math.max(1, Math.ceil(bakeLimitMinutes(process.env))),
    ...imageVariables(spec),
    ...(rootDevice && {
      root_device: rootDevice,
      root_volume_gib: spec.rootVolume?.sizeGib,
      root_volume_type: spec.rootVolume?.kind,
    }),
    ...chefVariables(spec),
  };
}

/**
 * Packer's own limit is 5 minutes, in which a bare-metal instance does not start.
 *
 * @see https://github.com/canonical/pycloudlib/pull/192
 */
function sshMinutes(instanceType: string): number {
  return /\.metal(-|$)/.test(instanceType) ? 30 : 5;
}

function imageVariables({ encryption, copies, shareWith, instanceStore: store }: BakeSpec): Record<string, unknown> {
  if (store) {
    return {
      account_id: store.accountId,
      s3_bucket: store.s3Bucket,
      x509_cert_path: store.x509CertificateFile,
      x509_key_path: store.x509KeyFile,
      image_users: accountsOf(shareWith),
    };
  }
  const keys = Object.entries(copies ?? {}).map(([region, { kmsKeyArn = "" }]) => [region, kmsKeyArn]);
  return {
    encrypt: encryption ? true : undefined,
    kms_key_arn: encryption?.kmsKeyArn,
    image_regions: keys.map(([region]) => region),
    region_kms_key_arns: encryption ? Object.fromEntries(keys) : undefined,
    image_users: accountsOf(shareWith),
  };
}

function chefVariables({ chef }: BakeSpec): Record<string, unknown> {
  const validatorKey = storedInAws(chef.validator.key) ?? { source: "file", id: UPLOADED_KEY };
  return {
    chef_server_url: chef.serverUrl,
    chef_validator_name: chef.validator.name,
    chef_validator_key_source: validatorKey.source,
    chef_validator_key_id: validatorKey.id,
    chef_run_list: JSON.stringify(chef.runList),
    chef_environment: chef.environment,
    chef_policy_name: chef.policyName,
    chef_policy_group: chef.policyGroup,
    chef_attributes: attributesOf(chef),
    chef_converge_timeout_seconds: chef.convergeTimeoutSeconds?.toString(),
    chef_ca_pem: chef.caPem,
    chef_client_version: chef.clientVersion,
    chef_settings: chefSettings(chef),
  };
}

/** Variables of converge.sh for which an empty value would mean something other than unset. */
function chefSettings({ license, proxies = {}, dataBagSecret, clientPackage }: BakeSpec["chef"]): string[] {
  const secret = dataBagSecret && storedInAws(dataBagSecret);
  const settings = {
    CHEF_LICENSE: license,
    CINC_PACKAGE_URL: clientPackage?.url,
    CINC_PACKAGE_SHA256: clientPackage?.sha256,
    CHEF_DATA_BAG_SECRET_SOURCE: secret?.source,
    CHEF_DATA_BAG_SECRET_ID: secret?.id,
    ...proxies,
  };
  return Object.entries(settings).flatMap(([name, value]) => (value ? [`${name}=${value}`] : []));
}

/** In memory, never on a disk; the same path as in template/image.pkr.hcl. */
const UPLOADED_KEY = "/dev/shm/chef-validator.pem";

/**
 * Packer would expand `{{…}}`, and would write a quote in another way into the command of a shell, where it no longer recognizes the value as
 * one to leave out of its log. Both can only be inside a string of the JSON, where they may be escaped.
 */
function attributesOf({ attributes = {} }: BakeSpec["chef"]): string | undefined {
  if (Object.keys(attributes).length === 0) return undefined;
  return JSON.stringify(attributes).replaceAll("{{", "{\\u007b").replaceAll("'", "\\u0027");
}
