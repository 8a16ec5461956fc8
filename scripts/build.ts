/** `npm run build [FILE]`: builds the self-contained executable dist/gittensor, or FILE. */
import { statSync } from "node:fs"
import { prepareEmbedded } from "./embedded.ts"
import { buildExecutable } from "./executable.ts"

const outfile = process.argv[2] ?? "dist/gittensor"
const started = performance.now()
await prepareEmbedded()
const parts = await buildExecutable({ outfile })
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(
  `${outfile}: ${megabytes(statSync(outfile).size)} in ${seconds} s. Bun: ${megabytes(parts.runtime)}, script: ${megabytes(parts.script)}, bytecode and padding: ${megabytes(parts.bytecode)}, embedded files: ${megabytes(parts.files)}`
)
