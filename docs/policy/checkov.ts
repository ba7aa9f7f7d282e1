/** A checkov check that one of our rules covers. */
export interface Check {
  /** What it checks, in our own words. */
  readonly asks: string;
  /** Which of checkov's own examples our rule decides differently, and why. @default none */
  readonly differs?: string;
}

/**
 * The checkov checks for the resource types of this project that the pack covers; tests run checkov's own examples of each.
 *
 * @see https://www.checkov.io/5.Policy%20Index/terraform.html
 */
export const CHECKOV: Readonly<Record<string, Check>> = {
  CKV_AWS_8: {
    asks: "volumes of launch configurations and instances are encrypted, the root volume explicitly",
  },
  CKV_AWS_24: {
    asks: "no security group opens SSH to everybody",
    differs:
      "only TCP port 0 is not SSH; a rule without a source lets nobody in; a rule for everybody does, even if it also names itself",
  },
  CKV_AWS_26: { asks: "a topic has a KMS key" },
  CKV_AWS_27: { asks: "a queue is encrypted, by SQS's own key or one of KMS" },
  CKV_AWS_45: { asks: "a function's environment variables contain no credentials" },
  CKV_AWS_46: { asks: "user data contains no credentials" },
  CKV_AWS_60: { asks: "a role cannot be assumed by everybody" },
  CKV_AWS_61: { asks: "a role cannot be assumed by whole accounts" },
  CKV_AWS_62: {
    asks: "no policy allows everything on everything",
    differs: "a statement without an effect is invalid, as checkov's example itself says",
  },
  CKV_AWS_63: {
    asks: "no policy allows every action",
    differs: "all actions of one service on a named resource are only advisory",
  },
  CKV_AWS_66: { asks: "a log group has a retention period" },
  CKV_AWS_72: { asks: "a queue's policy lists the actions that it allows" },
  CKV_AWS_79: { asks: "IMDSv1 is off" },
  CKV_AWS_88: { asks: "instances and launch templates assign no public address" },
  CKV_AWS_115: { asks: "a function has a concurrency limit" },
  CKV_AWS_116: { asks: "a function has a dead-letter queue" },
  CKV_AWS_117: {
    asks: "a function runs in a VPC",
    differs: "an empty list of subnets removes a function from its VPC",
  },
  CKV_AWS_153: {
    asks: "a group propagates tags to its instances",
    differs: "a tag that is not propagated is an advisory finding, even if another one is",
  },
  CKV_AWS_168: { asks: "a queue's policy does not allow everybody" },
  CKV_AWS_169: { asks: "a topic's policy does not allow everybody" },
  CKV_AWS_173: {
    asks: "a function's environment variables are encrypted with a KMS key",
    differs: "a function without variables has nothing to encrypt",
  },
  CKV_AWS_235: { asks: "a copy of an image is encrypted" },
  CKV_AWS_258: { asks: "a function URL requires authorization" },
  CKV_AWS_274: { asks: "AWS's administrator policy is not attached" },
  CKV_AWS_277: { asks: "no security group allows all traffic from everywhere" },
  CKV_AWS_286: { asks: "no policy allows privilege escalation" },
  CKV_AWS_288: {
    asks: "no policy allows reading data on all resources",
    differs: "its passing example creates functions and tables on all resources, which CKV_AWS_290 forbids",
  },
  CKV_AWS_289: {
    asks: "no policy allows permission changes on all resources",
    differs: "all actions of one service on a named resource are only advisory",
  },
  CKV_AWS_290: {
    asks: "no policy allows writing to all resources",
    differs: "all actions of one service on a named resource are only advisory",
  },
  CKV_AWS_301: {
    asks: "no permission allows everybody to invoke a function",
    differs: "everybody from one source is only advisory",
  },
  CKV_AWS_315: { asks: "a group uses a launch template" },
  CKV_AWS_319: { asks: "an alarm's actions are enabled" },
  CKV_AWS_341: { asks: "metadata responses have a hop limit of 1" },
  CKV_AWS_363: {
    asks: "a function's runtime is not deprecated",
    differs: "AWS has since deprecated Node.js 18; runtimes that AWS still accepts are only advisory",
  },
  CKV_AWS_364: { asks: "a service may invoke a function only from a named source" },
  CKV_AWS_385: {
    asks: "a topic's policy allows other accounts only with a condition",
    differs: "mandatory if 'accounts' lists yours, otherwise advisory",
  },
  CKV_AWS_387: { asks: "a queue's policy has no wildcard principal without a condition" },
  CKV_AWS_389: { asks: "a launch configuration assigns no public address" },
};
