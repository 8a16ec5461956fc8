/** A reporter that prints which files of a large run took longest, with the set-ups of their layers. `.ci/run` gathers these lines. */
import { relative } from "node:path"
import type { Reporter, TestModule } from "vitest/node"
import { root } from "./sources.ts"

const MANY = 20

export default class implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    if (modules.length <= MANY) return
    const took = modules.map((one) => ({ file: relative(root, one.moduleId), seconds: one.diagnostic().duration / 1_000 }))
    for (const { file, seconds } of took.toSorted((a, b) => b.seconds - a.seconds).slice(0, MANY))
      console.log(`longest: ${seconds.toFixed(1).padStart(6)} s  ${file}`)
  }
}
