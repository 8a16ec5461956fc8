/** Seasons of a simulated subnet: the same seed gives the same season, and no minority can break the rules. */
import { assert, describe, it } from "@effect/vitest"
import { stakeOf, withStake } from "../../lab/contract-model/Subnet.ts"
import * as Miners from "../../lab/simulation/miners/strategies.ts"
import { sr25519 } from "../../lab/simulation/network/keys.ts"
import * as Season from "../../lab/simulation/networkSeason.ts"
import { defaultSettings, type SimulationSettings } from "../../lab/simulation/setup.ts"
import { troubled, usualTroubles } from "../../lab/simulation/validators/conditions.ts"
import { type HostileStrategy, hostileStrategies } from "../../lab/simulation/validators/hostile.ts"
import { steps } from "../support/simulation/steps.ts"

const small: SimulationSettings = { ...defaultSettings, miners: 24, validators: 7, backlog: 5 }

const play = async (settings: SimulationSettings, rounds: number) => {
  const season = Season.make(settings)
  return { season, results: await steps(season, rounds), counts: season.counts }
}

const assertNoHarm = ({ counts }: Awaited<ReturnType<typeof play>>): void => {
  const { broken, outlived, wrongBits, wrongPairs, wrongVerdicts } = counts
  assert.deepStrictEqual(
    { broken, outlived, wrongBits, wrongPairs, wrongVerdicts },
    { broken: [], outlived: 0, wrongBits: 0, wrongPairs: 0, wrongVerdicts: 0 }
  )
}

describe("a season", () => {
  it("is the same for the same seed, down to the last event, and different for another seed", async () => {
    const settings: SimulationSettings = {
      ...small,
      conditionOf: troubled(1, usualTroubles),
      hostileBps: 3_000,
      hostile: hostileStrategies
    }
    const told = async (seed: number) => {
      const heard: Array<unknown> = []
      const season = Season.make({ ...settings, seed })
      season.ledger.onSent(({ block, events, name, refused }) => heard.push([block, name, refused, events]))
      heard.push(...(await steps(season, 20)))
      return JSON.stringify(heard, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))
    }
    const first = await told(1)
    assert.strictEqual(await told(1), first)
    assert.notStrictEqual(await told(2), first)
  })

  it("pairs, judges and pays if nothing is wrong, and loses no round", async () => {
    const season = await play(small, 60)
    assertNoHarm(season)
    const { counts, results } = season
    assert.isAbove(counts.paid, 20)
    assert.isAbove(counts.verdicts, counts.paid)
    assert.strictEqual(counts.missedVerdicts, 0)
    assert.deepStrictEqual(
      results.filter(({ complete, honest, possible, started }) => started < possible || complete < honest),
      []
    )
  })

  it("is the same with real signatures and with hashes in their place", async () => {
    const [real, quick] = await Promise.all([sr25519, small.signing].map((signing) => play({ ...small, miners: 8, signing }, 6)))
    assert.deepStrictEqual(real?.results, quick?.results)
  })

  it("withstands miners of every kind", async () => {
    const season = await play({ ...small, miners: 40, mix: Miners.strategies.map((strategy) => [strategy, 100] as const) }, 60)
    assertNoHarm(season)
    const ladder = season.season.incomeByStrategy()
    for (const idle of [Miners.squatter, Miners.skipper]) assert.strictEqual(ladder.get(idle.name)?.paid, 0n, idle.name)
    assert.isTrue((ladder.get(Miners.honest.name)?.paid ?? 0n) > 0n)
    // If a miner signs two enrolments at once, every validator takes the one that sorts later.
    assert.strictEqual(ladder.get(Miners.twoFaced.name)?.started, 0)
    assert.isAbove(ladder.get(Miners.latecomer.name)?.started ?? 0, 0, "the last attesting blocks are early enough")
  })
})

describe("hostile validators", () => {
  const season = (hostileBps: number, hostile: ReadonlyArray<HostileStrategy>) => play({ ...small, hostileBps, hostile }, 30)

  for (const strategy of hostileStrategies) {
    it(`gain nothing with 49 % of the stake: ${strategy.name}`, async () => {
      const outcome = await season(4_900, [strategy])
      assertNoHarm(outcome)
      const { results, counts } = outcome
      assert.isAbove(counts.paid, 0)
      assert.strictEqual(
        results.filter(({ possible, started }) => started < possible).length,
        0,
        "the honest are enough to go on with, as long as all of them are there"
      )
      const spoke = strategy.name !== "silent"
      assert.strictEqual(counts.sent.hostile > 0, spoke)
    })
  }

  it("are detected when they have the majority", async () => {
    const together = hostileStrategies.filter(({ name }) => name === "together")
    const { counts } = await season(5_100, together)
    assert.isAbove(counts.wrongBits, 0)
    assert.isAbove(counts.wrongPairs, 0)
    assert.isAbove(counts.wrongVerdicts, 0)
    assert.deepStrictEqual(counts.broken, [], "the contract keeps its promises whoever has the majority")
  })

  it("can stop the season by silence with half of the stake, but cannot cause a wrong result", async () => {
    const outcome = await season(
      5_000,
      hostileStrategies.filter(({ name }) => name === "silent")
    )
    assertNoHarm(outcome)
    assert.strictEqual(outcome.counts.competitions, 0)
  })
})

describe("the checks", () => {
  it("notice alpha that appears from nowhere or disappears", () => {
    for (const change of [1n, -1n]) {
      const season = Season.make(small)
      season.step()
      season.ledger.change((subnet) => {
        const { contract, config } = season.ledger.world().state
        return withStake(subnet, config.treasuryHotkey, contract, stakeOf(subnet, config.treasuryHotkey, contract) + change)
      })
      season.step()
      assert.isAbove(season.counts.broken.length, 0)
    }
  })
})
