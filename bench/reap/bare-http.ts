import http from "node:http";

export interface BareRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends a request and reads the response, without anything that a program for production would add. @throws if the status is not 200 */
export function send({ method, url, headers, body }: BareRequest, agent: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part) => {
        text += part;
      });
      response.on("end", () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode} ${url}: ${text}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** An agent that keeps connections open. @param most maximum number of connections */
export function connections(most: number): http.Agent {
  return new http.Agent({ keepAlive: true, maxSockets: most, maxFreeSockets: most });
}
