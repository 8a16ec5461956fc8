/** `npm run build [FILE]`: builds the executable dist/gittensor, or FILE. It needs nothing beside it. */
import { statSync } from "node:fs"
import { buildExecutable, prepareSeed } from "./executable.ts"

const outfile = process.argv[2] ?? "dist/gittensor"
const started = performance.now()
await prepareSeed()
await buildExecutable({ outfile })
const megabytes = (statSync(outfile).size / 1e6).toFixed(1)
console.log(`${outfile}: ${megabytes} MB in ${((performance.now() - started) / 1000).toFixed(1)} s`)
