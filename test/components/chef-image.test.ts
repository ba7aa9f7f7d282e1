import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ChefImage, type ChefImageArgs, ChefImages } from "../../components";
import { tellReason } from "../../components/image/bake-reason";
import { imageSpec } from "../../components/image/image-spec";
import { imageIssues } from "../../components/image/image-validation";
import { checkPacker } from "../../packer";
import { CHEF } from "../helpers/arguments";
import { bakeSpec } from "../helpers/bake-spec";
import { type Declaration, declare, isSecret } from "../helpers/declare";
import { RSA_KEY, repeats } from "../helpers/key-forms";

const COMMAND = "command:local:Command";
const ARGS: ChefImageArgs = { imageName: "base", instanceType: "t3.small", baseImage: { id: "ami-1" }, chef: CHEF };

function declareImage(args: Partial<ChefImageArgs> = {}): Promise<Declaration> {
  return declare(() => new ChefImage("base", { ...ARGS, ...args }));
}

async function environment(args: Partial<ChefImageArgs> = {}): Promise<Record<string, string>> {
  return (await declareImage(args)).one(COMMAND, "-bake").inputs.environment as Record<string, string>;
}

describe("ChefImage", () => {
  it("states in plain text for policies what bakes, where and for what", async () => {
    const known = await environment({ architecture: "arm64", instanceType: "t4g.small", encryption: {} });
    assert.deepEqual(
      [known.BAKE_INSTANCE_TYPE, known.BAKE_ARCHITECTURE, known.BAKE_REGION, known.BAKE_ENCRYPTED, known.BAKE_ACCOUNT],
      ["t4g.small", "arm64", "eu-west-3", "true", "123456789012"],
    );
    assert.equal(known.BAKE_IMDS_SUPPORT, checkPacker().generation === "modern" ? "v2.0" : "");
  });

  it("refuses to share an image that the account's default encryption would encrypt, before anything is baked", async () => {
    const shared = { ...ARGS, shareWith: ["123456789013"] };
    const declared = (keyArn: string) =>
      declare(() => new ChefImage("base", shared), "test", {
        "aws:ebs/getEncryptionByDefault:getEncryptionByDefault": { enabled: true },
        "aws:ebs/getDefaultKmsKey:getDefaultKmsKey": { keyArn },
      });
    await assert.rejects(
      declared("alias/aws/ebs"),
      /'shareWith' is \["123456789013"\].*encrypts new volumes in eu-west-3 with AWS's own key.*'encryption\.kmsKeyArn'/,
    );
    assert.ok((await declared("arn:aws:kms:eu-west-3:123456789012:key/1")).one(COMMAND));
  });

  it("states in plain text for policies where the image is copied and whether it is kept", async () => {
    const told = async (args: Partial<ChefImageArgs>) => {
      const known = await environment(args);
      return [known.BAKE_COPIES, known.BAKE_ON_DESTROY, known.BAKE_KEEP_COUNT, known.BAKE_KEEP_DAYS];
    };
    assert.deepEqual(await told({}), [undefined, "keep", undefined, undefined]);
    const copies = { "us-east-1": {}, "eu-west-1": {} };
    const args = { copies, onDestroy: "delete", keep: { count: 2 } } as const;
    assert.deepEqual(await told(args), ["us-east-1,eu-west-1", "delete", "2", "0"]);
  });

  it("shows in the preview's details each file and setting of the image", async () => {
    const inputs = JSON.parse((await environment()).BAKE_INPUTS as string);
    assert.match(inputs["packer/scripts/clean.sh"], /^sha256:[0-9a-f]{8}$/);
    assert.deepEqual([inputs.baseImageId, inputs.instanceType], ["ami-1", "t3.small"]);
    assert.ok(JSON.stringify(inputs).length < 2048, "small enough for the state");
  });

  it("refuses a key that was pasted instead of a reference, a license outside the connection, and Chef 19", async () => {
    const key = { ssmParameter: RSA_KEY.pkcs1 };
    const wrong: [object, RegExp][] = [
      [{ chef: { ...CHEF, validator: { name: "v", key } } }, /^Image "base" has a mistake:\n.*'chef.validator.key.ssm/],
      [{ chefLicense: "accept" }, /'chefLicense' is "accept", expected nothing here; set 'license' in the Chef conn/],
      [{ chefClientVersion: "19" }, /'chefClientVersion' is "19", expected a version up to 18/],
    ];
    for (const [args, expected] of wrong) {
      const refused = ({ message }: Error) => expected.test(message) && !repeats(message, RSA_KEY.pkcs1);
      await assert.rejects(declareImage(args), refused);
    }
  });

  it("passes on the settings of the image", async () => {
    const args: Partial<ChefImageArgs> = {
      files: { "/opt/cookbooks": "test/helpers" },
      copies: { "us-east-1": {} },
      rootVolume: { sizeGib: 40 },
      deprecation: { afterDays: 90 },
      shareWith: ["123456789013"],
      protectImage: true,
      keep: { count: 3, days: 30 },
      chefClientVersion: "18.5",
      chef: { ...CHEF, license: "accept" },
      sshSourceCidrs: ["203.0.113.7/32"],
    };
    const spec = JSON.parse((await environment(args)).BAKE_SPEC as string);
    const { files, copies, rootVolume, deprecation, shareWith, protectImage, keep, sshSourceCidrs, chef } = spec;
    assert.deepEqual(
      { files, copies, rootVolume, deprecation, shareWith, protectImage, keep, sshSourceCidrs },
      {
        files: args.files,
        copies: args.copies,
        rootVolume: args.rootVolume,
        deprecation: args.deprecation,
        shareWith: args.shareWith,
        protectImage: true,
        keep: args.keep,
        sshSourceCidrs: args.sshSourceCidrs,
      },
    );
    assert.deepEqual([chef.clientVersion, chef.license, spec.rebake], ["18.5", "accept", undefined]);
  });

  it("accepts keys that the same program creates, and validates them once they are known", async () => {
    const kmsKeyArn = (name: string) => pulumi.output(Promise.resolve(`arn:aws:kms:eu-west-3:123456789012:${name}`));
    const encryption = { kmsKeyArn: kmsKeyArn("key/1") };
    const validator = { ...CHEF.validator, kmsKeyArn: kmsKeyArn("key/3") };
    const args = {
      encryption,
      copies: { "us-east-1": { kmsKeyArn: kmsKeyArn("key/2") } },
      chef: { ...CHEF, validator },
    };
    const spec = JSON.parse((await environment(args)).BAKE_SPEC as string);
    const arn = "arn:aws:kms:eu-west-3:123456789012:key";
    assert.deepEqual(spec.encryption, { kmsKeyArn: `${arn}/1` });
    assert.deepEqual(spec.copies, { "us-east-1": { kmsKeyArn: `${arn}/2` } });
    assert.deepEqual(spec.chef.validator, CHEF.validator);
    await assert.rejects(
      declareImage({ encryption: { kmsKeyArn: kmsKeyArn("alias/mine") } }),
      /Image "base" has a mistake:\n.*'encryption\.kmsKeyArn' is "arn:[^"]*:alias\/mine", expected the ARN of a KMS key/,
    );
  });

  it("states in plain text for policies what is known while its key is unknown, as in the preview that creates the key", async () => {
    const unknown = pulumi.output(pulumi.unknown as unknown as string);
    const known = await environment({ encryption: { kmsKeyArn: unknown }, copies: { "us-east-1": {} } });
    assert.deepEqual(
      [known.BAKE_INSTANCE_TYPE, known.BAKE_ENCRYPTED, known.BAKE_COPIES, known.BAKE_REGION],
      ["t3.small", "true", "us-east-1", "eu-west-3"],
    );
    assert.equal(typeof known.BAKE_FINGERPRINT === "string" && /^[0-9a-f]{64}$/.test(known.BAKE_FINGERPRINT), false);
  });

  it("bakes again at every update while 'rebake' is set, with the same fingerprint", async () => {
    const [once, again] = [await environment({ rebake: true }), await environment({ rebake: true })];
    const token = (known: Record<string, string>) => JSON.parse(known.BAKE_SPEC as string).rebake;
    assert.notEqual(token(once), token(again));
    assert.equal(once.BAKE_FINGERPRINT, (await environment()).BAKE_FINGERPRINT);
  });

  it("gives the bake's instance no permissions if the key is on this machine", async () => {
    const chef = { ...CHEF, validator: { name: "v", key: { file: "/keys/validator.pem" } } };
    const { resources } = await declareImage({ chef });
    assert.deepEqual(
      resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy"),
      [],
    );
  });

  it("gives the bake's instance only the permissions for Session Manager if Packer connects through it", async () => {
    const policies = async (args: Partial<ChefImageArgs>) => {
      const chef = { ...CHEF, validator: { name: "v", key: { file: "/keys/validator.pem" } } };
      const { resources } = await declareImage({ chef, ...args });
      const found = resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
      const statements = found.flatMap(({ inputs }) => (inputs.policy as { Statement: { Sid: string }[] }).Statement);
      return statements.map(({ Sid }) => Sid);
    };
    assert.deepEqual(await policies({ sessionManager: true }), ["TellOfItself", "OpenShell"]);
    assert.equal(JSON.parse((await environment({ sessionManager: true })).BAKE_SPEC as string).sessionManager, true);
  });

  it("warns in a preview if a bake will accept SSH from everybody, but not if its image already exists", async () => {
    const said: string[] = [];
    const { warn, info } = pulumi.log;
    const log = pulumi.log as { -readonly [Name in keyof typeof pulumi.log]: (typeof pulumi.log)[Name] };
    log.info = async () => undefined;
    log.warn = async (message) => void said.push(message);
    try {
      const intended = { spec: { ...bakeSpec(), name: "base" }, inputs: {}, found: undefined, open: "from everybody" };
      await tellReason(intended, undefined, {} as pulumi.Resource);
      await tellReason(intended, "ami-1", {} as pulumi.Resource);
    } finally {
      Object.assign(log, { warn, info });
    }
    assert.deepEqual(said, ["from everybody"]);
  });

  const BASES: Record<string, [ChefImageArgs["baseImage"], string]> = {
    "a given one": [{ id: "ami-1" }, "ami-1"],
    "the one that a public parameter names": [
      { ssmParameter: "/aws/service/debian/release/12/latest/amd64" },
      "ami-0fa4a",
    ],
    "the newest of a name and owner": [{ nameFilter: "debian-12-*", owners: ["136693071363"] }, "ami-0ba5e"],
  };
  for (const [title, [baseImage, expected]] of Object.entries(BASES)) {
    it(`starts from ${title}, and shows its id`, async () => {
      let image: ChefImage | undefined;
      const declared = await declare(() => {
        image = new ChefImage("base", { ...ARGS, baseImage });
      });
      const { BAKE_SPEC } = declared.one(COMMAND).inputs.environment as Record<string, string>;
      assert.equal(JSON.parse(BAKE_SPEC ?? "").baseImageId, expected);
      assert.equal(await known(image?.baseImageId), expected);
    });
  }

  it("removes images only through a separate resource, which exists if they are to be removed with the stack", async () => {
    const kept = await declareImage();
    assert.equal(kept.one(COMMAND).inputs.delete, undefined);
    const doomed = await declareImage({ onDestroy: "delete", copies: { "us-east-1": {} } });
    const { inputs, urn } = doomed.one(COMMAND, "-images");
    assert.match(
      String(inputs.delete),
      /^\[ -f (dist\/packer\/bake\.js) \] \|\| \{ .* exit 1; \}; exec node \1 delete$/,
    );
    const { BAKE_IMAGES } = inputs.environment as Record<string, string>;
    const images = { name: "base", region: "eu-west-3", copies: ["us-east-1"], stack: "fleet/test" };
    assert.deepEqual(JSON.parse(BAKE_IMAGES ?? ""), images);
    const bake = doomed.one(COMMAND, "-bake");
    assert.equal(bake.inputs.delete, undefined);
    assert.ok(bake.dependencies.includes(urn), "the images go after whatever runs them");
  });

  it("keeps secret inputs secret, but not its id", async () => {
    let image: ChefImage | undefined;
    const declared = await declare(() => {
      const attributes = { db: { password: pulumi.secret("hidden-word") }, host: pulumi.output("db.internal") };
      image = new ChefImage("base", { ...ARGS, attributes });
    });
    const { environment } = declared.one(COMMAND).secretly as { environment: Record<string, unknown> };
    const secret = Object.keys(environment).filter((key) => isSecret(environment[key]));
    assert.deepEqual(secret.sort(), ["BAKE_FINGERPRINT", "BAKE_INPUTS", "BAKE_SPEC"]);
    assert.equal(await pulumi.isSecret(image?.imageId ?? pulumi.output("")), false);
    const { chef } = JSON.parse((environment.BAKE_SPEC as { value: string }).value);
    assert.deepEqual(chef.attributes, { db: { password: "hidden-word" }, host: "db.internal" });
  });

  it("returns the id in each region, and the instance type of the bake", async () => {
    let image: ChefImage<"us-east-1"> | undefined;
    await declare(() => {
      image = new ChefImage("base", {
        ...ARGS,
        copies: { "us-east-1": {} },
        architecture: "arm64",
        instanceType: "t4g.small",
      });
    });
    assert.equal(await known(image?.imageIds.apply((ids) => ids["us-east-1"].slice(0, 4))), "ami-");
    assert.deepEqual([await known(image?.architecture), await known(image?.instanceType)], ["arm64", "t4g.small"]);
  });

  it("is not declared by an update on a machine without Packer", async () => {
    const path = process.env.PATH;
    process.env.PATH = "/nonexistent";
    try {
      await assert.rejects(
        declareImage(),
        /^.*the image 'base' cannot be baked: there is no 'packer' on PATH; install/,
      );
    } finally {
      process.env.PATH = path;
    }
  });

  it("reports mistakes that show only with the region", () =>
    assert.rejects(declareImage({ copies: { "eu-west-3": {} } }), /'copies'/));

  it("reports every mistake that does not depend on the region before anything is declared, with the arguments' names", () => {
    const clientPackage = { url: "http://example.com/a.deb", sha256: "a" };
    const args = { ...ARGS, imageName: "a b", shareWith: ["12"], chefClientPackage: clientPackage, keep: { count: 0 } };
    const wrong = imageIssues(args).map(({ property }) => property);
    const expected = ["imageName", "shareWith", "keep.count", "chefClientPackage.url", "chefClientPackage.sha256"];
    assert.deepEqual(wrong.sort(), expected.sort());
    assert.deepEqual(
      imageIssues({ ...ARGS, attributes: { recipes: [] } }).map(({ property }) => property),
      ["attributes.recipes"],
    );
    const shared = { ...ARGS, shareWith: ["123456789012"], encryption: {} };
    assert.deepEqual(
      imageIssues(shared).map(({ property }) => property),
      ["shareWith"],
    );
    const key = "arn:aws:kms:eu-west-3:123456789012:key/1";
    const copies = { "eu-west-3": { kmsKeyArn: key } };
    assert.deepEqual(imageIssues({ ...shared, copies, encryption: { kmsKeyArn: pulumi.output(key) } }), []);
    // Whether a copy is in the image's own region depends on that region
    assert.deepEqual(imageIssues({ ...ARGS, copies: { "us-east-1": {}, "eu-west-1": {} } }), []);
  });

  it("reports every mistake of a bake together, in Pulumi's format", () => {
    const args = { ...ARGS, copies: { "eu-west-3": {} }, shareWith: ["12"], keep: { count: 0 } };
    assert.throws(
      () => imageSpec(args, { region: "eu-west-3", baseImageId: "ami-1", copies: args.copies }),
      (error: Error) =>
        pulumi.RunError.isInstance(error) &&
        ["copies", "shareWith", "keep.count"].every((setting) => error.message.includes(`'${setting}'`)),
    );
  });
});

