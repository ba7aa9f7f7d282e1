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
import { outputsOf } from "../outputs/outputs-of";
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

/** Ids of one image by region: its own region, and those it is copied to. */
export type ImageIds<Region extends string> = Readonly<Record<string, string>> & Readonly<Record<Region, string>>;

/**
 * An image that Packer bakes during `pulumi up`; EBS-backed by default. It is identified by its inputs: if any stack or machine has baked
 * an image from the same files and settings, that image is found by its tag and reused.
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
  /** Id of the image in the region where it is baked; unknown in a preview that finds no image of the same inputs. */
  readonly imageId: pulumi.Output<string>;
  /** Ids of the image in its own region and in those it is copied to, by region. */
  readonly imageIds: pulumi.Output<ImageIds<Region>>;
  /** Id of the image from which the bake started. */
  readonly baseImageId: pulumi.Output<string>;
  /** Type of the instance that baked the image, which the review compares with the group's. */
  readonly instanceType: pulumi.Output<string>;
  /** `x86_64` or `arm64`. */
  readonly architecture: pulumi.Output<string>;
  /** Digest of all inputs of the image, by which it is found again. */
  readonly fingerprint: pulumi.Output<string>;

  /**
   * @throws RunError with all mistakes in the arguments, before anything is declared; during an update also if Packer is not on PATH or too
   * old
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
    // Both belong to one image, even if --target skips the bake
    this.fingerprint = pulumi
      .all([baked, intended])
      .apply(([{ fingerprint: made }, { inputs }]) => made ?? fingerprint(inputs));
    this.instanceType = pulumi.output(args.instanceType);
    this.architecture = pulumi.output(args.architecture ?? "x86_64");
    this.registerOutputs(outputsOf(this));
  }

  /** An id is not a secret, even if the image was made from one. */
  private imageOf(bake: command.local.Command, intended: pulumi.Output<Intended>): pulumi.Output<Baked> {
    if (!pulumi.runtime.isDryRun()) {
      return pulumi.unsecret(pulumi.all([bake.stdout, intended]).apply(([stdout]) => bakedOf(stdout)));
    }
    // Policies find the bake behind the image's id by the URN, which is known
    const seen = pulumi.all([bake.urn, intended]).apply(([, intended]) => foretold(bake.stdout, intended, this));
    return pulumi.unsecret(seen);
  }

  /**
   * The inputs and, in a preview, the images that were baked from the same inputs. An update follows its preview and does not ask again.
   */
  private async intend(args: ChefImageArgs, spec: BakeSpec, packer: KnownPacker): Promise<Intended> {
    const inputs = orRefuse(args, () => inputsOf(spec, args.instanceType, packer.version));
    if (!pulumi.runtime.isDryRun()) return { spec, inputs, found: undefined };
    const regions = [spec.region, ...Object.keys(spec.copies ?? {})];
    const found = await imagesBaked(inputs, regions, this).catch(() => undefined);
    return { spec, inputs, found, open: openSsh(spec, packer.generation) };
  }

  /**
   * A preview on a machine without Packer shows the bake as if Packer's version had changed. An update there fails before anything of the
   * image is declared, and not only after independent resources were created.
   */
  private packer(args: ChefImageArgs): KnownPacker {
    if (!pulumi.runtime.isDryRun()) return orRefuse(args, checkPacker);
    try {
      const packer = checkPacker();
      if (!makesEd25519(packer.version)) void pulumi.log.info(RSA_ONLY, this);
      return packer;
    } catch (error) {
      void pulumi.log.warn(
        `${printable((error as Error).message)}; this preview cannot determine whether the image is already baked`,
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
      // For the details of a preview: which file or setting changes the image.
      BAKE_INPUTS: inputs.apply((known) => JSON.stringify(keptInputs(known))),
      BAKE_FINGERPRINT: inputs.apply(fingerprint),
      BAKE_ACCOUNT: accountId,
      BAKE_SPEC: spec.apply((known) => JSON.stringify(known)),
    };
    const environment = { ...told, ...profile() };
    const removal = args.onDestroy === "delete" ? [createImageRemoval(name, { ...args, region, accountId }, this)] : [];
    return new command.local.Command(
      `${name}-bake`,
      // Without a delete command: deleting the bake removes no image
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

/** Reports mistakes in the bake without a stack trace. */
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
