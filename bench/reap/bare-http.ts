import http from "node:http";

/** A request as it goes out. */
export interface BareRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends it and takes the answer, with nothing that a program for use would add. @throws for every answer but 200 */
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

/** Connections that are kept. @param most at a time */
export function connections(most: number): http.Agent {
  return new http.Agent({ keepAlive: true, maxSockets: most, maxFreeSockets: most });
}
