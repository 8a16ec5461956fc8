/** The executable `gittensor`: the commands are listed in executable/gittensor.ts, which is loaded only when it is needed. */
import { version } from "../package.json"
import { writeOrExit } from "./cli/program/writeOut.ts"

const [first, ...others] = process.argv.slice(2)
if (first === "--version" && others.length === 0) writeOrExit(`${version}\n`)
// The program starts itself like this, in processes and boxes of its own; it is not a command for people.
else if (first === "--worker") import("../executable/workers.ts").then(({ main }) => main(others))
else import("../executable/gittensor.ts").then(({ main }) => main(process.argv, version))
