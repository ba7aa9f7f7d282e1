import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type BakeSpec, checkPacker, fingerprint, type Inputs, inputsOf, makesEd25519, RSA_ONLY } from "../../packer";
import { builtFile } from "../built-file";
import { chefMistakes } from "../chef-connection";
import { componentNameMistakes } from "../component-name";
import { InstanceAccess } from "../group/instance-access";
import { placeOf } from "../key-access";
import { raise } from "../mistakes";
import { type KnownPacker, plainly } from "./bake-environment";
import { imagesBaked, tellReason } from "./bake-reason";
import { type Baked, presentImage } from "./baked";
import type { ChefImageArgs } from "./chef-image-args";
import { clientMistakes } from "./client-mistakes";
import { imageSpec } from "./image-spec";
import { sharableIn } from "./sharing";

/** Ids of one image by region: its own, and those it is copied to. */
export type ImageIds<Region extends string> = Readonly<Record<string, string>> & Readonly<Record<Region, string>>;

/**
 * An image baked by Packer during `pulumi up`, EBS-backed unless asked otherwise. It is addressed by what goes into it: an image that was baked
 * from the same files and settings, by whatever stack or machine, is found by its tag and used again.
 *
 * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs
 */
export class ChefImage<Region extends string = string> extends pulumi.ComponentResource {
  readonly imageId: pulumi.Output<string>;
  /** The image in its own region and in those it is copied to, by region. */
  readonly imageIds: pulumi.Output<ImageIds<Region>>;
  /** The image the bake started from, as it was found. */
  readonly baseImageId: pulumi.Output<string>;
  readonly instanceType: pulumi.Output<string>;
  readonly architecture: pulumi.Output<string>;
  readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: ChefImageArgs<Region>, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ChefImage", name, {}, options);
    raise(`Image "${name}"`, [...componentNameMistakes(name), ...chefMistakes(args.chef), ...clientMistakes(args)]);
    const packer = this.packer(args);
    const { chef, permissionsBoundary } = args;
    const access = new InstanceAccess(
      `${name}-bake`,
      { validator: chef.validator, dataBagSecret: chef.dataBagSecret, readFrom: chef.readFrom, permissionsBoundary },
      { parent: this },
    );
    const { region: here, accountId } = placeOf(this);
    const region = sharableIn(here, args, this);
    this.baseImageId = this.findBaseImage(args);
    const spec = pulumi
      .all([region, this.baseImageId, access.instanceProfileName])
      .apply(([region, baseImageId, instanceProfile]) => imageSpec(args, { region, baseImageId, instanceProfile }));
    const known = pulumi
      .all([region, this.baseImageId])
      .apply(([region, baseImageId]) => this.look(args, imageSpec(args, { region, baseImageId }), packer.version));
    const inputs = known.apply((it) => it.inputs);
    this.fingerprint = inputs.apply(fingerprint);
    const bake = this.runPacker(name, args, { spec, inputs, region, accountId, packer });

    const baked = pulumi
      .all([bake.stdout, this.fingerprint, known])
      .apply(([text, fingerprint, { ids }]) => presentImage(JSON.parse(text) as Baked, { fingerprint, ids }, this));
    this.imageId = baked.apply(({ imageId }) => imageId);
    this.imageIds = baked.apply(({ imageIds }) => imageIds as ImageIds<Region>);
    this.instanceType = pulumi.output(args.instanceType);
    this.architecture = pulumi.output(args.architecture ?? "x86_64");
    this.registerOutputs({
      imageId: this.imageId,
      imageIds: this.imageIds,
      baseImageId: this.baseImageId,
      instanceType: this.instanceType,
      architecture: this.architecture,
      fingerprint: this.fingerprint,
    });
  }

  /**
   * The inputs and, in a preview, the images that were baked from the same ones; undefined where AWS cannot be asked. An
   * update has had its preview, and asks nothing again.
   */
  private async look(
    args: ChefImageArgs,
    spec: BakeSpec,
    packerVersion: string,
  ): Promise<{ inputs: Inputs; ids: string[] | undefined }> {
    const inputs = orRefuse(args, () => inputsOf(spec, args.instanceType, packerVersion));
    if (!pulumi.runtime.isDryRun()) return { inputs, ids: undefined };
    const ids = await imagesBaked(inputs, this).catch(() => undefined);
    await tellReason({ spec, inputs, ids }, this);
    return { inputs, ids: spec.rebake ? undefined : ids };
  }

  /**
   * A review on a machine without Packer is shown the bake as if Packer's version had changed; an update there ends before
   * anything of the image is declared, not after what does not hang on it was created.
   */
  private packer(args: ChefImageArgs): KnownPacker {
    if (!pulumi.runtime.isDryRun()) return orRefuse(args, checkPacker);
    try {
      const packer = checkPacker();
      if (!makesEd25519(packer.version)) void pulumi.log.info(RSA_ONLY, this);
      return packer;
    } catch (error) {
      void pulumi.log.warn(
        `${(error as Error).message}; this preview cannot tell whether the image is baked already`,
        this,
      );
      return { version: "unknown" };
    }
  }

  private findBaseImage({ baseImage, architecture }: ChefImageArgs): pulumi.Output<string> {
    if ("id" in baseImage) return pulumi.output(baseImage.id);
    if ("ssmParameter" in baseImage) {
      return aws.ssm.getParameterOutput({ name: baseImage.ssmParameter }, { parent: this }).insecureValue;
    }
    const filters = [
      { name: "name", values: [baseImage.nameFilter] },
      { name: "architecture", values: [architecture ?? "x86_64"] },
    ];
    return aws.ec2.getAmiOutput({ mostRecent: true, owners: [...baseImage.owners], filters }, { parent: this }).id;
  }

  private runPacker(
    name: string,
    args: ChefImageArgs,
    { spec, inputs, region, accountId, packer }: Ordered,
  ): command.local.Command {
    const supervisor = `node ${builtFile("packer/bake.js")}`;
    const environment: Record<string, pulumi.Input<string>> = {
      ...plainly(args, region, packer),
      // For the reader of a preview's details: which file or setting makes the image another.
      BAKE_INPUTS: inputs.apply(shortened),
      BAKE_FINGERPRINT: this.fingerprint,
      BAKE_ACCOUNT: accountId,
      BAKE_SPEC: spec.apply((known) => JSON.stringify(known)),
    };
    if (aws.config.profile) environment.AWS_PROFILE = aws.config.profile;
    return new command.local.Command(
      `${name}-bake`,
      {
        create: `${supervisor} create`,
        delete: `${supervisor} delete`,
        environment,
        logging: command.local.Logging.Stderr,
      },
      { parent: this },
    );
  }
}

/** What cannot be baked is told without a stack. */
function orRefuse<T>({ imageName }: ChefImageArgs, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new pulumi.RunError(`the image '${imageName}' cannot be baked: ${(error as Error).message}`);
  }
}

interface Ordered {
  readonly packer: KnownPacker;
  readonly spec: pulumi.Output<BakeSpec>;
  readonly inputs: pulumi.Output<Inputs>;
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
}

function shortened(inputs: Inputs): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(inputs).map(([name, digest]) => [name, digest.slice(0, 12)])),
  );
}
