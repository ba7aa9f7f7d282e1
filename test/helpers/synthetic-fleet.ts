import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { instanceId } from "./chef-objects";

/** Servers that make their answers up as they are asked: a Chef server's lists, and EC2's and Auto Scaling's answers about as many instances. */
export interface SyntheticFleet {
  readonly chefUrl: string;
  readonly awsUrl: string;
  /** Names that were deleted, as `METHOD path`. */
  readonly deleted: string[];
  close(): Promise<void>;
}

export interface SyntheticFleetOptions {
  readonly group: string;
  /** Nodes, each with its client. */
  readonly nodes: number;
  /** Of them, those whose instance is gone: the first ones. */
  readonly gone: number;
}

const LONG_AGO = "User initiated (2020-01-01 00:00:00 GMT)";

export async function startSyntheticFleet(options: SyntheticFleetOptions): Promise<SyntheticFleet> {
  const deleted: string[] = [];
  const chef = createServer((request, response) => answerAsChef(options, request, response, deleted));
  const aws = createServer((request, response) => void answerAsAws(options, request, response));
  const [chefUrl, awsUrl] = await Promise.all([listen(chef), listen(aws)]);
  return { chefUrl, awsUrl, deleted, close: () => Promise.all([end(chef), end(aws)]).then(() => undefined) };
}

function answerAsChef(
  { group, nodes }: SyntheticFleetOptions,
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  deleted: string[],
): void {
  if (url === "/nodes" || url === "/clients") {
    writeList(response, `http://chef.example.com/organizations/acme${url}`, group, nodes);
    return;
  }
  if (method === "DELETE") deleted.push(`${method} ${url}`);
  response.end(JSON.stringify({ name: url.split("/").at(-1), automatic: {} }));
}

/** A list of a Chef server, written part by part as fast as it is read. */
async function writeList(response: ServerResponse, base: string, group: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const name = `${group}-${instanceId(n)}`;
    const wantsMore = response.write(`${n === 0 ? "{" : ","}"${name}":"${base}/${name}"`);
    if (!wantsMore) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end(count === 0 ? "{}" : "}");
}

async function answerAsAws(
  { group, gone }: SyntheticFleetOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parameters = new URLSearchParams(await text(request));
  response.setHeader("Content-Type", "text/xml");
  switch (parameters.get("Action")) {
    case "DescribeInstances":
      response.end(describeInstances(parameters, gone));
      return;
    case "DescribeAutoScalingGroups":
      response.end(describeGroup(group));
      return;
    case "DescribeAutoScalingInstances":
      response.end(
        "<R><DescribeAutoScalingInstancesResult><AutoScalingInstances/></DescribeAutoScalingInstancesResult></R>",
      );
      return;
    default:
      response.writeHead(400).end(`<R>this test knows no ${parameters.get("Action")}</R>`);
  }
}

function describeInstances(parameters: URLSearchParams, gone: number): string {
  const ids = [...parameters].filter(([key]) => key.startsWith("Filter.1.Value.")).map(([, id]) => id);
  const items = ids.map((id) => {
    const isGone = Number.parseInt(id.slice(2), 16) < gone;
    const state = isGone ? "terminated" : "running";
    const reason = isGone ? `<reason>${LONG_AGO}</reason>` : "";
    return `<item><instanceId>${id}</instanceId><instanceState><name>${state}</name></instanceState>${reason}</item>`;
  });
  const reservation = `<reservationSet><item><instancesSet>${items.join("")}</instancesSet></item></reservationSet>`;
  return `<DescribeInstancesResponse>${reservation}</DescribeInstancesResponse>`;
}

function describeGroup(group: string): string {
  const arn = `arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/${group}`;
  const names = `<AutoScalingGroupName>${group}</AutoScalingGroupName><AutoScalingGroupARN>${arn}</AutoScalingGroupARN>`;
  const member = `<member>${names}<DesiredCapacity>10</DesiredCapacity></member>`;
  const result = `<DescribeAutoScalingGroupsResult><AutoScalingGroups>${member}</AutoScalingGroups></DescribeAutoScalingGroupsResult>`;
  return `<DescribeAutoScalingGroupsResponse>${result}</DescribeAutoScalingGroupsResponse>`;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
