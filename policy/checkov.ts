/**
 * Checks of checkov on the resource types of this project that the pack covers, in words of our own.
 *
 * @see https://www.checkov.io/5.Policy%20Index/terraform.html
 */
export const CHECKOV: Readonly<Record<string, string>> = {
  CKV_AWS_8: "volumes of launch configurations and instances are encrypted, the root volume by a statement of its own",
  CKV_AWS_26: "a topic has a KMS key",
  CKV_AWS_27: "a queue is encrypted, by SQS's own key or one of KMS",
  CKV_AWS_46: "user data holds no credentials",
  CKV_AWS_60: "a role is not for everybody",
  CKV_AWS_61: "a role is not for whole accounts",
  CKV_AWS_72: "a queue's policy names the actions that it allows",
  CKV_AWS_79: "IMDSv1 is off",
  CKV_AWS_115: "a function has a bound on its concurrency",
  CKV_AWS_116: "a function has a dead-letter queue",
  CKV_AWS_117: "a function runs in a VPC",
  CKV_AWS_153: "a group hands tags to its instances",
  CKV_AWS_168: "a queue's policy does not let everybody in",
  CKV_AWS_169: "a topic's policy does not let everybody in",
  CKV_AWS_173: "a function's variables are under a KMS key",
  CKV_AWS_235: "a copy of an image is encrypted",
  CKV_AWS_258: "a function URL asks for authorization",
  CKV_AWS_274: "nobody has AWS's administrator policy",
  CKV_AWS_277: "no security group lets everything in from everywhere",
  CKV_AWS_315: "a group launches from a template",
  CKV_AWS_319: "an alarm's actions are on",
  CKV_AWS_341: "metadata answers travel one hop",
  CKV_AWS_363: "a function's runtime is not deprecated",
  CKV_AWS_364: "a service may invoke a function only from a named source",
  CKV_AWS_385: "a topic's policy lets no other account in without a condition",
  CKV_AWS_387: "a queue's policy lets nobody in by a wildcard without a condition",
  CKV_AWS_389: "a launch configuration gives no public address",
};
