import assert from "node:assert/strict";
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type ChefAutoScalingGroupArgs,
  type GroupResource,
  NotificationQueue,
  Observation,
  ReaperFunction,
  ReaperService,
  ServiceRole,
} from "../../components";
import { groupIssues } from "../../components/group/group-validation";
import { GROUP_RESOURCES, OWNED } from "../../components/pass-through/pass-on";
import type { ResourceName } from "../../components/pass-through/resources";
import { sentence } from "../../components/validation/issues";
import { CHEF, groupArgs } from "../helpers/arguments";
import { type Declaration, type Declared, declare } from "../helpers/declare";
import { declareGroup } from "../helpers/declare-group";
import { RSA_KEY, repeats } from "../helpers/key-forms";
import { GROUPS, WHERE, WHOLE } from "../helpers/passed-on-resources";
import { bareDeclarations, componentFiles, propertiesOf } from "../helpers/provider-properties";

type Args = Partial<ChefAutoScalingGroupArgs>;
type Given = Readonly<Record<string, unknown>>;

/** What the compiler must refuse: otherwise `npm run check` fails. */
const REFUSED: readonly ChefAutoScalingGroupArgs["passOn"][] = [
  // @ts-expect-error the image is the group's
  { launchTemplate: { imageId: "ami-1" } },
  // @ts-expect-error its size is the group's
  { group: { ...{ defaultCooldown: 60 }, minSize: 1 } },
  // @ts-expect-error the provider has no such property
  { function: { memorysize: 512 } },
  // @ts-expect-error the group has several roles
  { role: { path: "/teams/web/" } },
];

const KEY = "arn:aws:kms:eu-west-3:123456789012:key/1";
const QUEUE_ARN = "arn:aws:sqs:eu-west-3:123456789012:events";
const QUEUE_URL = "https://sqs.eu-west-3.amazonaws.com/123456789012/events";
const QUEUE = {
  ...{ arn: QUEUE_ARN, url: QUEUE_URL },
  ...{ deadLetterQueueArn: `${QUEUE_ARN}-dead`, deadLetterQueueUrl: `${QUEUE_URL}-dead` },
};

/** As in a JavaScript program, without type checks. */
const passing = (passOn: Partial<Record<GroupResource, Given>>): Args => ({ passOn }) as Args;

const isOwned = (resource: GroupResource, name: string) => Object.hasOwn(OWNED[resource], name);

/** A distinct value for each property that can be passed on. */
function everyProperty(resource: GroupResource): Given {
  const names = propertiesOf(WHERE[resource].type).filter((name) => !isOwned(resource, name));
  return Object.fromEntries(names.map((name) => [name, `${resource}'s ${name}`]));
}

function declaredAs({ resources }: Declaration, resource: GroupResource): readonly Declared[] {
  const { type, ending } = WHERE[resource];
  return resources.filter((one) => one.type === type && (!ending || new RegExp(ending).test(one.name)));
}

describe("the pass-through of a resource", function () {
  this.timeout(60_000);

  const declarations: Partial<Record<keyof typeof GROUPS, Declaration>> = {};
  const of = (group: keyof typeof GROUPS): Declaration => declarations[group] ?? assert.fail();

  before(async () => {
    for (const group of ["first", "second"] as const) {
      const own = GROUP_RESOURCES.filter((resource) => WHERE[resource].group === group);
      const passOn = Object.fromEntries(own.map((resource) => [resource, everyProperty(resource)]));
      declarations[group] = await declareGroup({ ...GROUPS[group], ...passing(passOn) });
    }
  });

  for (const resource of GROUP_RESOURCES) {
    it(`accepts every property of the provider that the component does not set itself: ${resource}`, () => {
      const found = declaredAs(of(WHERE[resource].group), resource);
      assert.ok(found.length > 0, `no ${WHERE[resource].type} is declared`);
      const given = everyProperty(resource);
      for (const { inputs } of found) {
        const arrived = Object.fromEntries(Object.keys(given).map((name) => [name, inputs[name]]));
        assert.deepEqual(arrived, given);
      }
    });

    it(`refuses all others, with what to do instead: ${resource}`, () => {
      const owned: Readonly<Record<string, string>> = OWNED[resource];
      const known = propertiesOf(WHERE[resource].type);
      assert.deepEqual(
        Object.keys(owned).filter((name) => !known.includes(name)),
        [],
      );
      const given = Object.fromEntries(Object.keys(owned).map((name) => [name, "x"]));
      const args = { ...GROUPS[WHERE[resource].group], ...passing({ [resource]: given }) };
      const told = groupIssues(groupArgs(args)).map(({ property, fix }) => [property, fix]);
      assert.deepEqual(
        Object.fromEntries(told),
        Object.fromEntries(Object.entries(owned).map(([name, fix]) => [`passOn.${resource}.${name}`, fix])),
      );
    });
  }

  it("exists for every AWS resource that a group declares, except those that are fixed completely", () => {
    const declared = [...of("first").resources, ...of("second").resources].map(({ type }) => type);
    const types = [...new Set(declared)].filter((type) => type.startsWith("aws:"));
    const passed = Object.values(WHERE).map(({ type }) => type);
    assert.deepEqual(types.sort(), [...new Set([...passed, ...Object.keys(WHOLE)])].sort());
    for (const [type, names] of Object.entries(WHOLE)) assert.deepEqual(propertiesOf(type).sort(), [...names].sort());
  });

  it("is available wherever the components declare such a resource", () => {
    const whole = Object.keys(WHOLE).map((type) => type.split(":")[2]);
    const bare = componentFiles().flatMap((file) => bareDeclarations(file));
    assert.deepEqual([...new Set(bare)].sort(), whole.sort());
  });
});

