/** A process that has opened a wallet leaves no core file. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const source = join(import.meta.dirname, "../../../src/layers/machine/process/withoutCores.ts")
const libc = join(import.meta.dirname, "../../../src/layers/machine/process/libc.ts")
const PR_GET_DUMPABLE = 3

describe.skipIf(process.platform !== "linux")("a process with a key", () => {
  it("is not dumped, and its memory is no other process's", () => {
    const script = `
      const { withoutCores } = await import(${JSON.stringify(source)})
      const { openLibc } = await import(${JSON.stringify(libc)})
      const { Effect } = await import("effect")
      const libc = openLibc({ prctl: { args: ["int", "u64", "u64", "u64", "u64"], returns: "int" } })
      const dumpable = () => libc.prctl(${PR_GET_DUMPABLE}, 0, 0, 0, 0)
      const before = dumpable()
      await Effect.runPromise(withoutCores)
      const limits = await Bun.file("/proc/self/limits").text()
      console.log(JSON.stringify([before, dumpable(), /Max core file size +0 +0 /.test(limits)]))`
    const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", script], { cwd: join(import.meta.dirname, "../../..") })
    assert.deepStrictEqual(JSON.parse(stdout.toString() || "null"), [1, 0, true], stderr.toString())
  })
})
