import type { KeyReference } from "../components/keys";
import { cleanerPaths, scriptsFolder } from "./packer-files";
import type { BakeSpec } from "./spec";
import { type BakeIdentification, imageTags, runTags } from "./tags";

/**
 * Values of the template's variables; those that stay away have a default there.
 * @param manifest file that Packer is to write
 */
export function packerVariables(spec: BakeSpec, bake: BakeIdentification, manifest: string): Record<string, unknown> {
  return {
    region: spec.region,
    base_image: spec.baseImageId,
    image_name: bake.imageName,
    image_tags: imageTags(spec, bake),
    instance_type: bake.instanceType,
    instance_profile: spec.instanceProfile,
    associate_public_ip_address: spec.associatePublicIpAddress,
    subnet_id: spec.subnetId,
    ssh_username: spec.sshUsername,
    run_tags: runTags(spec, bake),
    node_name: bake.nodeName,
    scripts: scriptsFolder(),
    cleaners: cleanerPaths(),
    manifest,
    ...chefVariables(spec),
  };
}

function chefVariables({ chef }: BakeSpec): Record<string, unknown> {
  return {
    chef_server_url: chef.serverUrl,
    chef_validator_name: chef.validator.name,
    ...validatorKeyPlace(chef.validator.key),
    chef_run_list: JSON.stringify(chef.runList),
    chef_environment: chef.environment,
    chef_policy_name: chef.policyName,
    chef_policy_group: chef.policyGroup,
    chef_attributes: chef.attributes && templateSafe(JSON.stringify(chef.attributes)),
    chef_ca_pem: chef.caPem,
  };
}

function validatorKeyPlace(key: KeyReference): Record<string, string> {
  if ("ssmParameter" in key) return { chef_validator_key_source: "ssm", chef_validator_key_id: key.ssmParameter };
  if ("secretId" in key) return { chef_validator_key_source: "secretsmanager", chef_validator_key_id: key.secretId };
  throw new Error(
    "'chef.validator.key' is kept where the bake's instance cannot read it; use 'ssmParameter' or 'secretId'",
  );
}

/** Packer would expand `{{…}}`; in JSON it can only stand inside a text, where a brace may be escaped. */
function templateSafe(json: string): string {
  return json.replaceAll("{{", "{\\u007b");
}
