/** The notification that Auto Scaling sends after an instance was terminated. */
export function notification(group: string, instanceId: string, changes: Record<string, unknown> = {}) {
  return {
    Origin: "AutoScalingGroup",
    Destination: "EC2",
    Progress: 50,
    AccountId: "123456789012",
    Description: `Terminating EC2 instance: ${instanceId}`,
    RequestId: "4a1625d2-0000-4000-8000-6c5a5b2f1111",
    EndTime: "2026-11-22T12:00:30.000Z",
    AutoScalingGroupARN: `arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/${group}`,
    ActivityId: "4a1625d2-0000-4000-8000-6c5a5b2f1111",
    StartTime: "2026-11-22T12:00:00.000Z",
    Service: "AWS Auto Scaling",
    Time: "2026-11-22T12:00:30.000Z",
    EC2InstanceId: instanceId,
    StatusCode: "InProgress",
    StatusMessage: "",
    Details: { "Subnet ID": "subnet-1", "Availability Zone": "us-east-1a" },
    AutoScalingGroupName: group,
    Cause: "an instance was taken out of service",
    Event: "autoscaling:EC2_INSTANCE_TERMINATE",
    ...changes,
  };
}

/** The message of a terminate lifecycle hook. */
export function hookMessage(group: string, instanceId: string, changes: Record<string, unknown> = {}) {
  return {
    LifecycleHookName: "drain",
    AccountId: "123456789012",
    RequestId: "r",
    LifecycleTransition: "autoscaling:EC2_INSTANCE_TERMINATING",
    AutoScalingGroupName: group,
    Service: "AWS Auto Scaling",
    Time: "2026-11-22T12:00:30.000Z",
    EC2InstanceId: instanceId,
    LifecycleActionToken: "71514b9d-6a40-4b26-8523-05e7ee35fa40",
    NotificationMetadata: "",
    ...changes,
  };
}

/** An event as EventBridge delivers it. */
export function event(detailType: string, detail: Record<string, unknown>) {
  return {
    version: "0",
    id: "12345678-1234-1234-1234-123456789012",
    "detail-type": detailType,
    source: "aws.autoscaling",
    account: "123456789012",
    time: "2026-11-22T12:00:30Z",
    region: "us-east-1",
    resources: [],
    detail,
  };
}

/** The envelope of SNS deliveries to a queue, unless the subscription is raw. */
export function envelope(message: unknown, changes: Record<string, unknown> = {}) {
  return {
    Type: "Notification",
    MessageId: "dc1e94d9-56c5-5e96-808d-cc7f68faa162",
    TopicArn: "arn:aws:sns:us-east-1:123456789012:staging-web",
    Subject: "Auto Scaling: termination",
    Message: typeof message === "string" ? message : JSON.stringify(message),
    Timestamp: "2026-11-22T12:00:31.000Z",
    SignatureVersion: "1",
    Signature: "x",
    SigningCertURL: "https://sns.us-east-1.amazonaws.com/x.pem",
    UnsubscribeURL: "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    ...changes,
  };
}
