import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type BakeSpec, bakeFingerprint, checkPacker } from "../../packer";
import { builtFile } from "../built-file";
import type { ChefConnection } from "../chef-connection";
import { InstanceAccess } from "../group/instance-access";
import { type ChefConvergence, instanceKeySource } from "../group/user-data";
import { placeOf } from "../key-access";

/** The image a bake starts from: a given one, the one a public SSM parameter names, or the newest that matches a name. */
export type BaseImage =
  | { readonly id: string }
  | { readonly ssmParameter: string }
  | { readonly nameFilter: string; readonly owners: readonly string[] };

export interface ChefImageArgs extends ChefConvergence {
  /** Begins the image's name; the bake's node is called `bake-<imageName>-<8 hex>`. */
  readonly imageName: string;
  /** Type of the instance that bakes. A plain string, because a policy compares it at the first preview. */
  readonly instanceType: string;
  /** Architecture of base image and instance type. @default "x86_64" */
  readonly architecture?: "x86_64" | "arm64";
  readonly baseImage: BaseImage;
  readonly chef: ChefConnection;
  /** User that Packer logs in as. @default "admin", as in Debian's images */
  readonly sshUsername?: string;
  /** Subnet the bake's instance starts in. @default the default VPC's */
  readonly subnetId?: string;
  /** Whether the bake's instance gets a public address, which Packer then connects to. @default what the subnet says */
  readonly associatePublicIpAddress?: boolean;
  /** Whether `pulumi destroy` deregisters the images this stack baked. @default "keep" */
  readonly onDestroy?: "keep" | "delete";
  /** More tags of the image. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * An EBS-backed image baked by Packer during `pulumi up`. It is addressed by what goes into it: an image that was baked
 * from the same files and settings, by whatever stack or machine, is found by its tag and used again.
 *
 * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs
 */
export class ChefImage extends pulumi.ComponentResource {
  readonly imageId: pulumi.Output<string>;
  readonly instanceType: pulumi.Output<string>;
  readonly architecture: pulumi.Output<string>;
  readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: ChefImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ChefImage", name, {}, options);
    instanceKeySource(args.chef.validator.key);
    const access = new InstanceAccess(`${name}-bake`, { validator: args.chef.validator }, { parent: this });
    const region = placeOf(this).region;
    const baseImageId = this.baseImageId(args);
    const spec = pulumi
      .all([region, baseImageId, access.instanceProfileName])
      .apply(([region, baseImageId, instanceProfile]) => bakeSpec(args, { region, baseImageId, instanceProfile }));
    this.fingerprint = pulumi
      .all([region, baseImageId])
      .apply(([region, baseImageId]) =>
        bakeFingerprint(bakeSpec(args, { region, baseImageId }), args.instanceType, this.packerVersion()),
      );
    const bake = this.runPacker(name, args, spec);

    this.imageId = bake.stdout.apply(imageIdOf);
    this.instanceType = pulumi.output(args.instanceType);
    this.architecture = pulumi.output(args.architecture ?? "x86_64");
    this.registerOutputs({
      imageId: this.imageId,
      instanceType: this.instanceType,
      architecture: this.architecture,
      fingerprint: this.fingerprint,
    });
  }

  /** A review on a machine without Packer is shown the bake as if Packer's version had changed; an update there fails. */
  private packerVersion(): string {
    try {
      return checkPacker().version;
    } catch (error) {
      if (!pulumi.runtime.isDryRun()) throw error;
      void pulumi.log.warn(
        `${(error as Error).message}; this preview cannot tell whether the image is baked already`,
        this,
      );
      return "unknown";
    }
  }

  private baseImageId({ baseImage, architecture }: ChefImageArgs): pulumi.Output<string> {
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

  private runPacker(name: string, args: ChefImageArgs, spec: pulumi.Output<BakeSpec>): command.local.Command {
    const supervisor = `node ${builtFile("packer/bake.js")}`;
    const environment: Record<string, pulumi.Input<string>> = {
      // Apart from the rest and known at the first preview: policy/ reads it there.
      BAKE_INSTANCE_TYPE: args.instanceType,
      BAKE_FINGERPRINT: this.fingerprint,
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

function bakeSpec(
  args: ChefImageArgs,
  found: { region: string; baseImageId: string; instanceProfile?: string },
): BakeSpec {
  const { runList = [], environment, policyName, policyGroup, attributes } = args;
  return {
    name: args.imageName,
    ...found,
    architecture: args.architecture ?? "x86_64",
    sshUsername: args.sshUsername ?? "admin",
    subnetId: args.subnetId,
    associatePublicIpAddress: args.associatePublicIpAddress,
    keepOnDestroy: args.onDestroy !== "delete",
    tags: { ...args.tags, "chef-autoscaling:stack": `${pulumi.getProject()}/${pulumi.getStack()}` },
    chef: { ...args.chef, runList: [...runList], environment, policyName, policyGroup, attributes },
  };
}

function imageIdOf(stdout: string): string {
  return (JSON.parse(stdout) as { imageId: string }).imageId;
}
