/** Builds the executable for the process tests, once per test run. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly executable: string
  }
}

export default (project: TestProject): void => {
  const executable = join(project.config.root, "dist/test", process.platform === "win32" ? "gittensor.exe" : "gittensor")
  const { status } = spawnSync(process.execPath, ["scripts/build.ts", executable], { cwd: project.config.root, stdio: "inherit" })
  if (status !== 0) throw new Error("the executable could not be built: see the lines above")
  project.provide("executable", executable)
}
