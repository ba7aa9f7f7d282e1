import assert from "node:assert/strict";
import { ChefImage, type ChefImageArgs } from "../../components";
import { checkPacker } from "../../packer";
import { CHEF } from "../helpers/arguments";
import { type Declaration, declare } from "../helpers/declare";

const COMMAND = "command:local:Command";
const ARGS: ChefImageArgs = { imageName: "base", instanceType: "t3.small", baseImage: { id: "ami-1" }, chef: CHEF };

function declareImage(args: Partial<ChefImageArgs> = {}): Promise<Declaration> {
  return declare(() => new ChefImage("base", { ...ARGS, ...args }));
}

async function environment(args: Partial<ChefImageArgs> = {}): Promise<Record<string, string>> {
  return (await declareImage(args)).one(COMMAND).inputs.environment as Record<string, string>;
}

describe("ChefImage", () => {
  it("tells a policy plainly what bakes, where and for what", async () => {
    const known = await environment({ architecture: "arm64", instanceType: "t4g.small", encryption: {} });
    assert.deepEqual(
      [known.BAKE_INSTANCE_TYPE, known.BAKE_ARCHITECTURE, known.BAKE_REGION, known.BAKE_ENCRYPTED],
      ["t4g.small", "arm64", "eu-west-3", "true"],
    );
    assert.equal(known.BAKE_IMDS_SUPPORT, checkPacker().generation === "modern" ? "v2.0" : "");
  });

  it("tells a policy plainly where the image is copied to and what becomes of it", async () => {
    const told = async (args: Partial<ChefImageArgs>) => {
      const known = await environment(args);
      return [known.BAKE_COPIES, known.BAKE_ON_DESTROY, known.BAKE_KEEP_COUNT, known.BAKE_KEEP_DAYS];
    };
    assert.deepEqual(await told({}), [undefined, "keep", undefined, undefined]);
    const copies = { "us-east-1": {}, "eu-west-1": {} };
    const args = { copies, onDestroy: "delete", keep: { count: 2 } } as const;
    assert.deepEqual(await told(args), ["us-east-1,eu-west-1", "delete", "2", "0"]);
  });

  it("tells the reader of a preview's details each file and setting that the image is made from", async () => {
    const inputs = JSON.parse((await environment()).BAKE_INPUTS as string);
    assert.match(inputs["packer/scripts/clean.sh"], /^[0-9a-f]{12}$/);
    assert.match(inputs.baseImageId, /^[0-9a-f]{12}$/);
  });

  it("orders what the image is to become", async () => {
    const args: Partial<ChefImageArgs> = {
      files: { "/opt/cookbooks": "test/helpers" },
      copies: { "us-east-1": {} },
      shareWith: ["123456789013"],
      protectImage: true,
      keep: { count: 3, days: 30 },
      chefClientVersion: "18.5",
      chefLicense: "accept",
      sshSourceCidrs: ["203.0.113.7/32"],
    };
    const spec = JSON.parse((await environment(args)).BAKE_SPEC as string);
    const { files, copies, shareWith, protectImage, keep, sshSourceCidrs, chef } = spec;
    assert.deepEqual(
      { files, copies, shareWith, protectImage, keep, sshSourceCidrs },
      {
        files: args.files,
        copies: args.copies,
        shareWith: args.shareWith,
        protectImage: true,
        keep: args.keep,
        sshSourceCidrs: args.sshSourceCidrs,
      },
    );
    assert.deepEqual([chef.clientVersion, chef.license, spec.rebake], ["18.5", "accept", undefined]);
  });

  it("bakes anew at every update while it is told to, under the same address", async () => {
    const [once, again] = [await environment({ rebake: true }), await environment({ rebake: true })];
    const token = (known: Record<string, string>) => JSON.parse(known.BAKE_SPEC as string).rebake;
    assert.notEqual(token(once), token(again));
    assert.equal(once.BAKE_FINGERPRINT, (await environment()).BAKE_FINGERPRINT);
  });

  it("lets the bake's instance read nothing where the key is kept on this machine", async () => {
    const chef = { ...CHEF, validator: { name: "v", key: { file: "/keys/validator.pem" } } };
    const { resources } = await declareImage({ chef });
    assert.deepEqual(
      resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy"),
      [],
    );
  });
});
