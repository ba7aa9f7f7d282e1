import * as aws from "@pulumi/aws";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import {
  type BakeSpec,
  checkPacker,
  fingerprint,
  type Inputs,
  type InstanceStore,
  inputsOf,
  type Packer,
} from "../../packer";
import { builtFile } from "../built-file";
import type { ChefConnection } from "../chef-connection";
import { componentNameMistakes } from "../component-name";
import { InstanceAccess } from "../group/instance-access";
import type { ChefConvergence } from "../group/user-data";
import { placeOf } from "../key-access";
import { raise } from "../mistakes";
import { tellReason } from "./bake-reason";

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
  /** Who may reach the bake's instance by SSH. @default with Packer from 1.10 on and a public address asked for, this machine alone; otherwise everybody */
  readonly sshSourceCidrs?: readonly string[];
  /** Folders copied to the instance before it converges, such as cookbooks: absolute folder there → folder here. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Version of Cinc Client that is installed where the base image has no Chef client: `18`, `18.5` or `18.5.0`. @default "18" */
  readonly chefClientVersion?: string;
  /** Accepts the licence of Chef Infra Client, where the base image has that. @default not accepted; Cinc Client asks for none */
  readonly chefLicense?: "accept" | "accept-silent" | "accept-no-persist";
  /** Bakes at every update although nothing changed: for one update, to take up what the inputs do not tell, such as new packages. @default false */
  readonly rebake?: boolean;
  /** Encrypts the image. Sharing an encrypted one needs a key of your own. @default as the base image is */
  readonly encryption?: { readonly kmsKeyArn?: string };
  /** Regions the image is copied to, each with the KMS key that encrypts the copy there. @default none */
  readonly copies?: Readonly<Record<string, { readonly kmsKeyArn?: string }>>;
  /** Accounts, 12 digits each, that may start instances from the image and its copies. @default none */
  readonly shareWith?: readonly string[];
  /** Refuses to deregister the image until the protection is lifted, which `onDestroy: "delete"` and `keep` do. @default false */
  readonly protectImage?: boolean;
  /**
   * Which of this stack's earlier images of this name stay when another is baked: the newest `count`, and those younger
   * than `days`. One that is in use always stays. Keep at least one, or a rollback cannot launch.
   *
   * @default all
   */
  readonly keep?: { readonly count?: number; readonly days?: number };
  /** Bakes an S3-backed image. Its base image needs Amazon's AMI tools. @default an EBS-backed image */
  readonly instanceStore?: InstanceStore;
  /** Whether `pulumi destroy` deregisters the images this stack baked. @default "keep" */
  readonly onDestroy?: "keep" | "delete";
  /** More tags of the image. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the permissions boundary of the bake's role. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}

/**
 * An image baked by Packer during `pulumi up`, EBS-backed unless asked otherwise. It is addressed by what goes into it: an image that was baked
 * from the same files and settings, by whatever stack or machine, is found by its tag and used again.
 *
 * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs
 */
export class ChefImage extends pulumi.ComponentResource {
  readonly imageId: pulumi.Output<string>;
  /** The image in its own region and in those it is copied to, by region. */
  readonly imageIds: pulumi.Output<Readonly<Record<string, string>>>;
  readonly instanceType: pulumi.Output<string>;
  readonly architecture: pulumi.Output<string>;
  readonly fingerprint: pulumi.Output<string>;

  constructor(name: string, args: ChefImageArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ChefImage", name, {}, options);
    raise(`Image "${name}"`, componentNameMistakes(name));
    const { chef, permissionsBoundary } = args;
    const access = new InstanceAccess(
      `${name}-bake`,
      { validator: chef.validator, permissionsBoundary },
      { parent: this },
    );
    const region = placeOf(this).region;
    const baseImageId = this.baseImageId(args);
    const spec = pulumi
      .all([region, baseImageId, access.instanceProfileName])
      .apply(([region, baseImageId, instanceProfile]) => bakeSpec(args, { region, baseImageId, instanceProfile }));
    const packer = region.apply(() => this.packer());
    const inputs = pulumi
      .all([region, baseImageId, packer])
      .apply(([region, baseImageId, { version }]) =>
        this.inputs(args, bakeSpec(args, { region, baseImageId }), version),
      );
    this.fingerprint = inputs.apply(fingerprint);
    const bake = this.runPacker(name, args, { spec, inputs, region, packer });

    this.imageId = bake.stdout.apply((text) => resultOf(text).imageId);
    this.imageIds = bake.stdout.apply((text) => resultOf(text).imageIds);
    this.instanceType = pulumi.output(args.instanceType);
    this.architecture = pulumi.output(args.architecture ?? "x86_64");
    this.registerOutputs({
      imageId: this.imageId,
      imageIds: this.imageIds,
      instanceType: this.instanceType,
      architecture: this.architecture,
      fingerprint: this.fingerprint,
    });
  }

