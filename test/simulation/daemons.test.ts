/** The daemon's own steps, with journal, gossip and stores, lead to the same season as the lower-level functions used in long runs. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Scope } from "effect"
import * as Daemons from "../../lab/simulation/daemons.ts"
import * as Miners from "../../lab/simulation/miners/strategies.ts"
import { sr25519 } from "../../lab/simulation/network/keys.ts"
import * as Season from "../../lab/simulation/networkSeason.ts"
import { defaultSettings, type SimulationSettings } from "../../lab/simulation/setup.ts"
import type { HonestBehaviour, MakeBehaviour } from "../../lab/simulation/validators/behaviour.ts"
import { quick } from "../../lab/simulation/validators/behaviour.ts"
import { hostileStrategies } from "../../lab/simulation/validators/hostile.ts"
import { steps } from "../support/simulation/steps.ts"

const small: SimulationSettings = { ...defaultSettings, miners: 10, validators: 4, backlog: 3, signing: sr25519 }

/** The rounds and their results on the chain: which competitions, when, between whom, and how they ended. */
const play = async (settings: SimulationSettings, rounds: number, behaviourOf: MakeBehaviour) => {
  const season = Season.make(settings, behaviourOf)
  const outcomes: Array<unknown> = []
  season.ledger.onSent(({ block, events }) => {
    for (const event of events)
      if (event._tag.startsWith("Competition") || event._tag === "BountyPaid") outcomes.push([block, { ...event, weight: undefined }])
  })
  const results = await steps(season, rounds)
  const text = JSON.stringify(outcomes, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))
  return { results, outcomes: text, counts: season.counts }
}

const compare = (settings: SimulationSettings, rounds: number) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    let daemons: HonestBehaviour | undefined
    const whole: MakeBehaviour = (context) => {
      daemons = Effect.runSync(Effect.provideService(Daemons.make(context), Scope.Scope, scope))
      return daemons
    }
    const real = yield* Effect.promise(() => play(settings, rounds, whole))
    const shared = yield* Effect.promise(() => play(settings, rounds, quick))
    assert.deepStrictEqual(real.results, shared.results)
    assert.strictEqual(real.outcomes, shared.outcomes)
    const { competitions, verdicts, wrongPairs, wrongVerdicts } = real.counts
    assert.isAbove(competitions, 0)
    assert.deepStrictEqual({ wrongPairs, wrongVerdicts }, { wrongPairs: 0, wrongVerdicts: 0 })
    return verdicts
  })

describe("daemons in a season", () => {
  it.scoped("reach the same results as the shared functions", () =>
    Effect.map(compare(small, 14), (verdicts) => assert.isAbove(verdicts, 0))
  )

  it.scoped("reach them among hostile validators and miners too", () =>
    compare(
      { ...small, hostileBps: 4_000, hostile: hostileStrategies, mix: Miners.strategies.map((strategy) => [strategy, 100] as const) },
      14
    )
  )
})
