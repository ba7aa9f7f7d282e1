import type { ChefIdentity } from "../chef-connection";

/** What a NodeCleanup keeps in the state: no secret, only where one is. */
export interface CleanupState {
  readonly groupName: string;
  readonly region: string;
  /** Account of the group; undefined where nobody named it. */
  readonly accountId?: string;
  /** Profile of the AWS credentials; undefined where the environment has them. */
  readonly profile?: string;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: ChefIdentity;
  readonly onDestroy: "remove" | "retain";
  readonly waitSeconds: number;
  readonly chefRequestsPerSecond?: number;
}
