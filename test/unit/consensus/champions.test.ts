/** The champions: which miners, in which order, and their shares. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import type { PaidWin } from "../../../src/domain/Competition.ts"
import { championsOf } from "../../../src/rules/consensus/champions.ts"

const hotkeyOf = (miner: number): AccountAddress => fromPublicKey(new Uint8Array(32).fill(miner + 1))

const win = (competition: number, miner: number, wonAt: number): PaidWin => ({ competition, hotkey: hotkeyOf(miner), wonAt })

/** Wins with different competitions; several may be settled in one block. */
const someWins = fc
  .array(fc.tuple(fc.nat(9), fc.nat(30)), { maxLength: 40 })
  .map((drawn) => drawn.map(([miner, wonAt], index) => win(index + 1, miner, wonAt)))

const isNewer = (one: PaidWin, other: PaidWin): boolean =>
  one.wonAt === other.wonAt ? one.competition > other.competition : one.wonAt > other.wonAt

const newestOf = (hotkey: AccountAddress, wins: ReadonlyArray<PaidWin>): PaidWin =>
  wins.filter((one) => one.hotkey === hotkey).reduce((newest, one) => (isNewer(one, newest) ? one : newest))

describe("champions", () => {
  it("are at most five different winners in the order of their newest wins, whatever the order of the input", () => {
    fc.assert(
      fc.property(
        someWins.chain((wins) => fc.tuple(fc.constant(wins), fc.shuffledSubarray(wins, { minLength: wins.length }))),
        ([wins, shuffled]) => {
          const champions = championsOf(wins)
          assert.deepStrictEqual(championsOf(shuffled), champions)
          const winners = new Set(wins.map(({ hotkey }) => hotkey))
          assert.strictEqual(champions.length, Math.min(5, winners.size))
          assert.strictEqual(new Set(champions).size, champions.length)
          const newest = champions.map((hotkey) => newestOf(hotkey, wins))
          for (const [place, one] of newest.entries()) {
            const next = newest[place + 1]
            if (next !== undefined) assert.isTrue(isNewer(one, next))
          }
          const last = newest.at(-1)
          for (const hotkey of winners)
            if (!champions.includes(hotkey) && last !== undefined) assert.isTrue(isNewer(last, newestOf(hotkey, wins)))
        }
      )
    )
  })

  it("of a new win begin with its winner; the others stay in order, without the last if that is a sixth", () => {
    fc.assert(
      fc.property(someWins, fc.nat(9), (wins, miner) => {
        const after = championsOf([...wins, win(wins.length + 1, miner, 31)])
        const others = championsOf(wins).filter((hotkey) => hotkey !== hotkeyOf(miner))
        assert.deepStrictEqual(after, [hotkeyOf(miner), ...others.slice(0, 4)])
      })
    )
  })
})