describe("ChefImages", () => {
  it("bakes several images from one template, each with its name and region", async () => {
    let images: ChefImages<"intel" | "arm", "us-east-1"> | undefined;
    const { instanceType: _, ...common } = ARGS;
    const { resources } = await declare(() => {
      images = new ChefImages("base", {
        ...common,
        copies: { "us-east-1": {} },
        images: {
          intel: { instanceType: "m7i.large" },
          arm: { instanceType: "m7g.large", architecture: "arm64", runList: ["recipe[arm]"] },
        },
      });
    });
    const orders = resources.filter(({ type }) => type === COMMAND).map(({ inputs }) => inputs.environment);
    const told = (orders as Record<string, string>[]).map(({ BAKE_SPEC, BAKE_INSTANCE_TYPE }) => {
      const { name, architecture, chef } = JSON.parse(BAKE_SPEC ?? "");
      return [name, BAKE_INSTANCE_TYPE, architecture, chef.runList];
    });
    assert.deepEqual(told, [
      ["base-intel", "m7i.large", "x86_64", []],
      ["base-arm", "m7g.large", "arm64", ["recipe[arm]"]],
    ]);
    const ids = await known(images?.imageIds);
    assert.deepEqual([ids?.arm["us-east-1"], ids?.intel["eu-west-3"]], ["ami-0c0b1", "ami-0baked"]);
    // @ts-expect-error there is no image with this name
    assert.equal(ids?.sparc, undefined);
    // @ts-expect-error images are by name, not by position
    assert.equal(images?.images[0], undefined);
  });
});

function known<T>(output: pulumi.Output<T> | undefined): Promise<T | undefined> {
  return new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as T | undefined)));
}
