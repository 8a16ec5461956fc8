/** Builds the executable, once for all tests of a kind. `GITTENSOR_TEST_EXECUTABLE` names an executable that was already built from these sources. */
import { join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly executable: string
  }
}

/** The path of the executable; built from the sources below this folder unless one is named. */
export const builtProgram = async (root: string): Promise<string> => {
  const named = process.env.GITTENSOR_TEST_EXECUTABLE
  if (named !== undefined) return named
  const executable = join(root, "dist/test", process.platform === "win32" ? "gittensor.exe" : "gittensor")
  const build = Bun.spawn([process.execPath, "scripts/build.ts", executable], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "inherit"
  })
  if ((await build.exited) !== 0) throw new Error("the executable could not be built: see the lines above")
  return executable
}

export default async ({ config, provide }: TestProject): Promise<void> => {
  provide("executable", await builtProgram(config.root))
}
