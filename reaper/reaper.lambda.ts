import { createHandler } from "./handler";

/** The function that `ReaperFunction` deploys, with the Chef server as its only target. */
export const handler = createHandler();
