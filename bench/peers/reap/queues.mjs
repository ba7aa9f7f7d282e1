import { buildApp } from "fauxqs";
import { SqsStore } from "./node_modules/fauxqs/dist/sqs/sqsStore.js";

/**
 * SQS in memory, for load: it takes a tenth of the CPU that roto takes for a message. Not by its own command, which listens on
 * every address; and queues' URLs begin with the address that was asked, not with a name below localhost that few machines resolve.
 */
const sqsStore = Object.assign(new SqsStore(), { host: undefined });
const app = buildApp({ logger: false, stores: { sqsStore } });
await app.listen({ host: "127.0.0.1", port: Number(process.argv[2]) });
