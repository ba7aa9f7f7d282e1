import { buildApp } from "fauxqs";
import { SqsStore } from "./node_modules/fauxqs/dist/sqs/sqsStore.js";

/**
 * SQS in memory for load tests: for a message it takes a tenth of the CPU that roto takes. Not started with its own command, which
 * listens on every address. Queue URLs begin with the requested address, not with a name below localhost that few machines resolve.
 */
const sqsStore = Object.assign(new SqsStore(), { host: undefined });
const app = buildApp({ logger: false, stores: { sqsStore } });
await app.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });
