import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { instanceId } from "./chef-objects";
import { instanceXml } from "./instance-xml";

/** Servers that generate their responses: a Chef server's lists, and EC2's and Auto Scaling's responses for as many instances. */
export interface SyntheticFleet {
  readonly chefUrl: string;
  readonly awsUrl: string;
  /** Deleted names, as `METHOD path`. */
  readonly deleted: string[];
  close(): Promise<void>;
}

export interface SyntheticFleetOptions {
  readonly group: string;
  /** Number of nodes, each with a client. */
  readonly nodes: number;
  /** How many of them, from the first on, belong to instances that are gone. */
  readonly gone: number;
  /** How many of the next ones EC2 does not know, with nodes that report nothing. @default 0 */
  readonly forgotten?: number;
  /** Milliseconds between two names of a list. @default 0 */
  readonly pauseMs?: number;
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
  { group, nodes, pauseMs = 0 }: SyntheticFleetOptions,
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  deleted: string[],
): void {
  if (url === "/nodes" || url === "/clients") {
    writeList(response, `http://chef.example.com/organizations/acme${url}`, group, nodes, pauseMs);
    return;
  }
  if (method === "DELETE") deleted.push(`${method} ${url}`);
  response.end(JSON.stringify({ name: url.split("/").at(-1), automatic: {} }));
}

/** Writes a list of a Chef server one name at a time, as fast as it is read. */
async function writeList(
  response: ServerResponse,
  base: string,
  group: string,
  count: number,
  pauseMs: number,
): Promise<void> {
  for (let n = 0; n < count && !response.destroyed; n++) {
    if (pauseMs > 0) await setTimeout(pauseMs);
    const name = `${group}-${instanceId(n)}`;
    const wantsMore = response.write(`${n === 0 ? "{" : ","}"${name}":"${base}/${name}"`);
    if (!wantsMore) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end(count === 0 ? "{}" : "}");
}

async function answerAsAws(
  { group, gone, forgotten = 0 }: SyntheticFleetOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const parameters = new URLSearchParams(await text(request));
  response.setHeader("Content-Type", "text/xml");
  switch (parameters.get("Action")) {
    case "DescribeInstances":
      describeInstances(parameters, gone, forgotten, response);
      return;
    case "DescribeScalingActivities":
      response.end("<R><DescribeScalingActivitiesResult><Activities/></DescribeScalingActivitiesResult></R>");
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

/** Responds to a filter with the known instances, and to ids with an error that names the unknown ones. */
function describeInstances(
  parameters: URLSearchParams,
  gone: number,
  forgotten: number,
  response: ServerResponse,
): void {
  const isUnknown = (id: string) => numberOf(id) >= gone && numberOf(id) < gone + forgotten;
  const unknown = valuesOf(parameters, "InstanceId.").filter(isUnknown);
  if (unknown.length > 0) {
    const message = `The instance IDs '${unknown.join(", ")}' do not exist`;
    const error = `<Error><Code>InvalidInstanceID.NotFound</Code><Message>${message}</Message></Error>`;
    response.writeHead(400).end(`<Response><Errors>${error}</Errors></Response>`);
    return;
  }
  const ids = [...valuesOf(parameters, "Filter.1.Value."), ...valuesOf(parameters, "InstanceId.")];
  const items = ids
    .filter((id) => !isUnknown(id))
    .map((id) => (numberOf(id) < gone ? instanceXml(id, "terminated", LONG_AGO) : instanceXml(id, "running", "")));
  const reservation = `<reservationSet><item><instancesSet>${items.join("")}</instancesSet></item></reservationSet>`;
  response.end(`<DescribeInstancesResponse>${reservation}</DescribeInstancesResponse>`);
}

function valuesOf(parameters: URLSearchParams, prefix: string): string[] {
  return [...parameters].filter(([key]) => key.startsWith(prefix)).map(([, value]) => value);
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(2), 16);
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
