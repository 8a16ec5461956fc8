/** Deriving a file's key from its password takes seconds of CPU time, and for a `$NACL` file half a gigabyte, as in Bittensor's own wallet. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { decrypt, encryptionOf } from "../../../src/layers/chain/wallet/keyfile.ts"
import { NACL_PASSWORD, nacl } from "../../support/axon/naclBox.ts"

/** "a secret", as Python's cryptography closed it with "pässword", as Bittensor's first wallets did. */
const FERNET = "gAAAAABfXhAAAAECAwQFBgcICQoLDA0OD88YE98UHmq0ZAAJsQ3wHbdlCo4pd7JaFX0T6nKLGyT3nXk2KdR3WV8-9JK47shbcQ=="

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

  it.live("is what Bittensor's first wallets derived", () =>
    Effect.gen(function* () {
      const bytes = Buffer.from(FERNET)
      assert.strictEqual(encryptionOf(bytes), "fernet")
      assert.strictEqual(Buffer.from(yield* decrypt(bytes, "fernet", Redacted.make("pässword"))).toString(), "a secret")
      const altered = Buffer.from(FERNET.replace("gAAAAABf", "gAAAAABg"))
      assert.strictEqual((yield* Effect.flip(decrypt(altered, "fernet", Redacted.make("pässword"))))._tag, "WrongPassword")
      assert.strictEqual((yield* Effect.flip(decrypt(bytes.subarray(0, 40), "fernet", Redacted.make(""))))._tag, "NotAKeyfile")
    })
  )
})
