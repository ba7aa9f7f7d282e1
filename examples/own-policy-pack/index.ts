/**
 * For teams with their own rules: one pack with these and the package's rules, one of which is made mandatory here. Run it
 * with `chef-autoscaling review --stack staging --pack ./own-policy-pack --only-packs`, since it includes the package's
 * rules, or with `pulumi preview --policy-pack own-policy-pack`.
 */
import * as aws from "@pulumi/aws";
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";
import { noPublicAddress, rules } from "pulumi-chef-autoscaling/policy";

new PolicyPack("acme", {
  policies: [
    ...rules.filter((rule) => rule !== noPublicAddress),
    { ...noPublicAddress, enforcementLevel: "mandatory" },
    {
      name: "groups-have-a-cost-center",
      description: "The bill of a group must go to somebody",
      enforcementLevel: "mandatory",
      validateResource: validateResourceOfType(aws.autoscaling.Group, ({ name, tags = [] }, _, report) => {
        if (tags.some(({ key }) => key === "cost-center")) return;
        report(`the group "${name}" has no tag "cost-center"; give its number in 'tags'`);
      }),
    },
  ],
});
