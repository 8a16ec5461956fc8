/** The scoring executable of `play`, which starts its tasks as a validator's executable does: from sources they take five times as long to start. */
const [first, ...others] = process.argv.slice(2)
if (first === "--worker") import("../../executable/workers.ts").then(({ main }) => main(others))
else import("./rounds.ts")
