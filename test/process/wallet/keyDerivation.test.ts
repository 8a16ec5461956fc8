/** Deriving the key of a `$NACL` file from its password takes seconds of CPU time and half a gigabyte, as in Bittensor's own wallet. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { decrypt } from "../../../src/layers/chain/wallet/keyfile.ts"
import { NACL_PASSWORD, nacl } from "../../support/axon/naclBox.ts"

describe("the key of an encrypted file", () => {
  it.live("is what Bittensor derives from the password", () =>
    Effect.gen(function* () {
      const before = process.cpuUsage()
      const opened = yield* decrypt(nacl("a secret"), "nacl", Redacted.make(NACL_PASSWORD))
      assert.strictEqual(Buffer.from(opened).toString(), "a secret")
      // CPU time, because a busy machine takes longer by the clock.
      const { user, system } = process.cpuUsage(before)
      assert.isBelow(user + system, 60_000_000)
    })
  )
})
