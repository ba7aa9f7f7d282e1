/** What the package's own pack is called, by which its findings are told from those of a team's. */
export const PACK_NAME = "chef-autoscaling";
