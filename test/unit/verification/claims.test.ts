import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { type Claims, encodeClaims, readClaims } from "../../../src/verification/claims.ts"
import { STEPS } from "../../../src/verification/results.ts"
import { verify } from "../../../src/verification/verify.ts"
import { account } from "../../support/rules/world.ts"

const side = (uid: number) => ({
  uid,
  hotkey: account("some", uid),
  coldkey: account("some", 100 + uid),
  rating: 1_500_000,
  ratingAfter: null
})
const claims: Claims = {
  match: 5,
  issue: 3,
  startedAt: 100,
  a: side(1),
  b: { ...side(2), ratingAfter: 1_480_000 },
  end: { status: "Won", at: 200, winner: "a", pullRequest: 12 },
  votes: [{ validator: account("some", 50), since: 150, weight: 2n ** 63n, passed: true }],
  totalWeight: 2n ** 63n,
  payment: { at: 201, amount: 5_000_000_000n, coldkey: account("some", 101) }
}

describe("claims", () => {
  it("are read as they are written, amounts of any size", () => {
    assert.deepStrictEqual(readClaims(JSON.stringify(encodeClaims(claims))), Either.right(claims))
  })

  it("are refused with what is wrong", () => {
    const wrong = { ...encodeClaims(claims), a: { ...side(1), hotkey: "nobody" }, end: { status: "Won" } }
    const said = Either.getOrElse(Either.flip(readClaims(JSON.stringify(wrong))), () => "")
    assert.include(said, "nobody")
    assert.isTrue(Either.isLeft(readClaims("{")))
    const twice = { ...encodeClaims(claims), votes: [...(encodeClaims(claims).votes ?? []), ...(encodeClaims(claims).votes ?? [])] }
    assert.include(
      Either.getOrElse(Either.flip(readClaims(JSON.stringify(twice))), () => ""),
      "a validator votes twice"
    )
  })
})

it("says in every step why nothing can be told without a node", async () => {
  const contract = account("some", 7)
  const { asked, steps, verdict } = await verify(claims, { endpoints: ["ws://127.0.0.1:9"], genesis: `0x${"00".repeat(32)}`, contract })
  assert.deepStrictEqual(
    steps.map(({ step }) => step),
    [...STEPS]
  )
  assert.isTrue(steps.every(({ finding }) => finding._tag === "untold" && finding.why.includes("ws://127.0.0.1:9")))
  assert.strictEqual(verdict, "untold")
  assert.strictEqual(asked.length, 1)
})
