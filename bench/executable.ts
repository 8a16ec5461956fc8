/** The executable as users have it. It is smaller in memory than the program's sources under Bun, and starts faster. */
import { existsSync } from "node:fs"

const EXECUTABLE = "dist/gittensor"

/** The executable's path. Fails when it is not built. */
export const executable = (): string => {
  if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is not there: npm run build`)
  return EXECUTABLE
}