describe("a property that is passed on", function () {
  this.timeout(60_000);

  const TEMPLATE = WHERE.launchTemplate.type;
  const refused = (passOn: Partial<Record<string, unknown>>, args: Args = {}) =>
    groupIssues(groupArgs({ ...args, passOn } as Args)).map(sentence);

  it("is added to what the group sets, and replaces its defaults", async () => {
    const declared = await declareGroup({
      passOn: {
        launchTemplate: { creditSpecification: { cpuCredits: "standard" }, tags: { owner: "web" } },
        function: { memorySize: 512, runtime: undefined },
      },
    });
    const { instanceType, imageId, creditSpecification, namePrefix, tags } = declared.one(TEMPLATE).inputs;
    assert.deepEqual([instanceType, imageId, namePrefix], ["t3.small", "ami-0abc", "web-"]);
    assert.deepEqual([creditSpecification, tags], [{ cpuCredits: "standard" }, { owner: "web" }]);
    const { memorySize, runtime } = declared.one(WHERE.function.type, "-function").inputs;
    assert.deepEqual([memorySize, runtime], [512, "nodejs22.x"]);
  });

  it("may be known only later, at any depth", async () => {
    const later = <T>(value: T) => pulumi.output(Promise.resolve(value));
    const passOn = {
      launchTemplate: { placement: { groupName: later("near") } },
      group: {
        placementGroup: later("near"),
        availabilityZoneDistribution: later({ capacityDistributionStrategy: "balanced-only" }),
      },
    };
    const declared = await declareGroup({ passOn });
    assert.deepEqual(declared.one(TEMPLATE).inputs.placement, { groupName: "near" });
    const { placementGroup, availabilityZoneDistribution } = declared.one(WHERE.group.type).inputs;
    assert.deepEqual(
      [placementGroup, availabilityZoneDistribution],
      ["near", { capacityDistributionStrategy: "balanced-only" }],
    );
    assert.deepEqual(refused({ launchTemplate: later({ placement: {} }) }), [
      "'passOn.launchTemplate' is known only later, expected a value that is known when the program runs, since previews and policies rely on it; " +
        "read it from the configuration, or await it, for example with StackReference.getOutputDetails",
    ]);
  });

  it("replaces an alternative that the provider does not accept together with it", async () => {
    const named = await declareGroup({ passOn: { launchTemplate: { name: "web" } } });
    const { name, namePrefix } = named.one(TEMPLATE).inputs;
    assert.deepEqual([name, namePrefix], ["web", undefined]);
    const capacityProviderStrategies = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
    const spot = await declareGroup({ ...GROUPS.second, passOn: { service: { capacityProviderStrategies } } });
    const { launchType, ...service } = spot.one(WHERE.service.type).inputs;
    assert.deepEqual([launchType, service.capacityProviderStrategies], [undefined, capacityProviderStrategies]);
  });

  it("affects dependent resources: a group's own service-linked role uses its keys", async () => {
    const serviceLinkedRoleArn = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/X_web";
    const declared = await declareGroup({ ...GROUPS.first, passOn: { group: { serviceLinkedRoleArn } } });
    assert.equal(declared.one(WHERE.group.type).inputs.serviceLinkedRoleArn, serviceLinkedRoleArn);
    assert.equal(declared.one(WHERE.volumeKeyGrant.type).inputs.granteePrincipal, serviceLinkedRoleArn);
    const policy = String(declared.one(WHERE.notificationKey.type).inputs.policy);
    assert.ok(policy.includes(serviceLinkedRoleArn) && !policy.includes("AWSServiceRoleForAutoScaling"));
  });

  it("is also in the launch hook with which the group is created", async () => {
    const declared = await declareGroup({ passOn: { launchHook: { notificationMetadata: "web" } } });
    const [initial] = declared.one(WHERE.group.type).inputs.initialLifecycleHooks as Given[];
    const { inputs } = declared.one(WHERE.launchHook.type, "-launch-hook");
    assert.deepEqual([initial?.notificationMetadata, inputs.notificationMetadata], ["web", "web"]);
  });

  it("is refused by name in a program without a compiler if the provider's class would drop it", async () => {
    const misspelt = declareGroup(passing({ launchTemplate: { ebsOptimised: "true", x: 1 } }));
    await assert.rejects(misspelt, ({ message }: Error) => {
      assert.match(message, /'passOn\.launchTemplate\.ebsOptimised' is given, expected a property .* 'ebsOptimized'\?/);
      assert.match(message, /'passOn\.launchTemplate\.x' is given, .*; look it up in the provider's reference/);
      return true;
    });
    assert.deepEqual(refused({ launchTemplates: {} }), [
      "'passOn.launchTemplates' is given, expected no argument of this name; did you mean 'launchTemplate'?",
    ]);
    assert.deepEqual(refused({ launchTemplate: "x" }), [
      `'passOn.launchTemplate' is "x", expected an object of the provider's properties; correct it`,
    ]);
  });

  it("is refused here where the compiler refuses it", async () => {
    for (const passOn of REFUSED) {
      const given = groupArgs({ passOn });
      await assert.rejects(declareGroup(given), /'passOn\.\w+(\.\w+)?' is given/);
    }
  });

  it("is refused for a resource that is not declared", () => {
    const tags = { owner: "web" };
    const properties = (passOn: object, args: Args) =>
      groupIssues(groupArgs({ ...args, passOn } as Args)).map(({ property }) => property);
    const all = Object.fromEntries(GROUP_RESOURCES.map((resource) => [resource, { tags }]));
    const idle = (args: Args) => properties(all, args).map((property) => property.replace("passOn.", ""));
    assert.ok(!idle(GROUPS.first).some((name) => WHERE[name as GroupResource]?.group === "first"));
    assert.ok(!idle(GROUPS.second).some((name) => WHERE[name as GroupResource]?.group === "second"));
    assert.deepEqual(refused({ launchConfiguration: { ebsOptimized: true } }), [
      "'passOn.launchConfiguration' is given, expected nothing for a resource that is not declared; use 'passOn.launchTemplate'",
    ]);
    const worker = idle({ reaper: { mode: "worker" }, observation: { alarms: false } });
    for (const name of ["function", "service", "logGroup", "reaperRole", "reaperSecurityGroup", "alarm", "dashboard"]) {
      assert.ok(worker.includes(name), name);
    }
    assert.ok(idle({ instance: { profileName: "theirs" } }).includes("instanceRole"));
    assert.ok(idle({ notifications: { queue: QUEUE } }).includes("deadLetterQueue"));
    assert.deepEqual(properties({ function: {}, service: { tags: undefined } }, { reaper: { mode: "worker" } }), []);
  });

  const SITUATIONS: Record<string, Args> = {
    "nothing more than a group needs": {},
    "all that a group can declare": GROUPS.first,
    "a launch configuration and a service": GROUPS.second,
    "a given profile, by its name": { instance: { profileName: "theirs" } },
    "a given profile, by its ARN": { instance: { profileArn: "arn:aws:iam::123456789012:instance-profile/theirs" } },
    "given security groups": { securityGroupIds: ["sg-1"] },
    "a given topic": { notifications: { topicArn: "arn:aws:sns:eu-west-3:123456789012:events" } },
    "a given queue": { notifications: { queue: QUEUE } },
    "a given key": { notifications: { kmsKeyArn: KEY }, rootVolume: { kmsKeyArn: KEY, grantKey: false } },
    "a data volume's key": { instance: { volumes: [{ deviceName: "/dev/sdf", sizeGib: 8, kmsKeyArn: KEY }] } },
    "no hook, no alarms": { hooks: { launch: false }, observation: { alarms: false } },
    "one target": { scaling: { targets: { cpu: { target: 50 } } } },
    "a function that does not reconcile, in given security groups": {
      reaper: { reconcile: false, vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-2"] } },
    },
    "a worker": { reaper: { mode: "worker" } },
    "a service in a given cluster": {
      reaper: {
        mode: "service",
        service: {
          ...{ image: "registry.example.com/reaper:1.2.0", subnetIds: ["subnet-1"], securityGroupIds: ["sg-2"] },
          clusterArn: "arn:aws:ecs:eu-west-3:123456789012:cluster/theirs",
        },
      },
    },
  };
  for (const [situation, args] of Object.entries(SITUATIONS)) {
    it(`is refused for exactly what is not declared with ${situation}`, async () => {
      const declared = await declareGroup(args);
      const passOn = Object.fromEntries(GROUP_RESOURCES.map((resource) => [resource, { tags: { owner: "web" } }]));
      const idle = groupIssues(groupArgs({ ...args, passOn } as Args))
        .filter(({ expected }) => expected === "nothing for a resource that is not declared")
        .map(({ property }) => property.replace("passOn.", ""));
      const absent = GROUP_RESOURCES.filter((resource) => declaredAs(declared, resource).length === 0);
      assert.deepEqual(idle.sort(), [...absent].sort());
    });
  }

  const tags = { owner: "web" };
  const settings = { alarms: false as const };
  const place = { chef: CHEF, groupNames: ["web"], queue: {} as NotificationQueue };
  const service = { ...place, image: "registry.example.com/reaper:1.2.0", subnetIds: ["subnet-1"] };
  const clusterArn = "arn:aws:ecs:eu-west-3:123456789012:cluster/theirs";
  const autoScalingGroup = {} as aws.autoscaling.Group;
  const ALONE: Record<string, [resource: ResourceName, program: (passOn: object) => unknown]> = {
    "a queue of its own with a given topic": [
      "topic",
      (passOn) =>
        new NotificationQueue("q", {
          ...{ autoScalingGroup, readerTimeoutSeconds: 30, passOn },
          settings: { topicArn: "arn:aws:sns:eu-west-3:123456789012:events" },
        }),
    ],
    "a queue of its own with a given queue": [
      "deadLetterQueue",
      (passOn) =>
        new NotificationQueue("q", { autoScalingGroup, readerTimeoutSeconds: 30, passOn, settings: { queue: QUEUE } }),
    ],
    "a queue of its own without a key": [
      "notificationKey",
      (passOn) => new NotificationQueue("q", { autoScalingGroup, readerTimeoutSeconds: 30, passOn }),
    ],
    "a function of its own in no VPC": [
      "reaperSecurityGroup",
      (passOn) => new ReaperFunction("r", { ...place, passOn }),
    ],
    "a function of its own that does not reconcile": [
      "reconcileRule",
      (passOn) => new ReaperFunction("r", { ...place, reconcile: false, passOn }),
    ],
    "a service of its own in a given cluster": [
      "cluster",
      (passOn) => new ReaperService("r", { ...service, clusterArn, passOn }),
    ],
    "a service of its own with given security groups": [
      "reaperSecurityGroup",
      (passOn) => new ReaperService("r", { ...service, securityGroupIds: ["sg-1"], passOn }),
    ],
    "an observation of its own without alarms": [
      "alarm",
      (passOn) =>
        new Observation("o", { settings, reaper: {} as never, autoScalingGroupName: "web", scaling: [], passOn }),
    ],
  };
  for (const [situation, [resource, program]] of Object.entries(ALONE)) {
    it(`is refused for what is not declared by ${situation}: ${resource}`, () =>
      assert.rejects(
        declare(() => void program({ [resource]: { tags } })),
        new RegExp(`'passOn\\.${resource}' is given, expected nothing for a resource that is not declared`),
      ));
  }

  it("is searched for a private key like everything else, which is refused and not repeated", () => {
    const { pkcs1 } = RSA_KEY;
    for (const hidden of [{ tags: { note: pkcs1 } }, { placement: { deep: [pkcs1] } }, { tags: { [pkcs1]: "x" } }]) {
      const [only, ...others] = refused({ launchTemplate: hidden });
      assert.ok(only && others.length === 0);
      assert.match(only, /^'passOn\.launchTemplate\..* expected the place where the key is stored, not the key itself/);
      assert.ok(!repeats(only, pkcs1));
    }
  });

  it("is accepted and refused by a component that is used on its own", async () => {
    const role = (passed: Given) => () =>
      new ServiceRole("x", { service: "ec2.amazonaws.com", statements: [], passOn: { role: passed } });
    const { inputs } = (await declare(role({ path: "/teams/web/" }))).one("aws:iam/role:Role");
    assert.equal(inputs.path, "/teams/web/");
    const told =
      /'passOn\.role\.permissionsBoundary' is given, expected no property that the component sets itself; use 'perm/;
    await assert.rejects(declare(role({ permissionsBoundary: "arn:…" })), told);
  });
});
