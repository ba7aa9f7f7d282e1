import type { KeyReference } from "../../chef/keys/key-reference";

/**
 * What a NodeCleanup keeps in the state: no secret, only where one is. A destroy may be run by a later version of the package than
 * the one that wrote it, so members may be added, and none may change its meaning.
 */
export interface CleanupState {
  readonly groupName: string;
  readonly region: string;
  /** Account of the group; undefined where nobody named it. */
  readonly accountId?: string;
  /** Profile of the AWS credentials; undefined where the environment has them. */
  readonly profile?: string;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: { readonly name: string; readonly key: KeyReference };
  readonly onDestroy: "remove" | "retain";
  readonly waitSeconds: number;
  readonly chefRequestsPerSecond?: number;
  /** Version of the package that wrote this; it tells why an upgrade shows an update. */
  readonly version: string;
  /** The built clean-up.ts, as that version's program found it. */
  readonly program: string;
}