  private async inputs(args: ChefImageArgs, spec: BakeSpec, packerVersion: string): Promise<Inputs> {
    const inputs = inputsOf(spec, args.instanceType, packerVersion);
    await tellReason(args.imageName, inputs, this);
    return inputs;
  }

  /** A review on a machine without Packer is shown the bake as if Packer's version had changed; an update there fails. */
  private packer(): KnownPacker {
    try {
      return checkPacker();
    } catch (error) {
      if (!pulumi.runtime.isDryRun()) throw error;
      void pulumi.log.warn(
        `${(error as Error).message}; this preview cannot tell whether the image is baked already`,
        this,
      );
      return { version: "unknown" };
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

  private runPacker(
    name: string,
    args: ChefImageArgs,
    { spec, inputs, region, packer }: Ordered,
  ): command.local.Command {
    const supervisor = `node ${builtFile("packer/bake.js")}`;
    const environment: Record<string, pulumi.Input<string>> = {
      ...plainly(args, region, packer),
      // For the reader of a preview's details: which file or setting makes the image another.
      BAKE_INPUTS: inputs.apply(shortened),
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

/** What the bake says apart from the rest, so that it is known at the first preview: policy/ reads it there. */
function plainly(
  { instanceType, architecture = "x86_64", encryption, copies, keep, onDestroy = "keep" }: ChefImageArgs,
  region: pulumi.Output<string>,
  packer: pulumi.Output<KnownPacker>,
): Record<string, pulumi.Input<string>> {
  return {
    BAKE_INSTANCE_TYPE: instanceType,
    BAKE_ARCHITECTURE: architecture,
    BAKE_REGION: region,
    ...(copies && { BAKE_COPIES: Object.keys(copies).join() }),
    BAKE_ENCRYPTED: String(Boolean(encryption)),
    // What packer/template/modern asks for, and what the older Packer of the other template cannot.
    BAKE_IMDS_SUPPORT: packer.apply(({ generation }) => (generation === "modern" ? "v2.0" : "")),
    BAKE_ON_DESTROY: onDestroy,
    ...(keep && { BAKE_KEEP_COUNT: String(keep.count ?? 0), BAKE_KEEP_DAYS: String(keep.days ?? 0) }),
  };
}

type KnownPacker = Pick<Packer, "version"> & Partial<Packer>;

interface Ordered {
  readonly packer: pulumi.Output<KnownPacker>;
  readonly spec: pulumi.Output<BakeSpec>;
  readonly inputs: pulumi.Output<Inputs>;
  readonly region: pulumi.Output<string>;
}

function shortened(inputs: Inputs): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(inputs).map(([name, digest]) => [name, digest.slice(0, 12)])),
  );
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
    sshSourceCidrs: args.sshSourceCidrs,
    files: args.files,
    rebake: args.rebake ? new Date().toISOString() : undefined,
    encryption: args.encryption,
    copies: args.copies,
    shareWith: args.shareWith,
    protectImage: args.protectImage,
    keep: args.keep,
    instanceStore: args.instanceStore,
    tags: { ...args.tags, "chef-autoscaling:stack": `${pulumi.getProject()}/${pulumi.getStack()}` },
    chef: {
      ...args.chef,
      ...{ runList: [...runList], environment, policyName, policyGroup, attributes },
      ...{ clientVersion: args.chefClientVersion, license: args.chefLicense },
    },
  };
}

function resultOf(stdout: string): { imageId: string; imageIds: Record<string, string> } {
  return JSON.parse(stdout) as { imageId: string; imageIds: Record<string, string> };
}
