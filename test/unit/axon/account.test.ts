import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Option, Schema } from "effect"
import * as fc from "fast-check"
import * as Account from "../../../src/domain/Account.ts"

const ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
const ALICE_KEY = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 })

describe("Account", () => {
  it.effect("encodes and decodes Alice's address", () =>
    Effect.gen(function* () {
      const alice = yield* Account.parse(` ${ALICE} `)
      assert.strictEqual(Account.toPublicKeyHex(alice), ALICE_KEY)
      assert.strictEqual(Account.fromPublicKey(Account.hashBytes(ALICE_KEY)), ALICE)
    })
  )

  it("decodes every address to the public key it was made from", () => {
    fc.assert(
      fc.property(bytes32, (bytes) => {
        const address = Account.fromPublicKey(bytes)
        assert.isTrue(Schema.is(Account.AccountAddress)(address))
        assert.deepStrictEqual(Account.toPublicKey(address), bytes)
      })
    )
  })

  it("refuses an address with any one character changed, unless its checksum of two bytes fits by chance", () => {
    const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0OIl "
    fc.assert(
      fc.property(bytes32, fc.nat(45), fc.constantFrom(...alphabet), (bytes, at, character) => {
        const address = Account.fromPublicKey(bytes)
        fc.pre(address[at] !== character)
        const changed = address.slice(0, at) + character + address.slice(at + 1)
        const decoded = Option.map(Account.decodeAddress(changed), Account.fromPublicKey)
        assert.isTrue(Option.isNone(decoded) || decoded.value === changed)
      })
    )
  })

  it.effect.each([
    "",
    "5Grw",
    ALICE.toLowerCase(),
    `${ALICE}1`,
    // Alice with the prefixes of Polkadot (0) and Kusama (2).
    "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5",
    "HNZata7iMYWmk5RvZRTiAsSDhV8366zq2YGb3tLH5Upf74F"
  ])("refuses %j by name", (input) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Account.parse(input))
      assert.strictEqual(error._tag, "InvalidInput")
      assert.include(error.message, `"${input}"`)
      assert.isTrue(Either.isLeft(Schema.decodeUnknownEither(Account.AccountAddress)(input)))
    })
  )
})
