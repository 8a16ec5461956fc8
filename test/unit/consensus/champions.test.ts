/** The champions: which miners, in which order, and their shares. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { championRewards, championsOf } from "../../../src/consensus/rules/champions.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import type { PaidWin } from "../../../src/domain/Competition.ts"
import type { Metagraph } from "../../../src/domain/Metagraph.ts"

const hotkeyOf = (miner: number): AccountAddress => fromPublicKey(new Uint8Array(32).fill(miner + 1))

const win = (competition: number, miner: number, wonAt: number): PaidWin => ({ competition, hotkey: hotkeyOf(miner), wonAt })

/** A subnet with these miners, by UID from 1 on; null: another hotkey holds the UID. */
const subnetOf = (miners: ReadonlyArray<number | null>, block = 1): Metagraph => ({
  netuid: 74,
  block,
  neurons: [250, ...miners.map((miner, index) => miner ?? 100 + index)].map((miner, uid) => ({
    uid,
    hotkey: hotkeyOf(miner),
    coldkey: hotkeyOf(miner),
    stake: 0n,
    validatorPermit: false,
    axon: null,
    lastUpdate: 0,
    registeredAt: 0
  }))
})

/** Wins with different competitions; several may be settled in one block. */
const someWins = fc
  .array(fc.tuple(fc.nat(9), fc.nat(30)), { maxLength: 40 })
  .map((drawn) => drawn.map(([miner, wonAt], index) => win(index + 1, miner, wonAt)))

const isNewer = (one: PaidWin, other: PaidWin): boolean =>
  one.wonAt === other.wonAt ? one.competition > other.competition : one.wonAt > other.wonAt

const newestOf = (hotkey: AccountAddress, wins: ReadonlyArray<PaidWin>): PaidWin =>
  wins.filter((one) => one.hotkey === hotkey).reduce((newest, one) => (isNewer(one, newest) ? one : newest))

describe("champions", () => {
  it("are the winners of the last wins, the newest first, each once", () => {
    const wins = [win(1, 1, 10), win(2, 2, 30), win(3, 3, 20), win(4, 1, 40), win(5, 4, 40), win(6, 5, 15), win(7, 6, 5)]
    assert.deepStrictEqual(championsOf(wins), [4, 1, 2, 3, 5].map(hotkeyOf))
    assert.deepStrictEqual(championsOf([...wins, win(8, 7, 41)]), [7, 4, 1, 2, 3].map(hotkeyOf), "the sixth retires the last")
    assert.deepStrictEqual(championsOf([...wins, win(8, 3, 41)]), [3, 4, 1, 2, 5].map(hotkeyOf), "who wins again moves to the front")
    assert.deepStrictEqual(championsOf([...wins, win(8, 7, 9)]), [4, 1, 2, 3, 5].map(hotkeyOf), "a late entry is as old as its win")
    assert.deepStrictEqual(championsOf([]), [])
  })

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

describe("the champions' pool", () => {
  const five = [5, 4, 3, 2, 1].map((miner, index) => win(9 - index, miner, 100 - index))

  it("is divided 5:4:3:2:1 to the last part", () => {
    const everybody = subnetOf([1, 2, 3, 4, 5])
    const rewards = championRewards(five, everybody, everybody)
    assert.deepStrictEqual(
      [...rewards],
      [
        [5, 333_333],
        [4, 266_667],
        [3, 200_000],
        [2, 133_333],
        [1, 66_667]
      ]
    )
    assert.strictEqual(
      [...rewards.values()].reduce((sum, part) => sum + part, 0),
      1_000_000
    )
    assert.deepStrictEqual([...championRewards(five.slice(0, 2), everybody, everybody)].length, 2, "empty places are nobody's")
    assert.strictEqual(championRewards([], everybody, everybody).size, 0)
  })

  it("gives nothing to a champion who is not registered when the epoch begins, nor to whom its UID belongs now", () => {
    const everybody = subnetOf([1, 2, 3, 4, 5])
    const withoutThree = subnetOf([1, 2, null, 4, 5])
    const part = (first: Metagraph, now: Metagraph) => championRewards(five, first, now).get(3)
    assert.strictEqual(part(everybody, everybody), 200_000)
    assert.isUndefined(part(withoutThree, withoutThree), "it left before the epoch")
    assert.isUndefined(part(everybody, withoutThree), "it left, and another has the UID")
    assert.isUndefined(part(withoutThree, everybody), "it came after the epoch began")
    const moved = championRewards(five, everybody, subnetOf([1, 2, null, 4, 5, 3]))
    assert.deepStrictEqual([moved.get(3), moved.get(6)], [undefined, undefined], "it is back with another UID")
  })

  it("pays each place only to its champion: who leaves takes its part along, and nobody moves up", () => {
    const presence = fc.array(fc.boolean(), { minLength: 10, maxLength: 10 })
    const present = (here: ReadonlyArray<boolean>) => subnetOf(here.map((isHere, miner) => (isHere ? miner : null)))
    const all = present(Array.from({ length: 10 }, () => true))
    fc.assert(
      fc.property(someWins, presence, presence, (wins, before, after) => {
        const full = championRewards(wins, all, all)
        const some = championRewards(wins, present(before), present(after))
        for (const [uid, part] of full)
          assert.strictEqual(some.get(uid), before[uid - 1] === true && after[uid - 1] === true ? part : undefined, `UID ${uid}`)
        assert.isTrue([...some.keys()].every((uid) => full.has(uid)))
        const sum = [...full.values()].reduce((total, part) => total + part, 0)
        assert.strictEqual(sum, [0, 333_333, 600_000, 800_000, 933_333, 1_000_000][championsOf(wins).length])
      })
    )
  })
})
