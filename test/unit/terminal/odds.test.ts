/** The odds that the screen shows for a competition: those at the draw of the pair, and those now. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { oddsAtStart } from "../../../src/cli/mine/screen/board.ts"
import { stateOf } from "../../../src/cli/mine/screen/scoreboard.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { Competition } from "../../../src/domain/Competition.ts"
import { expectedScorePpm } from "../../../src/elo/expectedScore.ts"
import { oddsNow, oddsWords } from "../../../src/story/odds.ts"
import { ALICE, BOB, CAROL } from "../../support/api/seed.ts"
import { having, keys, named, ready, screenOf } from "./fixture.ts"

const ROUND = 100
const hotkeys = [ALICE, BOB, CAROL].map((one) => Schema.decodeSync(AccountAddress)(one))

const competitor = (uid: number) => {
  const [hotkey, coldkey] = [hotkeys[uid], hotkeys[uid]]
  if (hotkey === undefined || coldkey === undefined) throw new Error(`no miner has UID ${uid}`)
  return { uid, hotkey, coldkey }
}

const competition = (id: number, a: number, b: number, startedAt: number, status: Competition["status"]): Competition => ({
  id,
  issue: id,
  a: competitor(a),
  b: competitor(b),
  enrolled: new Uint8Array(32).fill(255),
  skipped: new Uint8Array(32),
  startedAt,
  status
})

const won = (winner: 0 | 1, at: number): Competition["status"] => ({ _tag: "Won", winner, pullRequest: 1, at })

const metagraph = {
  netuid: 74,
  block: 9_000,
  neurons: hotkeys.map((hotkey, uid) => ({
    uid,
    hotkey,
    coldkey: hotkey,
    stake: 0n,
    validatorPermit: false,
    axon: null,
    lastUpdate: 0,
    registeredAt: 1
  }))
}

/** The competition that the screen shows, drawn in round 20. */
const shown = { ...competition(2, 0, 1, 2_050, { _tag: "Running" }), round: 20 }
const before = competition(1, 0, 2, 1_000, won(0, 1_500))
const odds = (...record: ReadonlyArray<Competition>) => oddsAtStart(shown, ROUND, { competitions: record, metagraph })

describe("a competition's odds on the screen", () => {
  it("are the page's figures", () => {
    const model = having([...ready, named, ...keys("end", "up", "w")])
    const match = model.board?.matches.get(4)
    if (model.board === null || match === undefined) throw new Error("the screen shows no match")
    const now = oddsNow(stateOf(match, model.board, model.known).shownMatch, model.board.block)
    if (now === null) throw new Error("a running match has odds")
    assert.include(screenOf(model).join("\n"), `to win: ${oddsWords(now, { a: "amber-kite", b: "hazel-rook" })}`)
  })

  it("come from the ratings at the start of its round", () => {
    assert.isAbove(odds(before, shown), 500_000)
    assert.strictEqual(odds(shown), expectedScorePpm(1_500_000, 1_500_000))
  })

  it("stay as they were after its verdict, and after other competitions", () => {
    const first = odds(before, shown)
    assert.strictEqual(odds(before, { ...shown, status: won(1, 2_500) }), first)
    assert.strictEqual(odds(before, shown, competition(3, 1, 2, 2_100, won(0, 2_400))), first)
    assert.strictEqual(odds({ ...before, status: won(0, 2_010) }, shown), odds({ ...before, status: { _tag: "Running" } }, shown))
  })
})
