import { paginateListDashboards } from "@aws-sdk/client-cloudwatch";
import {
  DescribeClustersCommand,
  ECSClient,
  type ListClustersCommandOutput,
  paginateListClusters,
} from "@aws-sdk/client-ecs";
import {
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { DescribeKeyCommand, KMSClient, paginateListAliases, paginateListKeys } from "@aws-sdk/client-kms";
import { labRegion } from "../services/aws-clients";
import type { Lab } from "../services/lab";
import { all, ids, type Listings } from "./listings";

/** What a stack may create besides its groups: load balancers, rules, dashboards, keys, clusters. */
export function platformListings({ aws: { cloudWatch }, endpoint }: Lab): Listings {
  const options = { region: labRegion, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const [balancing, events] = [new ElasticLoadBalancingV2Client(options), new EventBridgeClient(options)];
  const [kms, ecs] = [new KMSClient(options), new ECSClient(options)];
  return {
    dashboards: () =>
      all(paginateListDashboards({ client: cloudWatch }, {}), (page) => ids(page.DashboardEntries, "DashboardName")),
    "load balancers": () =>
      all(paginateDescribeLoadBalancers({ client: balancing }, {}), (page) =>
        ids(page.LoadBalancers, "LoadBalancerName"),
      ),
    "target groups": () =>
      all(paginateDescribeTargetGroups({ client: balancing }, {}), (page) => ids(page.TargetGroups, "TargetGroupName")),
    rules: async () => ids((await events.send(new ListRulesCommand({}))).Rules, "Name"),
    keys: async () =>
      livingKeys(kms, await all(paginateListKeys({ client: kms }, {}), (page) => ids(page.Keys, "KeyId"))),
    clusters: async () => activeClusters(ecs, await all(paginateListClusters({ client: ecs }, {}), clusterArns)),
  };
}

const clusterArns = ({ clusterArns = [] }: ListClustersCommandOutput): string[] => clusterArns;

/** A deleted cluster is listed as inactive for some time. */
async function activeClusters(client: ECSClient, clusters: string[]): Promise<string[]> {
  if (clusters.length === 0) return [];
  const found = (await client.send(new DescribeClustersCommand({ clusters }))).clusters ?? [];
  return found.flatMap(({ status, clusterArn }) => (status === "ACTIVE" ? [String(clusterArn)] : []));
}

/** Keys are not deleted at once: they first wait for deletion. AWS managed keys (aliases alias/aws/…) are created on first use and skipped. */
async function livingKeys(client: KMSClient, keys: string[]): Promise<string[]> {
  const aliases = await all(paginateListAliases({ client }, {}), (page) =>
    page.Aliases?.map(({ AliasName, TargetKeyId }) => (AliasName?.startsWith("alias/aws/") ? TargetKeyId : "")),
  );
  const own = keys.filter((key) => !aliases.includes(key));
  const found = await Promise.all(own.map((KeyId) => client.send(new DescribeKeyCommand({ KeyId }))));
  return found.flatMap(({ KeyMetadata: key }) => (key?.KeyState === "PendingDeletion" ? [] : [String(key?.KeyId)]));
}
