/** The doctor shows the health of this machine's validator, above all the items that need a person. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { healthResult } from "../../../src/cli/doctor/health.ts"
import { serve } from "../../support/serve.ts"
import { unhurried } from "../../support/unhurried.ts"

const PEOPLE =
  'people have to decide how an issue ends: acme/widgets#7 (#2 and #3 landed for it); see "gittensor explain ISSUE --verdict", and vote with "gittensor vote"'

/** The doctor's finding for a server with this answer. */
const foundOf = (body: string, status = 200) =>
  serve(() => new Response(body, { status })).pipe(
    Effect.flatMap(({ port = 0 }) => healthResult({ metricsHost: "127.0.0.1", metricsPort: Option.some(port) })),
    unhurried,
    Effect.map(({ detail, result }) => [result, detail.replace(/:\d+/, ":PORT")])
  )

describe("the doctor's line about a running validator", () => {
  it.scopedLive("lists what waits for people, and what is wrong", () =>
    Effect.gen(function* () {
      const healthy = { healthy: true, wrong: [], notes: [], block: 7 }
      assert.deepStrictEqual(yield* foundOf(JSON.stringify(healthy)), [
        "ok",
        "the validator at http://127.0.0.1:PORT/health has nothing to report"
      ])
      assert.deepStrictEqual(yield* foundOf(JSON.stringify({ ...healthy, notes: [PEOPLE] })), ["warning", PEOPLE])
      const ill = { ...healthy, healthy: false, wrong: ["the loop verdicts hangs"], notes: [PEOPLE] }
      assert.deepStrictEqual(yield* foundOf(JSON.stringify(ill), 503), ["wrong", `the loop verdicts hangs; ${PEOPLE}`])
    })
  )

  it.scopedLive("says nothing is wrong where no validator answers", () =>
    Effect.gen(function* () {
      for (const text of ["", "[]", '{"healthy":true}', `${"[".repeat(100_000)}`, " ".repeat(2_000_000)]) {
        const [result, detail] = yield* foundOf(text)
        assert.strictEqual(result, "skipped")
        assert.match(detail ?? "", /validator/)
      }
      const nothing = yield* healthResult({ metricsHost: "::1", metricsPort: Option.some(9) })
      assert.deepStrictEqual(
        [nothing.result, nothing.detail],
        ["skipped", "no validator responds at http://[::1]:9/health; give another port with --metrics-port"]
      )
    })
  )
})
