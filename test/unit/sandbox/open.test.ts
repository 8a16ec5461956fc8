/** Sandboxes that stay open. Skipped where no sandbox can start. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import * as Bubblewrap from "../../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { isRunning } from "../../../src/layers/machine/sandbox/bubblewrap/inspect.ts"
import { ownProgramInside } from "../../../src/layers/machine/sandbox/ownProgramInside.ts"
import { type OpenRequest, Sandbox } from "../../../src/layers/machine/sandbox/Sandbox.ts"
import { canBox } from "../../support/sandbox/boxes.ts"

const opened = (request: OpenRequest) => Effect.flatMap(Sandbox, (sandbox) => sandbox.open(request)).pipe(Effect.provide(Bubblewrap.layer))
const shell = (script: string, limits: OpenRequest["limits"] = {}) => opened({ command: ["/bin/sh", "-c", script], limits })

const bytes = (text: string) => new TextEncoder().encode(text)

/** Reads from a stream until `count` bytes have come. */
const take = (reader: { readonly read: () => Promise<{ readonly value?: Uint8Array | undefined }> }, count: number) =>
  Effect.promise(async () => {
    const parts: Array<Uint8Array> = []
    for (let got = 0; got < count; ) {
      const { value } = await reader.read()
      if (value === undefined) break
      parts.push(value)
      got += value.length
    }
    return Buffer.concat(parts)
  })

describe.skipIf(!canBox)("an open box", () => {
  it.scopedLive("answers as often as it is written to, and ends when its input does", () =>
    Effect.gen(function* () {
      const box = yield* shell('echo begun >&2; while read -r line; do echo "got $line"; done; exit 4', {
        seconds: Number.POSITIVE_INFINITY
      })
      const reader = box.output.getReader()
      for (const word of ["one", "two"]) {
        yield* box.write(bytes(`${word}\n`))
        assert.strictEqual((yield* take(reader, 8)).toString(), `got ${word}\n`)
      }
      yield* box.endInput
      const { end, exitCode } = yield* box.exited
      assert.deepStrictEqual([end, exitCode], ["itself", 4])
      assert.strictEqual(yield* box.errors, "begun\n")
      // Writing to an ended sandbox is not an error.
      yield* box.write(bytes("three\n"))
    })
  )

  it.scopedLive("carries any bytes in both directions, more than a pipe holds", () =>
    Effect.gen(function* () {
      const box = yield* opened({ command: ["cat"] })
      const sent = Buffer.alloc(
        5_000_000,
        Uint8Array.from({ length: 251 }, (_, index) => index)
      )
      const [received] = yield* Effect.all([take(box.output.getReader(), sent.length), box.write(sent)], { concurrency: 2 })
      assert.isTrue(received.equals(sent))
    })
  )

  it.live("ends with its scope", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const box = yield* Scope.extend(shell("echo ready; exec sleep 1000"), scope)
      yield* take(box.output.getReader(), 6)
      assert.isTrue(isRunning(box.pid))
      yield* Scope.close(scope, Exit.void)
      assert.isFalse(isRunning(box.pid))
    })
  )

  it.scopedLive("ends at its limits, and says at which", () =>
    Effect.gen(function* () {
      const late = yield* shell("exec sleep 1000", { seconds: 1 })
      const { end, exitCode } = yield* late.exited
      assert.deepStrictEqual([end, exitCode], ["time", null])
      const busy = yield* shell("while :; do :; done", { cpuSeconds: 1 })
      assert.strictEqual((yield* busy.exited).end, "cpu")
    })
  )

  it.scopedLive("is not open before its command runs: what prevents that is an error", () =>
    Effect.gen(function* () {
      const noInput = yield* Effect.flip(opened({ command: ["true"], input: "/proc/self/no-such-folder" }))
      assert.strictEqual(noInput._tag, "SandboxUnavailable")
      const small = yield* Effect.flip(opened({ command: ["true"], input: import.meta.dirname, limits: { disk: 4_096 } }))
      assert.strictEqual(small._tag, "InputNotCopied")
    })
  )

  it.scopedLive("runs this program's workers", () =>
    Effect.gen(function* () {
      const own = ownProgramInside()
      const box = yield* opened({ command: [...own.command, "--worker", "parse-files"], readOnly: own.readOnly })
      // The head of a reply that says "ready".
      assert.strictEqual((yield* take(box.output.getReader(), 16)).length, 16, yield* box.errors)
      const none = yield* opened({ command: [...own.command, "--worker", "toString"], readOnly: own.readOnly })
      assert.strictEqual((yield* none.exited).exitCode, 2)
      assert.include(yield* none.errors, 'there is no worker "toString"')
    })
  )
})
