/** Writes a generated file. With `--check` on the command line it writes nothing, names a stale file and sets the exit code to 1. */
import { readFileSync, writeFileSync } from "node:fs"

const isCurrent = (file: URL, wanted: string | Uint8Array): boolean => {
  try {
    return Buffer.compare(readFileSync(file), Buffer.from(wanted)) === 0
  } catch {
    return false
  }
}

/** `path`: relative to the repository's root. */
export const settle = (path: string, wanted: string | Uint8Array): void => {
  const file = new URL(`../${path}`, import.meta.url)
  if (isCurrent(file, wanted)) return
  if (!process.argv.includes("--check")) writeFileSync(file, wanted)
  else {
    console.error(`${path} is stale: run npm run generate and commit it`)
    process.exitCode = 1
  }
}
