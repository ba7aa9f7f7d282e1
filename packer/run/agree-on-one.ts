import { setTimeout as pause } from "node:timers/promises";
import type { Image } from "@aws-sdk/client-ec2";
import { chosenOf } from "../images/chosen";
import { isReady } from "../images/image";

/** How long all regions together wait for other bakes of the same fingerprint. */
export const WAIT_FOR_OTHERS_MS = 10 * 60_000;
const POLL_MS = 2_000;
/** AWS reports creation times in seconds. Within the same second, another image may appear that counts as older. */
const SAME_SECOND_MS = 1_200;

export interface Patience {
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly deadline: number;
}

/**
 * The image that all bakes of one fingerprint use in a region. An unfinished one is waited for until the deadline, since its bake may still
 * fail; after that, ours is used.
 *
 * @param ours is ready to use
 * @param look at the images of the fingerprint, oldest first
 * @throws if it is stopped
 */
export async function settle(
  ours: Image,
  look: () => Promise<readonly Image[]>,
  { signal, deadline }: Patience,
): Promise<Image> {
  const wait = (milliseconds: number) =>
    pause(milliseconds, undefined, { signal }).catch(() => signal.throwIfAborted());
  await wait(restOfSecond(ours, Date.now()));
  for (;;) {
    const chosen = chosenOf(await look());
    if (!chosen || chosen.ImageId === ours.ImageId) return ours;
    if (isReady(chosen)) return chosen;
    if (Date.now() > deadline) return ours;
    await wait(POLL_MS);
  }
}

/** Milliseconds; none if creating the image took longer, as in AWS. */
function restOfSecond({ CreationDate = "" }: Image, now: number): number {
  const rest = Date.parse(CreationDate) + SAME_SECOND_MS - now;
  return rest > 0 ? Math.min(rest, SAME_SECOND_MS) : 0;
}
