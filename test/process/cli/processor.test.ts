/** The executable on an older processor, emulated by qemu's user mode: a missing instruction ends the program. */
import { existsSync } from "node:fs"
import { arch } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { folder } from "../../support/folder.ts"
import { engine, program } from "../../support/program.ts"

const qemu = arch() === "x64" ? Bun.which("qemu-x86_64") : null

/** Runs the program on a processor by qemu's name of it. */
const on = (processor: string, home: string, ...args: ReadonlyArray<string>) =>
  Effect.promise(async () => {
    const env = { PATH: process.env.PATH ?? "", HOME: home, ...engine }
    const child = Bun.spawn([qemu ?? "", "-cpu", processor, program[0], ...args], { env, stdin: "ignore", stdout: "pipe", stderr: "pipe" })
    const [out, status] = await Promise.all([new Response(child.stdout).text(), child.exited])
    return { out, status }
  })

describe.skipIf(qemu === null)("on x64, the executable", () => {
  it.scopedLive("needs no AVX: it works on a processor of 2008 with SSE 4.2", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const wallet = yield* on("Nehalem", home, "wallet", "create", "--no-password", "--json")
      assert.strictEqual(wallet.status, 0)
      assert.match(wallet.out, /"5[1-9A-HJ-NP-Za-km-z]{47}"/)
      assert.isTrue(existsSync(join(home, ".bittensor/wallets/default/hotkeys/default")))
    })
  )

  it.scopedLive("does not start on one before, which shows that qemu plays processors", () =>
    Effect.gen(function* () {
      const { out, status } = yield* on("core2duo", yield* folder, "--version")
      assert.deepStrictEqual([out, status], ["", 128 + 4])
    })
  )
})
