import { createHandler } from "./handler";

/** The code of both functions that `ReaperFunction` deploys, with the Chef server as its only target. */
export const handler = createHandler();
