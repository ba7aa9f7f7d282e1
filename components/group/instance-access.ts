import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ChefConnection } from "../connection/chef-connection";
import { chefIdentity, dataBagSecret, readFrom } from "../connection/chef-connection-shape";
import { identityIssues } from "../connection/identity";
import { arn, keyReadStatements, type Place, placeOf } from "../iam/key-access";
import { ServiceRole } from "../iam/service-role";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues, passOnKind } from "../pass-through/pass-on";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { checkedLater } from "../validation/later";
import { anything, flag, late, listOf, needed, type ShapeOf, text } from "../validation/shape";

/** What an instance may read and do. */
export interface InstanceAccessArgs {
  /** The instance may read this identity's key. */
  readonly validator: ChefConnection["validator"];
  /** And this secret. @default none */
  readonly dataBagSecret?: ChefConnection["dataBagSecret"];
  /** From here alone. @default from wherever the role is used */
  readonly readFrom?: ChefConnection["readFrom"];
  /** Statements the instances' own software needs. @default none */
  readonly extraStatements?: readonly aws.iam.PolicyStatement[];
  /** ARNs of managed policies beside them. @default none */
  readonly managedPolicyArns?: readonly pulumi.Input<string>[];
  /** Lets operators open a shell through SSM Session Manager. @default false */
  readonly sessionManager?: boolean;
  /** @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** What more role and profile shall have, in the provider's words. @default nothing */
  readonly passOn?: PassOn<InstanceAccessResource>;
}

/** What an instance's access is made of, as `passOn` calls it. */
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
 * The role and instance profile by which an instance reads the validator's key, and nothing else unless asked.
 *
 * @example
 * ```ts
 * const access = new InstanceAccess("web-instance", { validator: chef.validator, sessionManager: true });
 * export const profile = access.instanceProfileName;
 * ```
 */
export class InstanceAccess extends pulumi.ComponentResource {
  /** Name of the instance profile, as launch templates and configurations take it. */
  readonly instanceProfileName: pulumi.Output<string>;
  /** ARN of the instance profile. */
  readonly instanceProfileArn: pulumi.Output<string>;
  /** Name of its role. */
  readonly roleName: pulumi.Output<string>;
  /** ARN of that role. */
  readonly roleArn: pulumi.Output<string>;

  /** @throws RunError with every mistake in the arguments, before anything is declared */
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
    // Whoever launches with the profile must find all of it permitted
    this.instanceProfileName = pulumi.all([profile.name, ...attached]).apply(([profileName]) => profileName);
    this.instanceProfileArn = profile.arn;
    this.roleName = role.name;
    this.roleArn = role.arn;
    this.registerOutputs({
      instanceProfileName: this.instanceProfileName,
      instanceProfileArn: this.instanceProfileArn,
      roleName: this.roleName,
      roleArn: this.roleArn,
    });
  }
}

/**
 * What Session Manager needs at the least. AWS's own AmazonSSMManagedInstanceCore would let the instance read every
 * parameter of the account, the operator's key among them.
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
      // AWS knows no narrower resource for its channels.
      Resource: "*",
    },
  ];
}
