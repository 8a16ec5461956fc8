/** `npm run build`: the executable dist/gittensor, with everything it needs inside. */
import { statSync } from "node:fs"
import { buildExecutable, prepareSeed } from "./executable.ts"

const started = performance.now()
await prepareSeed()
await buildExecutable({ outfile: "dist/gittensor" })
const megabytes = (statSync("dist/gittensor").size / 1e6).toFixed(1)
console.log(`dist/gittensor: ${megabytes} MB in ${((performance.now() - started) / 1000).toFixed(1)} s`)
