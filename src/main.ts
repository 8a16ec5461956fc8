/** The executable `gittensor`: the commands are listed in cli/gittensor.ts, which is loaded only when it is needed. */
import { version } from "../package.json"

const [first, ...others] = process.argv.slice(2)
if (first === "--version" && others.length === 0) process.stdout.write(`${version}\n`)
// The program starts itself like this to parse files in a separate process; it is not a command for people.
else if (first === "--parse-files" && others.length === 0) import("./layers/parser/process/parse.ts").then(({ main }) => main())
// Likewise, to play pieces of a simulation on every core.
else if (first === "--simulate-pieces" && others.length === 0) import("./simulation/workers/work.ts").then(({ main }) => main())
// Likewise, inside a box, to attack it.
else if (first === "--attack") import("./layers/sandbox/attacks/attacker.ts").then(({ main }) => main(others))
else import("./cli/gittensor.ts").then(({ main }) => main(process.argv, version))
