import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "../connection/chef-connection";
import { chefIdentity, dataBagSecret, readFrom } from "../connection/chef-connection-shape";
import { identityIssues } from "../connection/identity";
import { arn, keyReadStatements, type Place, placeOf } from "../iam/key-access";
import { ServiceRole } from "../iam/service-role";
import { outputsOf } from "../outputs/outputs-of";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues, passOnKind } from "../pass-through/pass-on";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { anything, flag, late, listOf, needed, type ShapeOf, text } from "../validation/shape";

/** What an instance may read and do. */
export interface InstanceAccessArgs {
  /** The client whose key the instance may read. */
  readonly validator: ChefConnection["validator"];
  /** Data bag secret that the instance may read as well. @default none */
  readonly dataBagSecret?: ChefConnection["dataBagSecret"];
  /** VPCs or VPC endpoints from which the key may be read. @default from anywhere that the role is used */
  readonly readFrom?: ChefConnection["readFrom"];
  /** Additional policy statements for the instances' own software. @default none */
  readonly extraStatements?: readonly aws.iam.PolicyStatement[];
  /** ARNs of additional managed policies. @default none */
  readonly managedPolicyArns?: readonly pulumi.Input<string>[];
  /** Lets operators open a shell through SSM Session Manager. @default false */
  readonly sessionManager?: boolean;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** Additional properties of role and profile, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<InstanceAccessResource>;
}

/** The resources of an instance's access, as `passOn` names them. */
export type InstanceAccessResource = "instanceRole" | "instanceProfile";

const instanceAccessShape = {
  validator: needed(chefIdentity),
  dataBagSecret,
  readFrom,
  extraStatements: anything,
  managedPolicyArns: listOf(late(text)),
  sessionManager: flag,
  permissionsBoundary: late(text),
  passOn: passOnKind(["instanceRole", "instanceProfile"] satisfies InstanceAccessResource[]),
} satisfies ShapeOf<InstanceAccessArgs>;

/**
 * Role and instance profile with which an instance reads the validator's key and, by default, nothing else.
 *
 * @example
 * ```ts
 * const access = new InstanceAccess("web-instance", { validator: chef.validator, sessionManager: true });
 * export const profile = access.instanceProfileName;
 * ```
 */
export class InstanceAccess extends pulumi.ComponentResource {
  /** Name of the instance profile, for launch templates and launch configurations. */
  readonly instanceProfileName: pulumi.Output<string>;
  /** ARN of the instance profile. */
  readonly instanceProfileArn: pulumi.Output<string>;
  /** Name of the role. */
  readonly roleName: pulumi.Output<string>;
  /** ARN of the role. */
  readonly roleArn: pulumi.Output<string>;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
  constructor(name: string, given: InstanceAccessArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:InstanceAccess", name, {}, options);
    const checks = [
      ({ validator }: InstanceAccessArgs) => identityIssues(validator, "validator"),
      ({ passOn }: InstanceAccessArgs) => passOnIssues(passOn),
    ];
    raise(`Access "${name}"`, argumentIssues(given, instanceAccessShape, checks));
    const args = checkedLater(given, instanceAccessShape, `Access "${name}"`);
    const place = placeOf(this);
    const { validator, dataBagSecret: bag, readFrom: from } = args;
    const role = new ServiceRole(
      `${name}-service`,
      {
        service: "ec2.amazonaws.com",
        statements: [
          ...keyReadStatements(validator, place, { from }),
          ...(bag ? keyReadStatements({ ...bag, key: bag.secret }, place, { what: "DataBagSecret", from }) : []),
          ...(args.extraStatements ?? []),
          ...(args.sessionManager ? shellStatements(place) : []),
        ],
        permissionsBoundary: args.permissionsBoundary,
        passOn: { role: args.passOn?.instanceRole },
      },
      { parent: this },
    );
    const profile = merge(
      "instanceProfile",
      { role: role.name },
      args.passOn?.instanceProfile,
      (merged) => new aws.iam.InstanceProfile(`${name}-profile`, merged, { parent: this }),
    );
    const attached = (args.managedPolicyArns ?? []).map(
      (policyArn, index) =>
        new aws.iam.RolePolicyAttachment(`${name}-managed-${index}`, { role: role.name, policyArn }, { parent: this })
          .id,
    );
    // An instance that is launched with the profile must already have all permissions
    this.instanceProfileName = pulumi.all([profile.name, ...attached]).apply(([profileName]) => profileName);
    this.instanceProfileArn = profile.arn;
    this.roleName = role.name;
    this.roleArn = role.arn;
    this.registerOutputs(outputsOf(this));
  }
}

/**
 * Minimum permissions for Session Manager. AWS's own AmazonSSMManagedInstanceCore would let the instance read every parameter of the
 * account, including the operator's key.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-create-iam-instance-profile.html
 */
function shellStatements(place: Place): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "TellOfItself",
      Effect: "Allow",
      Action: "ssm:UpdateInstanceInformation",
      Resource: arn(place, "ec2", "instance/*"),
    },
    {
      Sid: "OpenShell",
      Effect: "Allow",
      Action: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      // AWS supports no narrower resource for its channels.
      Resource: "*",
    },
  ];
}
