/** A check of checkov's that a rule of ours asks for as well. */
export interface Check {
  /** In words of our own. */
  readonly asks: string;
  /** Where checkov's own examples are judged otherwise here, and why. @default nowhere */
  readonly differs?: string;
}

/**
 * Checks of checkov on the resource types of this project that the pack covers; its tests run checkov's own examples of each.
 *
 * @see https://www.checkov.io/5.Policy%20Index/terraform.html
 */
export const CHECKOV: Readonly<Record<string, Check>> = {
  CKV_AWS_8: {
    asks: "volumes of launch configurations and instances are encrypted, the root volume by a statement of its own",
  },
  CKV_AWS_24: {
    asks: "no security group opens SSH to everybody",
    differs:
      "TCP's port 0 alone is not SSH; a rule without a source lets nobody in; one for everybody does, whether it names itself or not",
  },
  CKV_AWS_26: { asks: "a topic has a KMS key" },
  CKV_AWS_27: { asks: "a queue is encrypted, by SQS's own key or one of KMS" },
  CKV_AWS_45: { asks: "a function's variables hold no credentials" },
  CKV_AWS_46: { asks: "user data holds no credentials" },
  CKV_AWS_60: { asks: "a role is not for everybody" },
  CKV_AWS_61: { asks: "a role is not for whole accounts" },
  CKV_AWS_62: {
    asks: "no policy allows everything on everything",
    differs: "a statement without an effect is not valid, as the example itself says",
  },
  CKV_AWS_63: {
    asks: "no policy allows every action",
    differs: "every action of one service on something named is advice",
  },
  CKV_AWS_66: { asks: "a log group has a retention" },
  CKV_AWS_72: { asks: "a queue's policy names the actions that it allows" },
  CKV_AWS_79: { asks: "IMDSv1 is off" },
  CKV_AWS_88: { asks: "an instance and a launch template give no public address" },
  CKV_AWS_115: { asks: "a function has a bound on its concurrency" },
  CKV_AWS_116: { asks: "a function has a dead-letter queue" },
  CKV_AWS_117: { asks: "a function runs in a VPC", differs: "a list of no subnets takes a function out of its VPC" },
  CKV_AWS_153: {
    asks: "a group hands tags to its instances",
    differs: "a tag that stays behind is advice also where another goes along",
  },
  CKV_AWS_168: { asks: "a queue's policy does not let everybody in" },
  CKV_AWS_169: { asks: "a topic's policy does not let everybody in" },
  CKV_AWS_173: {
    asks: "a function's variables are under a KMS key",
    differs: "a function without variables has nothing to encrypt",
  },
  CKV_AWS_235: { asks: "a copy of an image is encrypted" },
  CKV_AWS_258: { asks: "a function URL asks for authorization" },
  CKV_AWS_274: { asks: "nobody has AWS's administrator policy" },
  CKV_AWS_277: { asks: "no security group lets everything in from everywhere" },
  CKV_AWS_286: { asks: "no policy lets anybody give himself more" },
  CKV_AWS_288: {
    asks: "no policy lets data be read everywhere",
    differs: "its example that passes creates functions and tables everywhere, which CKV_AWS_290 is against",
  },
  CKV_AWS_289: {
    asks: "no policy lets permissions be changed everywhere",
    differs: "every action of one service on something named is advice",
  },
  CKV_AWS_290: {
    asks: "no policy lets anything be written everywhere",
    differs: "every action of one service on something named is advice",
  },
  CKV_AWS_301: {
    asks: "no permission lets everybody invoke a function",
    differs: "everybody from one source is advice",
  },
  CKV_AWS_315: { asks: "a group launches from a template" },
  CKV_AWS_319: { asks: "an alarm's actions are on" },
  CKV_AWS_341: { asks: "metadata answers travel one hop" },
  CKV_AWS_363: {
    asks: "a function's runtime is not deprecated",
    differs: "AWS has deprecated Node.js 18 since; what it still lets everybody use is advice",
  },
  CKV_AWS_364: { asks: "a service may invoke a function only from a named source" },
  CKV_AWS_385: {
    asks: "a topic's policy lets no other account in without a condition",
    differs: "it stops where 'accounts' lists yours, and advises where it does not",
  },
  CKV_AWS_387: { asks: "a queue's policy lets nobody in by a wildcard without a condition" },
  CKV_AWS_389: { asks: "a launch configuration gives no public address" },
};
