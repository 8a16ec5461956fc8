/** Webhooks of a process that is killed while a receiver has not responded. */
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { eventually, folder } from "../../support/cli/support.ts"
import { placeDatabase } from "../../support/database/support.ts"
import { exitOf, startKillable } from "../../support/quality/killable.ts"
import { messageIn } from "../../support/webhooks/index.ts"
import { type Received, receiver } from "../../support/webhooks/receiver.ts"
import type { WebhookProcess } from "../../support/webhooks/webhookProcess.ts"

const SCRIPT = fileURLToPath(new URL("../../support/webhooks/webhookProcess.ts", import.meta.url))
const kindOf = ({ body }: Received) => messageIn(body).type

describe("a delivery", () => {
  it.scopedLive("survives kill -9 with its id and body, and ends with the receiver's answer", () =>
    Effect.gen(function* () {
      let hangs = true
      const { received, url } = yield* receiver(() => (hangs ? new Promise(() => {}) : new Response()))
      const path = yield* Effect.tap(folder, placeDatabase)
      const of = (kind: string) => received.filter((one) => kindOf(one) === kind)
      const killedAfter = (isFirst: boolean, what: string, isDone: () => boolean) =>
        Effect.gen(function* () {
          const child = yield* startKillable(SCRIPT, { folder: path, url, isFirst } satisfies typeof WebhookProcess.Type)
          const died = Effect.flatMap(exitOf(child), (code) =>
            Effect.flatMap(
              Effect.promise(() => new Response(child.stderr).text()),
              (text) => Effect.dieMessage(`it ended with ${code}: ${text}`)
            )
          )
          yield* Effect.raceFirst(
            eventually(
              what,
              Effect.sync(() => (isDone() ? true : undefined))
            ),
            died
          )
          child.kill("SIGKILL")
          yield* exitOf(child)
        }).pipe(Effect.scoped)

      const kinds = ["ping", "match", "play"]
      const came = (times: number) => kinds.every((kind) => of(kind).length === times)
      yield* killedAfter(true, "the first attempt", () => came(1))
      hangs = false
      // Long enough for storing the responses, which cannot be observed from outside.
      let looks = 0
      yield* killedAfter(false, "the attempts after the death", () => came(2) && ++looks > 30)
      yield* killedAfter(false, "silence", () => ++looks > 130)
      assert.lengthOf(received, 6)
      for (const kind of kinds)
        assert.strictEqual(new Set(of(kind).map(({ headers, body }) => `${headers["webhook-id"]} ${body}`)).size, 1, kind)
    })
  )
})
