import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { printable } from "../../chef/printable";
import {
  type BakeSpec,
  checkPacker,
  fingerprint,
  inputsOf,
  keptInputs,
  makesEd25519,
  openSsh,
  RSA_ONLY,
} from "../../packer";
import { InstanceAccess } from "../group/instance-access";
import { placeOf } from "../iam/key-access";
import { componentNameIssues } from "../validation/component-name";
import { raise } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { runError } from "../validation/run-error";
import { bakeCommand, profile } from "./bake-command";
import { type BakeCommandEnvironment, type KnownPacker, previewEnvironment } from "./bake-environment";
import type { Intended } from "./bake-reason";
import { type Baked, bakedOf, foretold } from "./baked";
import type { ChefImageArgs } from "./chef-image-args";
import { imagesBaked } from "./found-image";
import { createImageRemoval } from "./image-removal";
import { imageShape } from "./image-shape";
import { type Found, imageSpec } from "./image-spec";
import { imageIssues } from "./image-validation";
import { sharableIn } from "./sharing";

/** Ids of one image by region: its own, and those it is copied to. */
export type ImageIds<Region extends string> = Readonly<Record<string, string>> & Readonly<Record<Region, string>>;

/**
 * An image baked by Packer during `pulumi up`, EBS-backed unless asked otherwise. It is addressed by what goes into it: an image that was baked
 * from the same files and settings, by whatever stack or machine, is found by its tag and used again.
 *
 * @example
 * ```ts
 * const image = new ChefImage("web", {
 *   imageName: "web",
 *   instanceType: "t3.small",
 *   baseImage: { nameFilter: "debian-12-amd64-*", owners: ["136693071363"] },
 *   runList: ["recipe[base]"],
 *   chef,
 * });
 * export const imageId = image.imageId;
 * ```
 *
 * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs
 */
export class ChefImage<Region extends string = string> extends pulumi.ComponentResource {
  /** The image to run, in the region it was baked in; unknown in a preview that finds no image of the same inputs. */
  readonly imageId: pulumi.Output<string>;
  /** The image in its own region and in those it is copied to, by region. */
  readonly imageIds: pulumi.Output<ImageIds<Region>>;
  /** The image the bake started from, as it was found. */
  readonly baseImageId: pulumi.Output<string>;
  /** Type of the instance that baked it, which the review compares with the group's. */
  readonly instanceType: pulumi.Output<string>;
  /** `x86_64` or `arm64`. */
  readonly architecture: pulumi.Output<string>;
  /** Digest of all that went into the image, by which it is found again. */
  readonly fingerprint: pulumi.Output<string>;

  /**
   * @throws RunError with every mistake in the arguments, before anything is declared; in an update also where Packer is not on PATH or too old
   */
  constructor(name: string, given: ChefImageArgs<Region>, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ChefImage", name, {}, options);
    raise(`Image "${name}"`, [...componentNameIssues(name), ...imageIssues(given)]);
    const args = checkedLater(given, imageShape, `Image "${name}"`);
    const packer = this.packer(args);
    const { region: here, accountId } = placeOf(this);
    const region = sharableIn(here, args, this);
    this.baseImageId = this.findBaseImage(args);
    const { attributes, encryption }: ChefImageArgs = args;
    const copies: ChefImageArgs["copies"] = args.copies;
    const found: Ordered["found"] = pulumi.output({
      region,
      baseImageId: this.baseImageId,
      ...{ attributes, encryption, copies },
    });
    const intended = found.apply((found) => this.intend(args, imageSpec(args, found), packer));
    const bake = this.runPacker(name, args, { found, intended, region, accountId, packer });
    const baked = this.imageOf(bake, intended);
    this.imageId = baked.apply(({ imageId }) => imageId);
    this.imageIds = baked.apply(({ imageIds }) => imageIds as ImageIds<Region>);
    // Both are of one image, also where --target leaves the bake out
    this.fingerprint = pulumi
      .all([baked, intended])
      .apply(([{ fingerprint: made }, { inputs }]) => made ?? fingerprint(inputs));
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

  /** An id is no secret, whatever the image was made from. */
  private imageOf(bake: command.local.Command, intended: pulumi.Output<Intended>): pulumi.Output<Baked> {
    if (!pulumi.runtime.isDryRun()) {
      return pulumi.unsecret(pulumi.all([bake.stdout, intended]).apply(([stdout]) => bakedOf(stdout)));
    }
    // By the URN, which is known, policies find the bake behind the image's id
    const seen = pulumi.all([bake.urn, intended]).apply(([, intended]) => foretold(bake.stdout, intended, this));
    return pulumi.unsecret(seen);
  }

  /**
   * The inputs and, in a preview, the images that were baked from the same ones. An update has had its preview, and asks nothing
   * again.
   */
  private async intend(args: ChefImageArgs, spec: BakeSpec, packer: KnownPacker): Promise<Intended> {
    const inputs = orRefuse(args, () => inputsOf(spec, args.instanceType, packer.version));
    if (!pulumi.runtime.isDryRun()) return { spec, inputs, found: undefined };
    const regions = [spec.region, ...Object.keys(spec.copies ?? {})];
    const found = await imagesBaked(inputs, regions, this).catch(() => undefined);
    return { spec, inputs, found, open: openSsh(spec, packer.generation) };
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
        `${printable((error as Error).message)}; this preview cannot tell whether the image is baked already`,
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

  private runPacker(name: string, args: ChefImageArgs, ordered: Ordered): command.local.Command {
    const { found, intended, region, accountId, packer } = ordered;
    const spec = pulumi
      .all([found, this.createAccess(name, args).instanceProfileName])
      .apply(([found, instanceProfile]) => imageSpec(args, { ...found, instanceProfile }));
    const inputs = intended.apply((it) => it.inputs);
    const told: BakeCommandEnvironment = {
      ...previewEnvironment(args, region, packer),
      // For the reader of a preview's details: which file or setting makes the image another.
      BAKE_INPUTS: inputs.apply((known) => JSON.stringify(keptInputs(known))),
      BAKE_FINGERPRINT: inputs.apply(fingerprint),
      BAKE_ACCOUNT: accountId,
      BAKE_SPEC: spec.apply((known) => JSON.stringify(known)),
    };
    const environment = { ...told, ...profile() };
    const removal = args.onDestroy === "delete" ? [createImageRemoval(name, { ...args, region, accountId }, this)] : [];
    return new command.local.Command(
      `${name}-bake`,
      // Without a delete: nothing that happens to a bake removes an image
      { create: bakeCommand("create"), environment, logging: command.local.Logging.Stderr },
      { parent: this, dependsOn: removal },
    );
  }

  private createAccess(name: string, { chef, sessionManager, permissionsBoundary }: ChefImageArgs): InstanceAccess {
    const { validator, dataBagSecret, readFrom } = chef;
    const access = { validator, dataBagSecret, readFrom, sessionManager, permissionsBoundary };
    return new InstanceAccess(`${name}-bake`, access, { parent: this });
  }
}

/** What cannot be baked is told without a stack. */
function orRefuse<T>({ imageName }: ChefImageArgs, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw runError(`the image '${imageName}' cannot be baked: ${(error as Error).message}`);
  }
}

interface Ordered {
  readonly packer: KnownPacker;
  readonly found: pulumi.Output<Omit<Found, "instanceProfile">>;
  readonly intended: pulumi.Output<Intended>;
  readonly region: pulumi.Output<string>;
  readonly accountId: pulumi.Output<string>;
}
