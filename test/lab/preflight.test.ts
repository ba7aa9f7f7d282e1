import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import * as pulumi from "@pulumi/pulumi";
import { type Lab, startLab } from "../../lab/services/lab";
import type { FleetConfig } from "../../stacks/fleet-config";
import { preflight } from "../../stacks/preflight";
import { withEnvironment } from "../helpers/environment";

/** Removes everything that the program relies on, one by one, with real servers, before anything is created. */
describe("preflight", function () {
  this.timeout(120_000);
  let lab: Lab;
  let config: FleetConfig;
  const tools = mkdtempSync(join(tmpdir(), "preflight-"));

  before(async function () {
    if (process.getuid?.() !== 0) return this.skip();
    lab = await startLab();
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
    config = {
      preflight: true,
      chef: {
        serverUrl: lab.chefUrl,
        validator: { name: lab.keys.validator.name, key: { ssmParameter: lab.keys.validator.parameter } },
        operator: { name: lab.keys.operator.name, key: { ssmParameter: lab.keys.operator.parameter } },
      },
      bake: { name: "web", instanceType: "t3.small", baseImage: { id: await anyImage(lab) } },
      groups: { web: { instanceType: "t3.small", min: 1, max: 2, availabilityZones: ["us-east-1a"] } },
    };
  });

  after(async () => {
    rmSync(tools, { recursive: true });
    await lab?.stop();
  });

  async function complaint(changed: Partial<FleetConfig>, environment: Record<string, string> = {}): Promise<string> {
    return withEnvironment({ ...lab.environment, ...environment }, () =>
      preflight({ ...config, ...changed }).then(
        () => "",
        (error: Error) => error.message,
      ),
    );
  }

  it("passes if everything exists", async () => {
    assert.equal(await complaint({}), "");
  });

  it("uses the provider's profile if the environment has no credentials", async () => {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = lab.environment;
    const file = join(tools, "credentials");
    writeFileSync(file, `[team]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" };
    const environment = { ...none, AWS_SHARED_CREDENTIALS_FILE: file };
    assert.match(await complaint({}, environment), /credentials/i);
    pulumi.runtime.setAllConfig({ "aws:region": "us-east-1", "aws:profile": "team" });
    try {
      assert.equal(await complaint({}, environment), "");
    } finally {
      pulumi.runtime.setAllConfig({ "aws:region": "us-east-1" });
    }
  });

  it("reports that Packer is missing", async () => {
    assert.match(
      await complaint({}, { PATH: tools }),
      /expected a Packer that can bake, but there is no 'packer' on PATH; install Packer 1\.6\.6 .*; or give an existing image/s,
    );
  });

  it("needs no Packer for an existing image", async () => {
    assert.equal(await complaint({ imageId: await anyImage(lab) }, { PATH: tools }), "");
  });

  it("rejects a Packer that is too old", async () => {
    writeFileSync(join(tools, "packer"), "#!/bin/sh\necho Packer v1.5.4\n", { mode: 0o755 });
    assert.match(await complaint({}, { PATH: `${tools}:/bin:/usr/bin` }), /1\.5\.4/);
  });

  it("reports only once that AWS rejects the credentials, whatever needs them", async () => {
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" };
    const said = await complaint({}, none);
    assert.match(said, /has a mistake:\n {2}- 'aws:profile' is not set, .*'aws sts get-caller-identity' works/);
  });

  it("reports only once that AWS cannot be reached", async () => {
    const said = await complaint({}, { AWS_ENDPOINT_URL: "http://127.0.0.1:9" });
    assert.match(said, /has a mistake:\n {2}- 'aws:region' is "us-east-1", expected a response from AWS there/);
  });

  it("does not check the default VPC without permission to describe it", async () => {
    const denied = "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>";
    const ec2 = createServer((_, answer) => answer.writeHead(403).end(denied)).listen(0, "127.0.0.1");
    await once(ec2, "listening");
    const { port } = ec2.address() as AddressInfo;
    const bake = { ...config.bake, baseImage: { nameFilter: "debian-*", owners: ["self"] } } as FleetConfig["bake"];
    try {
      assert.equal(await complaint({ bake }, { AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${port}` }), "");
    } finally {
      ec2.close();
    }
  });

  it("reports that the validator's key is missing", async () => {
    const validator = { name: "v", key: { ssmParameter: "/nowhere" } };
    const said = await complaint({ chef: { ...config.chef, validator } });
    assert.match(said, /'chef\.validator\.key' is \{"ssmParameter":"\/nowhere"\}, expected the private key of "v"/);
  });

  it("reports that the Chef server does not respond", async () => {
    const said = await complaint({ chef: { ...config.chef, serverUrl: "http://127.0.0.1:9" } });
    assert.match(said, /'chef\.serverUrl' is "http:\/\/127\.0\.0\.1:9", expected a Chef server/);
  });

  it("reports that the Chef server rejects the key", async () => {
    const operator = { name: lab.keys.operator.name, key: { ssmParameter: lab.keys.validator.parameter } };
    const said = await complaint({ chef: { ...config.chef, operator } });
    assert.match(said, /'chef\.serverUrl'.*401.*the client and its key in 'chef\.operator'/s);
  });

  it("rejects an image id that does not exist", async () => {
    assert.match(
      await complaint({ imageId: "ami-0123456789abcdef0" }),
      /'imageId' is "ami-0123456789abcdef0", expected an image/,
    );
  });

  it("reports everything at once", async () => {
    const validator = { name: "v", key: { ssmParameter: "/nowhere" } };
    const chef = { ...config.chef, serverUrl: "http://127.0.0.1:9", validator };
    assert.match(await complaint({ chef, imageId: "ami-0123456789abcdef0" }), /has 3 mistakes/);
  });

  it("reports that availability zones need a default VPC that does not exist", async () => {
    const { Vpcs = [] } = await lab.aws.ec2.send(new DescribeVpcsCommand({}));
    const { Subnets = [] } = await lab.aws.ec2.send(new DescribeSubnetsCommand({}));
    for (const { SubnetId } of Subnets) await lab.aws.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    for (const { VpcId } of Vpcs) await lab.aws.ec2.send(new DeleteVpcCommand({ VpcId }));
    const said = await complaint({});
    assert.match(
      said,
      /'groups\.web\.availabilityZones' is \["us-east-1a"\], expected a default VPC .*set 'subnetIds'/,
    );
  });

  it("needs no default VPC if subnets are configured", async () => {
    const groups = { web: { instanceType: "t3.small", min: 1, max: 2, subnetIds: ["subnet-1"] } };
    assert.equal(
      await complaint({ bake: { ...config.bake, subnetId: "subnet-1" } as FleetConfig["bake"], groups }),
      "",
    );
  });

  it("never prints a key", async () => {
    const operator = { name: "nobody", key: { ssmParameter: lab.keys.operator.parameter } };
    assert.doesNotMatch(await complaint({ chef: { ...config.chef, operator } }), /BEGIN|MII/);
  });
});

async function anyImage(lab: Lab): Promise<string> {
  const { Images } = await (lab.aws.ec2 as EC2Client).send(new DescribeImagesCommand({}));
  return Images?.[0]?.ImageId as string;
}
