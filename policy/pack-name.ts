/** Name of the package's own pack, which distinguishes its findings from those of other packs. */
export const PACK_NAME = "chef-autoscaling";
