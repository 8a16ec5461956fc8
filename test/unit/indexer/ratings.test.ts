/** Past ratings stay unchanged, whatever happens afterwards. */
import { assert, describe, it } from "@effect/vitest"
import { History } from "../../../src/dashboard/indexer/ratings.ts"
import type { Competition } from "../../../src/domain/Competition.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { minerOf } from "../../support/indexer/story.ts"

const [a, b, c] = [minerOf(1), minerOf(2), minerOf(3)]
const none = new Uint8Array(32)
const running: Competition = { id: 1, issue: 1, a, b, enrolled: none, skipped: none, startedAt: 40, status: { _tag: "Running" } }
const won: Competition = { ...running, status: { _tag: "Won", winner: 0, pullRequest: 7, at: 70 } }
const miners = [a, b].map(({ hotkey, uid }) => ({ hotkey, uid, registeredAt: 10 }))

/** A verdict in block 70; afterwards b's UID passed to c. */
const history = () => {
  const past = new History()
  for (const { hotkey, uid } of miners) past.register({ uid, hotkey, registeredAt: 10, heldFrom: 10 })
  past.put(won)
  past.register({ uid: b.uid, hotkey: c.hotkey, registeredAt: 80, heldFrom: 80 })
  return past
}

const rated = (at: number, competition: Competition, registered = miners) =>
  computeRatings({ at, competitions: [competition], miners: registered, explain: "all" })

describe("the history behind ratings", () => {
  it("computes ratings from what was true at the block", () => {
    const past = history()
    assert.deepStrictEqual(past.ratingsAt(45), rated(45, running))
    assert.deepStrictEqual(past.ratingsAt(69), rated(69, running))
    assert.deepStrictEqual(past.ratingsAt(70), rated(70, won))
    assert.isAbove(past.ratingsAt(70).get(a.hotkey)?.rating ?? 0, 1_500_000)
    assert.isUndefined(past.ratingsAt(79).get(c.hotkey))
    const since = [miners[0], { hotkey: c.hotkey, uid: b.uid, registeredAt: 80 }].flatMap((miner) => miner ?? [])
    assert.deepStrictEqual(past.ratingsAt(80), rated(80, won, since))
    assert.strictEqual(past.holder(b.uid), c.hotkey)
  })

  it("forgets exactly those settled competitions whose end no rating uses any more", () => {
    const past = history()
    past.forgetBefore(70 + 432_000, () => false)
    assert.isDefined(past.competition(1))
    past.forgetBefore(69 + 432_000, () => true)
    assert.isDefined(past.competition(1))
    past.forgetBefore(70 + 432_000, () => true)
    assert.isUndefined(past.competition(1))
  })
})
