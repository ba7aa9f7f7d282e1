/**
 * The rules of the policy pack, for your own pack.
 *
 * @module pulumi-chef-autoscaling/policy
 * @example
 * ```ts
 * new PolicyPack("acme", { policies: [...rules, ...ours] });
 * ```
 */

import type { Policies } from "@pulumi/policy";
import { alarmCanFire } from "./group/alarm-can-fire";
import { batchReportsFailures } from "./group/batch-reports-failures";
import { capacityInOrder } from "./group/capacity-in-order";
import { cleanupOnDestroy } from "./group/cleanup-on-destroy";
import { deadLetterQueue } from "./group/dead-letter-queue";
import { elbHealthCheck } from "./group/elb-health-check";
import { groupUsesLaunchTemplate } from "./group/group-uses-launch-template";
import { launchTemplateByNumber } from "./group/launch-template-by-number";
import { notificationQueueIsRead } from "./group/notification-queue-is-read";
import { oneDirectionPerPolicy } from "./group/one-direction-per-policy";
import { scaleOutHasScaleIn } from "./group/scale-out-has-scale-in";
import { scalingPolicyHasAlarm } from "./group/scaling-policy-has-alarm";
import { scheduleInOrder } from "./group/schedule-in-order";
import { severalZones } from "./group/several-zones";
import { tagsPropagate } from "./group/tags-propagate";
import { terminationsAreTold } from "./group/terminations-are-told";
import { thresholdsInOrder } from "./group/thresholds-in-order";
import { architectureMatchesBake } from "./image/architecture-matches-bake";
import { encryptionMatchesBake } from "./image/encryption-matches-bake";
import { imageOriginKnown } from "./image/image-origin-known";
import { instanceTypeMatchesBake } from "./image/instance-type-matches-bake";
import { launchedTypeKnown } from "./image/launched-type-known";
import { metadataMatchesBake } from "./image/metadata-matches-bake";
import { previousImageKept } from "./image/previous-image-kept";
import { regionMatchesBake } from "./image/region-matches-bake";
import { propertiesKnown } from "./properties-known";
import { actionsNamed } from "./security/actions-named";
import { alarmsHaveActions } from "./security/alarms-have-actions";
import { functionConcurrency } from "./security/function-concurrency";
import { functionDeadLetters } from "./security/function-dead-letters";
import { functionEnvironmentKey } from "./security/function-environment-key";
import { functionInVpc } from "./security/function-in-vpc";
import { functionNotOpen } from "./security/function-not-open";
import { functionRuntime } from "./security/function-runtime";
import { functionUrlNeedsAuth } from "./security/function-url-needs-auth";
import { imageCopyEncrypted } from "./security/image-copy-encrypted";
import { leastPrivilege } from "./security/least-privilege";
import { logsExpire } from "./security/logs-expire";
import { metadataHopLimit } from "./security/metadata-hop-limit";
import { metadataNeedsToken } from "./security/metadata-needs-token";
import { noOpenPrincipal } from "./security/no-open-principal";
import { noOpenSsh } from "./security/no-open-ssh";
import { noPublicAddress } from "./security/no-public-address";
import { noSecretInCommand } from "./security/no-secret-in-command";
import { noSecretInFunction } from "./security/no-secret-in-function";
import { noSecretInUserData } from "./security/no-secret-in-user-data";
import { noWideManagedPolicy } from "./security/no-wide-managed-policy";
import { parameterEncrypted } from "./security/parameter-encrypted";
import { queueEncrypted } from "./security/queue-encrypted";
import { roleTrustsFew } from "./security/role-trusts-few";
import { topicEncrypted } from "./security/topic-encrypted";
import { topicInAccount } from "./security/topic-in-account";
import { volumesEncrypted } from "./security/volumes-encrypted";

export {
  actionsNamed,
  alarmCanFire,
  alarmsHaveActions,
  architectureMatchesBake,
  batchReportsFailures,
  capacityInOrder,
  cleanupOnDestroy,
  deadLetterQueue,
  elbHealthCheck,
  encryptionMatchesBake,
  functionConcurrency,
  functionDeadLetters,
  functionEnvironmentKey,
  functionInVpc,
  functionNotOpen,
  functionRuntime,
  functionUrlNeedsAuth,
  groupUsesLaunchTemplate,
  imageCopyEncrypted,
  imageOriginKnown,
  instanceTypeMatchesBake,
  launchedTypeKnown,
  launchTemplateByNumber,
  leastPrivilege,
  logsExpire,
  metadataHopLimit,
  metadataMatchesBake,
  metadataNeedsToken,
  noOpenPrincipal,
  noOpenSsh,
  noPublicAddress,
  noSecretInCommand,
  noSecretInFunction,
  noSecretInUserData,
  notificationQueueIsRead,
  noWideManagedPolicy,
  oneDirectionPerPolicy,
  parameterEncrypted,
  previousImageKept,
  propertiesKnown,
  queueEncrypted,
  regionMatchesBake,
  roleTrustsFew,
  scaleOutHasScaleIn,
  scalingPolicyHasAlarm,
  scheduleInOrder,
  severalZones,
  tagsPropagate,
  terminationsAreTold,
  thresholdsInOrder,
  topicEncrypted,
  topicInAccount,
  volumesEncrypted,
};

/** All rules of the pack, for this pack and for yours. */
export const rules: Policies = [
  // Instances must match the bake of their image
  architectureMatchesBake,
  encryptionMatchesBake,
  imageOriginKnown,
  instanceTypeMatchesBake,
  launchedTypeKnown,
  metadataMatchesBake,
  previousImageKept,
  regionMatchesBake,
  // A group scales, reports and rolls back
  alarmCanFire,
  batchReportsFailures,
  capacityInOrder,
  cleanupOnDestroy,
  deadLetterQueue,
  elbHealthCheck,
  groupUsesLaunchTemplate,
  launchTemplateByNumber,
  notificationQueueIsRead,
  oneDirectionPerPolicy,
  scaleOutHasScaleIn,
  scalingPolicyHasAlarm,
  scheduleInOrder,
  severalZones,
  tagsPropagate,
  terminationsAreTold,
  thresholdsInOrder,
  // Nothing is public, unencrypted or broader than necessary
  alarmsHaveActions,
  functionConcurrency,
  functionDeadLetters,
  functionEnvironmentKey,
  functionInVpc,
  functionNotOpen,
  functionRuntime,
  leastPrivilege,
  logsExpire,
  metadataHopLimit,
  metadataNeedsToken,
  noOpenPrincipal,
  noOpenSsh,
  noPublicAddress,
  noSecretInCommand,
  noSecretInFunction,
  noSecretInUserData,
  noWideManagedPolicy,
  parameterEncrypted,
  queueEncrypted,
  topicEncrypted,
  topicInAccount,
  actionsNamed,
  functionUrlNeedsAuth,
  imageCopyEncrypted,
  roleTrustsFew,
  volumesEncrypted,
  // And values that none of the rules could check
  propertiesKnown,
];
