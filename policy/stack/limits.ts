/** For each rule, what it cannot know of a stack and therefore does not say; docs/policy.md shows it beside the rule. */
export const LIMITS: Readonly<Record<string, string>> = {
  "architecture-matches-bake":
    "an image whose bake and tags say no architecture; words of one's own for architectures, where the type decides",
  "encryption-matches-bake": "whether a bake that does not ask for encryption has an encrypted base image",
  "image-origin-known": "whether the bake that it names is wrong in what it says of itself",
  "instance-type-matches-bake":
    "types set in Packer's template or variable files; which of several bakes the update will take; launches outside the resources listed above",
  "launched-type-known": "what a template of another stack launches",
  "metadata-matches-bake": "what an image by id asks for, where its tags cannot be read",
  "previous-image-kept": "images that something else removes",
  "region-matches-bake":
    "the region of a provider that only its environment sets; regions that only Packer's template names",
  "alarm-can-fire": "whether the metric has data at all",
  "batch-reports-failures": "whether the function's code answers with the failures",
  "capacity-in-order": "sizes that are other resources' outputs, and what schedules and people set later",
  "cleanup-on-destroy":
    "nodes of instances that boot into Chef from the image alone, without a word of it in user data",
  "dead-letter-queue": "queues of other stacks, and dead letters that are set outside the program",
  "elb-health-check": "target groups that are attached outside the program",
  "group-uses-launch-template": "nothing: it reads one property",
  "launch-template-by-number":
    "whether another tool rolls the group; that a Chef server knows its instances, where only the image says so",
  "notification-queue-is-read": "readers outside the program",
  "one-direction-per-policy": "steps that are other resources' outputs",
  "scale-out-has-scale-in": "what else scales the group, such as a schedule of another stack",
  "scaling-policy-has-alarm": "alarms of other stacks, and those of CloudWatch's console",
  "schedule-in-order": "sizes of the group itself at the hour of the schedule",
  "several-zones": "in which zones subnets are, of which it only counts how many there are",
  "tags-propagate": "default tags of the provider",
  "terminations-are-told": "subscriptions in other stacks; groups that boot into Chef from the image alone",
  "thresholds-in-order": "alarms on expressions, and thresholds that are outputs",
  "alarms-have-actions": "who looks at a dashboard",
  "function-concurrency": "the account's own limit",
  "function-dead-letters": "destinations that an event invoke configuration of another stack sets",
  "function-environment-key": "what is in the variables",
  "function-in-vpc": "whether the Chef server has a public address",
  "function-not-open": "permissions given outside the program",
  "function-runtime": "runtimes that AWS deprecates after this version; name them in 'gone'",
  "function-url-needs-auth": "whether the function checks its callers itself",
  "image-copy-encrypted": "whether a source by id, or the account's default that no program states, encrypts",
  "least-privilege":
    "statements with unknown actions or resources; policies that are one text with an unknown ARN in it; what an action can do to the resource that it names",
  "logs-expire": "log groups that Lambda makes by itself",
  "metadata-hop-limit": "whether the instance runs containers that need the second hop",
  "metadata-needs-token":
    "an account's default that no program states, and what an image by id asks for where its tags cannot be read",
  "no-open-principal":
    "whether a condition's values are those that were meant; only that they are not met by everybody",
  "no-open-ssh": "prefix lists, security groups of peers, network ACLs, and SSH on another port",
  "no-public-address": "subnets that give one by themselves",
  "no-secret-in-command": "secrets that look like none, and those in files that the command reads",
  "no-secret-in-function": "secrets that look like none",
  "no-secret-in-user-data": "secrets that look like none, and parts that cloud-init fetches",
  "no-wide-managed-policy": "what policies of one's own allow, which is for least-privilege",
  "parameter-encrypted": "secrets that look like none",
  "queue-encrypted": "queues made before SQS encrypted new ones, which keep what they had",
  "role-trusts-few": "what the trusted account lets its own people do",
  "actions-named": "actions by a wildcard that is narrower than a whole service",
  "topic-encrypted": "whether the key's policy lets the publishers use it",
  "topic-in-account": "whether an account that is named is yours; list yours in 'accounts'",
  "volumes-encrypted":
    "an account's default that no program states, snapshots, and what an image by id has where it cannot be read",
};
