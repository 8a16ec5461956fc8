/** Vectors recorded from Bittensor's own tools, when they lie beside the repository. */
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = fileURLToPath(new URL("../../../../shared/vectors/", import.meta.url))

export const isShared = existsSync(folder)

/** Parsed by JSON.parse: integers over 2⁵³ lose their last digits there and are read from texts instead. */
export const read = (name: string): unknown => JSON.parse(readFileSync(`${folder}${name}`, "utf8"))
