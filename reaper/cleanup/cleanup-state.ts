import type { KeyReference } from "../../chef/keys/key-reference";

/**
 * The state of a NodeCleanup: no secret, only the place of one. A destroy may be run by a later version of the package than the one that
 * wrote it, so members may be added, but must not change their meaning.
 */
export interface CleanupState {
  readonly groupName: string;
  readonly region: string;
  /** Account of the group; undefined if not given. */
  readonly accountId?: string;
  /** Profile of the AWS credentials; undefined if they come from the environment. */
  readonly profile?: string;
  readonly serverUrl: string;
  readonly caPem?: string;
  readonly operator: { readonly name: string; readonly key: KeyReference };
  readonly onDestroy: "remove" | "retain";
  readonly waitSeconds: number;
  readonly chefRequestsPerSecond?: number;
  /** Version of the package that wrote this; it explains why an upgrade shows an update. */
  readonly version: string;
  /** Path of the built clean-up.ts, as found by that version's program. */
  readonly program: string;
}
