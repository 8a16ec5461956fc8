/** The program that tests start: the executable that `npm test` built from these sources, or, where a test file is run by itself, the sources. */
import { fileURLToPath } from "node:url"

const built = process.env.GITTENSOR_TEST_EXECUTABLE

/** What stands before a command's words. */
export const program: readonly [string, ...ReadonlyArray<string>] =
  built === undefined ? [process.execPath, fileURLToPath(new URL("../src/main.ts", import.meta.url))] : [built]
