import { fileURLToPath } from "node:url"

/** Whether this program is the compiled executable, which contains the files that it needs. */
export const IS_COMPILED = /\/\$bunfs\/|~BUN/.test(import.meta.url)

/** The command line that starts this program, without arguments: the compiled executable, or Bun with the entry file. */
export const OWN_PROGRAM: readonly [string, ...Array<string>] = IS_COMPILED
  ? [process.execPath]
  : [process.execPath, fileURLToPath(new URL("../../../main.ts", import.meta.url))]
