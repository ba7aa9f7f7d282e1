import type * as pulumi from "@pulumi/pulumi";
import type { InstanceStore } from "../../packer";
import type { ChefConnection } from "../connection/chef-connection";
import type { ChefConvergence } from "../group/user-data";

/** The image a bake starts from: a given one, the one a public SSM parameter names, or the newest that matches a name. */
export type BaseImage =
  | {
      /** Id of the image, `ami-…`. */
      readonly id: string;
    }
  | {
      /** Public SSM parameter that names the image. */
      readonly ssmParameter: string;
    }
  | {
      /** Name of the images, `*` for anything; the newest is taken. */
      readonly nameFilter: string;
      /** Accounts whose images count, or `amazon`, `self`. */
      readonly owners: readonly string[];
    };

/** What an image is encrypted with. */
export interface ImageEncryption {
  /**
   * ARN of a KMS key of the image's region. While it is not known, as in the preview that makes the key, that preview cannot tell whether the image is
   * baked already.
   *
   * @default AWS's own key for EBS
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** A package, and what it has to be. */
export interface ClientPackage {
  /** Where the instance that bakes downloads it: `https://…`, ending with `.deb` or `.rpm`, without a password or a query. */
  readonly url: string;
  /** SHA-256 of the package, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A root volume other than the base image's. */
export interface ImageVolume {
  /** Size in GiB, 1 to 16,384 and not below the base image's. @default the base image's */
  readonly sizeGib?: number;
  /** Type of the volume. @default "gp3" */
  readonly kind?: "gp2" | "gp3";
}

/** When an image is deprecated: either of the two. */
export interface ImageDeprecation {
  /** A time in UTC, as `2027-06-30` or `2027-06-30T12:00:00Z`. One that has passed deprecates at once. */
  readonly at?: string;
  /** Days after the image was made, 1 to 3,650. */
  readonly afterDays?: number;
}

/** Which earlier images stay; one that either names does. */
export interface KeptImageCount {
  /** The newest so many. @default none for their number */
  readonly count?: number;
  /** Those younger than so many days. @default none for their age */
  readonly days?: number;
}

/** @typeParam Region of the copies, so that their ids can be asked for by name */
export interface ChefImageArgs<Region extends string = string> extends ChefConvergence {
  /** Begins the image's name; the bake's node is called `bake-<imageName>-<8 hex>`. */
  readonly imageName: string;
  /** Type of the instance that bakes. A plain string, because a policy compares it at the first preview. */
  readonly instanceType: string;
  /** Architecture of base image and instance type. @default "x86_64" */
  readonly architecture?: "x86_64" | "arm64";
  /** Image the bake starts from, said in one way. */
  readonly baseImage: BaseImage;
  /** The Chef server, and the client that registers the bake's node. */
  readonly chef: ChefConnection;
  /** User that Packer logs in as. @default "admin", as in Debian's images */
  readonly sshUsername?: string;
  /** Subnet the bake's instance starts in. @default the default VPC's */
  readonly subnetId?: string;
  /** Whether the bake's instance gets a public address, which Packer then connects to. @default what the subnet says */
  readonly associatePublicIpAddress?: boolean;
  /** Who may reach the bake's instance by SSH. @default with Packer from 1.10 on and a public address asked for, this machine alone; otherwise everybody */
  readonly sshSourceCidrs?: readonly string[];
  /**
   * Bakes on spot capacity of `instanceType`, at most at the price on demand. Where AWS has none, or takes it back, the bake fails and says so;
   * the next update tries again.
   *
   * @default false
   * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs#run-configuration
   */
  readonly spot?: boolean;
  /**
   * Lets Packer in through SSM Session Manager: no port is open, and a private subnet will do from which Systems Manager can be reached. The base
   * image has to bring a running SSM agent, and the machine that bakes AWS's `session-manager-plugin`.
   *
   * @default false
   * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs#session-manager-connections
   */
  readonly sessionManager?: boolean;
  /** Folders copied to the instance before it converges, such as cookbooks: absolute folder there → folder here. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Version of the Chef client: `18`, `18.5` or `18.5.0`. Cinc Client is installed where the base image has none; one of another
   * version fails the bake, and so does 19 or newer. @default that of the base image, otherwise Cinc Client 18.8.11
   */
  readonly chefClientVersion?: string;
  /**
   * Package of the Chef client that is installed where the base image has none, from a mirror for instance, instead of what Cinc's
   * installer finds. The bake fails where its checksum is another, and where the base image brings a client.
   *
   * @default what Cinc's installer finds for `chefClientVersion`
   */
  readonly chefClientPackage?: ClientPackage;
  /** Bakes at every update although nothing changed: for one update, to take up what the inputs do not tell, such as new packages. @default false */
  readonly rebake?: boolean;
  /** Encrypts the image. Sharing an encrypted one needs a key of your own. @default as the base image is */
  readonly encryption?: ImageEncryption;
  /**
   * Root volume of the bake's instance and of the image. A group may launch with a larger one.
   *
   * @default as the base image has it
   * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs#block-devices-configuration
   */
  readonly rootVolume?: ImageVolume;
  /** Regions the image is copied to; where it is encrypted, each with the KMS key of that region. @default none */
  readonly copies?: Readonly<Record<Region, ImageEncryption>>;
  /**
   * Who may start instances from the image and its copies: accounts (12 digits), organizations and organizational units (their ARNs).
   *
   * @default none
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
   */
  readonly shareWith?: readonly string[];
  /** Refuses to deregister the image until the protection is lifted, which `onDestroy: "delete"` and `keep` do. @default false */
  readonly protectImage?: boolean;
  /**
   * When the image is deprecated: other accounts do not find it any more, and it still launches. A new date bakes nothing again; taken out,
   * the last one stays.
   *
   * @default never
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
   */
  readonly deprecation?: ImageDeprecation;
  /**
   * Which of this stack's earlier images of this name stay when another is baked: the newest `count`, and those younger
   * than `days`. One that a group, a launch template, a launch configuration or an instance uses always stays. Keep at
   * least one, or a rollback cannot launch.
   *
   * @default all
   */
  readonly keep?: KeptImageCount;
  /** Bakes an S3-backed image. Its base image needs Amazon's AMI tools. @default an EBS-backed image */
  readonly instanceStore?: InstanceStore;
  /** Whether `pulumi destroy` deregisters the images this stack baked, but for one that something still uses. @default "keep" */
  readonly onDestroy?: "keep" | "delete";
  /** More tags of the image. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the permissions boundary of the bake's role. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}
