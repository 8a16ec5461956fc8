/** Writes a generated file. With `--check` on the command line it writes nothing, names a stale file and sets the exit code to 1. */
import { readFileSync, writeFileSync } from "node:fs"

const read = (file: URL): string | null => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return null
  }
}

/** `path`: relative to the repository's root. */
export const settle = (path: string, wanted: string): void => {
  const file = new URL(`../${path}`, import.meta.url)
  if (!process.argv.includes("--check")) writeFileSync(file, wanted)
  else if (read(file) !== wanted) {
    console.error(`${path} is stale: run npm run generate and commit it`)
    process.exitCode = 1
  }
}
