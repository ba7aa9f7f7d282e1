// One execution environment of Lambda: it loads the module once, receives events one at a time, and sends the results back.
const { handler } = require(process.argv[2]);

process.on("message", (event) => {
  handler(event, { functionName: "reaper", awsRequestId: "request" }).then(
    (result) => process.send({ result: result ?? null }),
    (error) => process.send({ error: String(error) }),
  );
});
