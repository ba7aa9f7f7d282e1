import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { outputsOf } from "../outputs/outputs-of";
import { merge } from "../pass-through/merge";
import { type PassOn, passOnIssues, passOnKind } from "../pass-through/pass-on";
import { argumentIssues } from "../validation/check-arguments";
import { raise } from "../validation/issues";
import { anything, late, needed, type ShapeOf, text } from "../validation/shape";

/** Which service assumes a role, and what the role may do. */
export interface ServiceRoleArgs {
  /** AWS service that assumes the role, for example `ec2.amazonaws.com`. */
  readonly service: string;
  /** All permissions of the role. An empty list creates a role without a policy. */
  readonly statements: readonly aws.iam.PolicyStatement[] | pulumi.Output<aws.iam.PolicyStatement[]>;
  /** ARN of the permissions boundary. @default none */
  readonly permissionsBoundary?: pulumi.Input<string>;
  /** Additional properties of the role, named as in the AWS provider. @default nothing */
  readonly passOn?: PassOn<"role">;
}

const serviceRoleShape = {
  service: needed(text),
  statements: needed(anything),
  permissionsBoundary: late(text),
  passOn: passOnKind(["role"]),
} satisfies ShapeOf<ServiceRoleArgs>;

/**
 * A role for one AWS service, with exactly the given statements.
 *
 * @example
 * ```ts
 * const role = new ServiceRole("report-service", {
 *   service: "lambda.amazonaws.com",
 *   statements: [{ Effect: "Allow", Action: "sqs:GetQueueAttributes", Resource: queue.queueArn }],
 * });
 * ```
 */
export class ServiceRole extends pulumi.ComponentResource {
  /** ARN of the role, known once its policy is attached. */
  readonly arn: pulumi.Output<string>;
  /** Name of the role, known once its policy is attached. */
  readonly name: pulumi.Output<string>;

  /** @throws RunError with all mistakes in the arguments, before anything is declared */
  constructor(name: string, args: ServiceRoleArgs, options?: pulumi.ComponentResourceOptions) {
    super("chef-autoscaling:index:ServiceRole", name, {}, options);
    raise(`Role "${name}"`, argumentIssues(args, serviceRoleShape, [({ passOn }) => passOnIssues(passOn)]));
    const role = merge(
      "role",
      {
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: args.service }, Action: "sts:AssumeRole" }],
        },
        permissionsBoundary: args.permissionsBoundary,
      },
      args.passOn?.role,
      (merged) => new aws.iam.Role(`${name}-role`, merged, { parent: this }),
    );
    const policy = this.inlinePolicy(name, role, args);
    // The role must have its permissions before it is used, since the first call may come at once.
    this.arn = pulumi.all([role.arn, policy?.id]).apply(([arn]) => arn);
    this.name = pulumi.all([role.name, policy?.id]).apply(([roleName]) => roleName);
    this.registerOutputs(outputsOf(this));
  }

  private inlinePolicy(name: string, role: aws.iam.Role, args: ServiceRoleArgs): aws.iam.RolePolicy | undefined {
    if (Array.isArray(args.statements) && args.statements.length === 0) return undefined;
    // A list is passed unchanged: inside an output, nothing is known at preview while one part is
    // unknown.
    const Statement = pulumi.Output.isInstance(args.statements) ? args.statements : [...args.statements];
    return new aws.iam.RolePolicy(
      `${name}-policy`,
      { role: role.name, policy: { Version: "2012-10-17", Statement } },
      { parent: this },
    );
  }
}
