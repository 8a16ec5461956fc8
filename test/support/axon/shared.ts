/** Vectors recorded from Bittensor's own tools, if they are present beside the repository. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../../shared/vectors/", import.meta.url))

export const isShared = existsSync(folder)

/** Parses a vector file with JSON.parse. Integers above 2⁵³ lose precision, so tests read those from strings instead. */
export const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}${name}`, "utf8"))
