import { badBoot } from "./bad-boot";
import { bake } from "./bake";
import { boot } from "./boot";
import type { Step } from "./context";
import { destroy } from "./destroy";
import { newImage } from "./new-image";
import { policy } from "./policy";
import { reap } from "./reap";
import { scaleIn } from "./scale-in";
import { scaleOut } from "./scale-out";
import { secrets } from "./secrets";
import { services } from "./services";
import { up } from "./up";

/**
 * The whole life of a fleet, up to the point where everything runs. The policy step comes before the bake, because the policy must be
 * able to decide before an image exists; the bake is the first thing that `up` does.
 */
export const life: readonly Step[] = [
  services,
  policy,
  bake,
  up,
  boot,
  scaleOut,
  scaleIn,
  reap,
  badBoot,
  newImage,
  secrets,
];

/** The steps that end it. */
export const end: readonly Step[] = [destroy];
