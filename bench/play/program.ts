/** The executable that scores in a play, which starts its tasks as that of a validator does: from sources they take five times as long to start. */
const [first, ...others] = process.argv.slice(2)
if (first === "--worker") import("../../executable/workers.ts").then(({ main }) => main(others))
else import("./rounds.ts")
