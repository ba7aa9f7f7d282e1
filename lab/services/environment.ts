import { delimiter, dirname, join } from "node:path";
import { labRegion } from "./aws-clients";
import { places } from "./places";

/** Environment variables of the caller that could lead to accounts outside the lab. */
const outward = /^(AWS_|PKR_|PACKER_|REAPER_|CHEF_|BAKE_)/;

/** Removes those variables from this process, so that neither its children nor the engine use the caller's accounts. */
export function forgetOutwardSettings(): void {
  for (const name of Object.keys(process.env).filter((each) => outward.test(each))) {
    delete process.env[name];
  }
  // The SDK would warn at every start that it will require a newer Node, which would drown the live lines.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
}

/**
 * The environment for everything that the lab starts: the standard AWS variables point to the emulator, Packer and the aws CLI are the
 * lab's, and nothing that refers to the caller's own accounts is passed on.
 */
export function labEnvironment(endpoint: string, sshPort: number): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !outward.test(name));
  const path = [join(places.tools, "usr", "bin"), dirname(process.execPath), process.env.PATH, "/usr/sbin", "/sbin"];
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    PATH: path.filter(Boolean).join(delimiter),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: labRegion,
    AWS_DEFAULT_REGION: labRegion,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_EC2_METADATA_DISABLED: "true",
    PKR_VAR_ec2_endpoint: endpoint,
    PKR_VAR_ssh_port: String(sshPort),
    CHECKPOINT_DISABLE: "1",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}
