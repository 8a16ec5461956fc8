/** Requests recorded at bittensor's axon, sent to this one over HTTP with the clock at the recording's time, for synapses that both support. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Context, Effect, Layer } from "effect"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { Axon } from "../../../src/layers/chain/axon/Axon.ts"
import { axonCases, isShared } from "../../support/axon/shared.ts"
import { storeOf, subnet } from "../../support/axon/support.ts"
import * as ValidatorAxon from "../../support/axon/validatorAxon.ts"

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const BOB = AccountAddress.make("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty")
/** The recorded cases for synapses that both support. dendrite.test.ts covers the others. */
const OF_BOTH = ["unknown synapse", "bare GET /", "ping /Synapse", "gittensor PatBroadcast valid"]

/** A clock that stands still at this time. */
const clockAt = (milliseconds: number): Clock.Clock => {
  const live = Clock.make()
  const nanoseconds = BigInt(milliseconds) * 1_000_000n
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => milliseconds,
    unsafeCurrentTimeNanos: () => nanoseconds,
    currentTimeMillis: Effect.succeed(milliseconds),
    currentTimeNanos: Effect.succeed(nanoseconds),
    sleep: (duration) => live.sleep(duration)
  }
}

describe("requests recorded at bittensor's axon", () => {
  it.scopedLive.skipIf(!isShared)("get the same status here (../shared/vectors/axon_cases.json)", () =>
    Effect.gen(function* () {
      const { cases } = axonCases()
      const state = subnet()
      state.registered.add(ALICE)
      for (const { label, request, response } of cases.filter((one) => OF_BOTH.includes(one.label))) {
        const nonce = BigInt(request.headers.bt_header_dendrite_nonce ?? "0")
        const context = yield* Layer.build(
          Layer.fresh(ValidatorAxon.layer({ hotkey: { address: BOB }, hostname: "127.0.0.1", port: 0 }).pipe(Layer.provide(storeOf(state))))
        ).pipe(Effect.withClock(clockAt(Number(nonce / 1_000_000n))))
        const { port } = Context.get(context, Axon)
        const { method, path, headers, body_text: body } = request
        const answer = yield* Effect.promise(() =>
          fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...(method === "GET" ? {} : { body }) })
        )
        assert.strictEqual(answer.status, response.status, `${label}: ${yield* Effect.promise(() => answer.clone().text())}`)
        assert.notInclude(yield* Effect.promise(() => answer.text()), "ghp_FAKE0000")
      }
    })
  )
})
