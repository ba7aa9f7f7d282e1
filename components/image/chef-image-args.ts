import type * as pulumi from "@pulumi/pulumi";
import type { InstanceStore } from "../../packer";
import type { ChefConnection } from "../connection/chef-connection";
import type { ChefConvergence } from "../group/user-data";

/** The image from which a bake starts: a specific one, the one in a public SSM parameter, or the newest that matches a name. */
export type BaseImage =
  | {
      /** Id of the image, `ami-…`. */
      readonly id: string;
    }
  | {
      /** Public SSM parameter that contains the image's id. */
      readonly ssmParameter: string;
    }
  | {
      /** Name of the images, with `*` as a wildcard; the newest one is used. */
      readonly nameFilter: string;
      /** Accounts that own the images, or `amazon`, `self`. */
      readonly owners: readonly string[];
    };

/** How an image is encrypted. */
export interface ImageEncryption {
  /**
   * ARN of a KMS key of the image's region. Until it is known, for example in the preview that creates the key, a preview cannot tell
   * whether the image has been baked.
   *
   * @default AWS's own key for EBS
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** A package and its checksum. */
export interface ClientPackage {
  /** URL from which the bake's instance downloads the package: `https://…`, ending with `.deb` or `.rpm`, without a password or a query. */
  readonly url: string;
  /** SHA-256 of the package, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A root volume that differs from the base image's. */
export interface ImageVolume {
  /** Size in GiB, 1 to 16,384 and not below the base image's. @default the base image's */
  readonly sizeGib?: number;
  /** Volume type. @default "gp3" */
  readonly kind?: "gp2" | "gp3";
}

/** When an image is deprecated; set one of the two. */
export interface ImageDeprecation {
  /** A time in UTC, such as `2027-06-30` or `2027-06-30T12:00:00Z`. A time in the past deprecates the image at once. */
  readonly at?: string;
  /** Days after the creation of the image, 1 to 3,650. */
  readonly afterDays?: number;
}

/** Which earlier images are kept; an image is kept if one of the two applies. */
export interface KeptImageCount {
  /** Number of newest images to keep. @default none are kept by their number */
  readonly count?: number;
  /** Images younger than this number of days are kept. @default none are kept by their age */
  readonly days?: number;
}

/** @typeParam Region of the copies, so that their ids can be accessed by region */
export interface ChefImageArgs<Region extends string = string> extends ChefConvergence {
  /** Prefix of the image's name. The bake's node is named `bake-<imageName>-<8 hex>`. */
  readonly imageName: string;
  /** Type of the instance that bakes. A plain string, because a policy compares it on the first preview. */
  readonly instanceType: string;
  /** Architecture of base image and instance type. @default "x86_64" */
  readonly architecture?: "x86_64" | "arm64";
  /** Image from which the bake starts, given in exactly one way. */
  readonly baseImage: BaseImage;
  /** The Chef server, and the client that registers the bake's node. */
  readonly chef: ChefConnection;
  /** User that Packer logs in as. @default "admin", as in Debian's images */
  readonly sshUsername?: string;
  /** Subnet of the bake's instance. @default one of the default VPC */
  readonly subnetId?: string;
  /** Whether the bake's instance gets a public address, to which Packer then connects. @default the subnet's setting */
  readonly associatePublicIpAddress?: boolean;
  /**
   * CIDR blocks that may connect to the bake's instance by SSH. @default with Packer from 1.10 on and `associatePublicIpAddress: true`,
   * only this machine; otherwise everybody
   */
  readonly sshSourceCidrs?: readonly string[];
  /**
   * Bakes on spot capacity of `instanceType`, at the on-demand price at most. If AWS has no capacity, or reclaims it, the bake fails and
   * says so; the next update tries again.
   *
   * @default false
   * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs#run-configuration
   */
  readonly spot?: boolean;
  /**
   * Whether Packer connects through SSM Session Manager. No port is opened, and a private subnet is sufficient if it can reach Systems
   * Manager. The base image needs a running SSM agent, and the machine that bakes needs AWS's `session-manager-plugin`.
   *
   * @default false
   * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs#session-manager-connections
   */
  readonly sessionManager?: boolean;
  /**
   * Minutes, 1 to 120, until Packer must have logged in to the bake's instance, once it runs. An image that first updates or checks itself
   * may need longer.
   *
   * @default 5; 30 with a bare-metal instance type
   * @see https://developer.hashicorp.com/packer/docs/communicators/ssh
   */
  readonly sshTimeoutMinutes?: number;
  /**
   * Folders that are copied to the instance before it converges, such as cookbooks: absolute folder on the instance → local folder.
   * @default none
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Version of the Chef client: `18`, `18.5` or `18.5.0`. If the base image has no client, this version of Cinc Client is installed. The
   * bake fails if the base image has another version, and also for 19 or newer. @default that of the base image, otherwise Cinc Client
   * 18.8.11
   */
  readonly chefClientVersion?: string;
  /**
   * Package of the Chef client to install if the base image has none, for example from a mirror, instead of the one that Cinc's installer
   * finds. The bake fails if its checksum differs, or if the base image already has a client.
   *
   * @default the one that Cinc's installer finds for `chefClientVersion`
   */
  readonly chefClientPackage?: ClientPackage;
  /**
   * Whether every update bakes, even if no input has changed. Set it for one update to include changes that are not part of the inputs,
   * such as new packages. @default false
   */
  readonly rebake?: boolean;
  /** Encrypts the image. To share an encrypted image, use your own key. @default as the base image */
  readonly encryption?: ImageEncryption;
  /**
   * Root volume of the bake's instance and of the image. A group may launch with a larger one.
   *
   * @default as the base image
   * @see https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs#block-devices-configuration
   */
  readonly rootVolume?: ImageVolume;
  /** Regions to which the image is copied; if it is encrypted, each with a KMS key of that region. @default none */
  readonly copies?: Readonly<Record<Region, ImageEncryption>>;
  /**
   * Who may launch instances from the image and its copies: accounts (12 digits), organizations and organizational units (their ARNs).
   *
   * @default none
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
   */
  readonly shareWith?: readonly string[];
  /** Whether the image is protected from deregistration. `onDestroy: "delete"` and `keep` lift the protection. @default false */
  readonly protectImage?: boolean;
  /**
   * When the image is deprecated: other accounts no longer find it, but it still launches. Changing the date does not trigger a bake. If
   * you remove the setting, the last date remains.
   *
   * @default never
   * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
   */
  readonly deprecation?: ImageDeprecation;
  /**
   * Which earlier images of this name and stack are kept after a bake: the newest `count`, and those younger than `days`. An image that a
   * group, a launch template, a launch configuration or an instance uses is always kept. Keep at least one, or a rollback cannot launch.
   *
   * @default all
   */
  readonly keep?: KeptImageCount;
  /** Bakes an S3-backed image. Its base image needs Amazon's AMI tools. @default an EBS-backed image */
  readonly instanceStore?: InstanceStore;
  /** Whether `pulumi destroy` deregisters the images that this stack baked, except images in use. @default "keep" */
  readonly onDestroy?: "keep" | "delete";
  /** Additional tags of the image. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the permissions boundary of the bake's role. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
}
