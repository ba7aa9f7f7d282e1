// One execution environment of Lambda: the module is loaded once, events come one at a time, answers go back.
const { handler } = require(process.argv[2]);

process.on("message", (event) => {
  handler(event, { functionName: "reaper", awsRequestId: "request" }).then(
    (result) => process.send({ result: result ?? null }),
    (error) => process.send({ error: String(error) }),
  );
});
