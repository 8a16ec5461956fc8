/** Builds the executable for the process tests, once per test run. `GITTENSOR_TEST_EXECUTABLE` names one that these sources were built to already. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly executable: string
  }
}

/** Built for one kind of tests, used by all. */
let built: string | undefined

const build = (root: string): string => {
  const executable = join(root, "dist/test", process.platform === "win32" ? "gittensor.exe" : "gittensor")
  const { status } = spawnSync(process.execPath, ["scripts/build.ts", executable], { cwd: root, stdio: "inherit" })
  if (status !== 0) throw new Error("the executable could not be built: see the lines above")
  return executable
}

export default ({ config, provide }: TestProject): void => {
  built ??= process.env.GITTENSOR_TEST_EXECUTABLE ?? build(config.root)
  provide("executable", built)
}
