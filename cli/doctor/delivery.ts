import { paginateListSubscriptionsByTopic, SNSClient } from "@aws-sdk/client-sns";
import { awsClient } from "../../aws/client";
import { attempt, type Check, failed, ok } from "./check";

/**
 * Whether a group's notifications reach the reaper's queue: without the subscription nothing arrives, and nobody notices.
 *
 * @param tellers ARNs of the topics, or of the queue itself, that get the termination notifications
 */
export function checkDelivery(
  tellers: readonly string[],
  queueUrl: string,
  region: string | undefined,
): Promise<Check> {
  const sns = awsClient(SNSClient, region);
  return attempt("delivery", async () => {
    for (const arn of tellers) {
      if (isQueue(arn, queueUrl)) return ok("delivery", "the lifecycle hook sends to the queue");
      if (isTopic(arn) && (await delivers(sns, arn, queueUrl)))
        return ok("delivery", "the topic delivers to the queue");
    }
    const topics = tellers.filter(isTopic).join(", ");
    const fix =
      "run 'pulumi up' to subscribe it again; meanwhile, 'chef-autoscaling reconcile' finds the nodes whose messages are missing";
    return failed("delivery", `the queue is not subscribed to the group's topic ${topics}`, fix);
  });
}

async function delivers(sns: SNSClient, TopicArn: string, queueUrl: string): Promise<boolean> {
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn })) {
    const found = Subscriptions.find(({ Endpoint = "" }) => isQueue(Endpoint, queueUrl));
    if (found) return found.SubscriptionArn !== "PendingConfirmation";
  }
  return false;
}

function isTopic(arn: string): boolean {
  return arn.split(":")[2] === "sns";
}

/** A queue's URL and its ARN both end with account and name. */
export function isQueue(arn: string, queueUrl: string): boolean {
  const [, , service, , account, name] = arn.split(":");
  return service === "sqs" && new URL(queueUrl).pathname === `/${account}/${name}`;
}
