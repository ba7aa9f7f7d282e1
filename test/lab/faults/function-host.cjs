// One execution environment of Lambda: it loads the module once, receives events one at a time, and sends the results back.
const { handler } = require(process.argv[2]);

// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html; function-process.ts ends it when this time is over
const TIMEOUT_MS = 30_000;

process.on("message", (event) => {
  const endsAt = Date.now() + TIMEOUT_MS;
  const getRemainingTimeInMillis = () => Math.max(0, endsAt - Date.now());
  handler(event, { functionName: "reaper", awsRequestId: "request", getRemainingTimeInMillis }).then(
    (result) => process.send({ result: result ?? null }),
    (error) => process.send({ error: String(error) }),
  );
});
