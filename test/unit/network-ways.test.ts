import assert from "node:assert/strict";
import type { Route } from "@aws-sdk/client-ec2";
import { type Called, judgeNetwork, type SeenNetwork } from "../../cli/doctor/network-ways";

const LOCAL: Route = { DestinationCidrBlock: "10.0.0.0/16", GatewayId: "local", State: "active" };
const NAT: Route = { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1", State: "active" };
const INTERNET: Route = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1", State: "active" };
const PEER: Route = { DestinationCidrBlock: "10.9.0.0/16", VpcPeeringConnectionId: "pcx-1", State: "active" };
const S3: Route = { DestinationPrefixListId: "pl-s3", GatewayId: "vpce-s3", State: "active" };
const LISTED: Route = { DestinationPrefixListId: "pl-office", TransitGatewayId: "tgw-1", State: "active" };
const SERVICES = ["ec2", "autoscaling", "sqs", "ssm"];
const CALLED: Called = { services: SERVICES, host: "chef.example.com", port: 443, address: "10.0.3.4" };
const OUT = { GroupId: "sg-1", IpPermissionsEgress: [{ IpProtocol: "-1" }] };

function seen(routes: readonly Route[], more: Partial<SeenNetwork> = {}): SeenNetwork {
  return { subnets: [{ id: "subnet-1", routes }], missing: [], endpoints: [], securityGroups: [OUT], ...more };
}

describe("the doctor's check of a function's network", () => {
  const judged = (routes: readonly Route[], more: Partial<SeenNetwork> = {}, called: Partial<Called> = {}) =>
    judgeNetwork(seen(routes, more), { ...CALLED, ...called });

  it("passes with a NAT gateway, or with endpoints for all services and a Chef server that a route leads to", () => {
    assert.equal(judged([LOCAL, NAT]).status, "ok");
    assert.equal(judged([LOCAL], { endpoints: [...SERVICES, "logs"] }).status, "ok");
    assert.equal(judged([LOCAL, PEER], { endpoints: SERVICES }, { address: "10.9.0.1" }).status, "ok");
    assert.equal(judged([LOCAL, LISTED], { endpoints: SERVICES }, { address: "192.0.2.1" }).status, "ok");
    assert.equal(judged([LOCAL, NAT], {}, { address: "192.0.2.1" }).status, "ok");
  });

  it("reports what each subnet lacks, and why an Internet gateway or a broken route does not help", () => {
    assert.match(judged([LOCAL], { endpoints: ["ec2", "ssm"] }).message, /^subnet-1 cannot reach autoscaling, sqs$/);
    const internet = judged([LOCAL, INTERNET]);
    assert.deepEqual(
      [internet.status, internet.message.endsWith("(igw-1 does not work for a function)")],
      ["failed", true],
    );
    assert.match(internet.fix?.join() ?? "", /NAT gateway.*an internet gateway does not help/);
    assert.equal(judged([LOCAL, { ...NAT, State: "blackhole" }]).status, "failed");
    const half = { subnets: [...seen([LOCAL, NAT]).subnets, { id: "subnet-2", routes: [LOCAL] }] };
    assert.match(judged([], half).message, /^subnet-2 cannot reach ec2/);
  });

  it("warns if no route leads to the Chef server as this machine resolves it, by the longest prefix", () => {
    const unrouted = judged([LOCAL, S3], { endpoints: SERVICES }, { address: "192.0.2.1" });
    assert.deepEqual(
      [unrouted.status, unrouted.message.includes("to chef.example.com, which resolves to 192.0.2.1")],
      ["warning", true],
    );
    const broken = [LOCAL, NAT, { ...PEER, State: "blackhole" as const }];
    assert.equal(judged(broken, {}, { address: "10.9.0.1" }).status, "warning");
    const unknown = judged([LOCAL], { endpoints: SERVICES }, { address: undefined });
    assert.deepEqual([unknown.status, unknown.message.includes("this machine cannot resolve")], ["ok", true]);
  });

  it("fails for subnets that no longer exist, and security groups without outbound traffic to the port", () => {
    assert.equal(judged([LOCAL, NAT], { missing: ["subnet-9"] }).message, "subnet-9 does not exist");
    const group = (IpProtocol: string, FromPort?: number, ToPort?: number) => {
      const securityGroups = [{ GroupId: "sg-2", IpPermissionsEgress: [{ IpProtocol, FromPort, ToPort }] }];
      return judged([LOCAL, NAT], { securityGroups }).status;
    };
    assert.deepEqual([group("tcp", 443, 443), group("tcp", 0, 65_535), group("-1")], ["ok", "ok", "ok"]);
    assert.deepEqual(
      [group("tcp", 80, 80), group("udp", 443, 443), group("icmp", -1, -1)],
      ["failed", "failed", "failed"],
    );
    const toChef = [{ GroupId: "sg-2", IpPermissionsEgress: [{ IpProtocol: "tcp", FromPort: 8443, ToPort: 8443 }] }];
    const chefAlone = judged([LOCAL, NAT], { securityGroups: toChef }, { port: 8443 });
    assert.match(chefAlone.message, /^sg-2 allows no outbound traffic to port 443$/);
    assert.equal(judged([LOCAL, NAT], { securityGroups: toChef }, { services: [], port: 8443 }).status, "ok");
    assert.match(
      judged([LOCAL, NAT], { securityGroups: [{ GroupId: "sg-2" }] }).message,
      /^sg-2 allows no outbound traffic to port 443/,
    );
  });
});
