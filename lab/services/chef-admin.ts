import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { signedHeaders } from "../../chef";
import type { ChefServer } from "./goiardi";

/**
 * Makes a call that only the lab's admin is allowed to make.
 *
 * @param body JSON text, or the content of a file
 * @throws if the status is not a success
 */
export async function callAsAdmin(
  chef: ChefServer,
  method: "POST" | "PUT",
  path: string,
  body: string,
): Promise<unknown> {
  const signed = await signedHeaders({
    method,
    path,
    body,
    userId: "admin",
    key: createPrivateKey(readFileSync(chef.keyFiles.admin)),
    version: "1.3",
    timestamp: new Date(),
    serverApiVersion: "0",
  });
  const headers = { ...signed, "Content-Type": "application/json", Accept: "application/json" };
  const response = await fetch(`${chef.url}${path}`, { method, body, headers });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`goiardi answered ${response.status} to ${method} ${path}, expected success: ${text}`);
  return text ? JSON.parse(text) : undefined;
}
