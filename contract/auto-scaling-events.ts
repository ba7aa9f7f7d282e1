/*
 * What Auto Scaling calls what happens to instances: the group asks for it by these names, messages carry them, the policy pack looks for
 * them. https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_NotificationConfiguration.html and API_LifecycleHook.html
 */

/** Events of notifications, sent afterwards. */
export const NOTIFIED = {
  launch: "autoscaling:EC2_INSTANCE_LAUNCH",
  launchError: "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
  terminate: "autoscaling:EC2_INSTANCE_TERMINATE",
  terminateError: "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
} as const;

/** Sent once, when a topic is configured. */
export const TEST_NOTIFICATION = "autoscaling:TEST_NOTIFICATION";

/** Transitions of lifecycle hooks, sent while the instance waits. */
export const TRANSITION = {
  launching: "autoscaling:EC2_INSTANCE_LAUNCHING",
  terminating: "autoscaling:EC2_INSTANCE_TERMINATING",
} as const;
