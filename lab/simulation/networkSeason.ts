/** A season of rounds on the simulated network, block by block. */

import { HashMap } from "effect"
import * as Checks from "./checks.ts"
import * as Honest from "./honest/Honest.ts"
import type { Viewpoint } from "./honest/Viewpoint.ts"
import { countIncome } from "./miners/income.ts"
import { makePosting } from "./miners/posting.ts"
import * as Environment from "./network/environment.ts"
import type { Ledger } from "./network/ledger.ts"
import { randomOf } from "./random.ts"
import { type Attested, attestedIn, compareRound, type RoundResult } from "./roundResult.ts"
import { contractConfig, FIRST_ROUND, OWNER, type SimulationSettings, setUp } from "./setup.ts"
import { type HonestBehaviour, type MakeBehaviour, quick } from "./validators/behaviour.ts"
import { makeHostileSide } from "./validators/hostileSide.ts"
import type { Condition, Validator } from "./validators/Validator.ts"

/** Every validator looks at GitHub once within this many blocks. */
const JUDGING_BLOCKS = 40

interface HonestContext {
  readonly ledger: Ledger
  readonly seed: number
  readonly validators: ReadonlyArray<Validator>
  readonly round: () => number
  readonly canAct: (validator: Validator) => boolean
  readonly behaviour: HonestBehaviour
}

const makeHonestSide = ({ behaviour, canAct, ledger, round, seed, validators }: HonestContext) => {
  /** Lets every validator that can act do this at the current block. */
  const eachInTurn = (what: "attest" | "pair" | "keepUp"): void => {
    const order = randomOf(seed, `order ${round()} ${ledger.block()} ${what}`).shuffled(validators.filter(canAct))
    for (const validator of order) behaviour[what](validator)
  }

  /** Each validator looks at GitHub at its own block, so that a short-lived state is seen by some and missed by others. */
  const judgeInTurn = (from: number): void => {
    const random = randomOf(seed, `judges ${round()} ${from}`)
    const turns = validators.filter(canAct).map((validator) => ({ validator, at: from + random.below(JUDGING_BLOCKS) }))
    for (const { at, validator } of turns.toSorted((left, right) => left.at - right.at || left.validator.index - right.validator.index)) {
      ledger.reach(at)
      behaviour.judge(validator)
    }
  }

  return { eachInTurn, judgeInTurn }
}

/** Blocks until a block is final for everybody. */
const FINALITY = 3

/** Prepares a season; each call of `step` plays the next round. */
export const make = (given: SimulationSettings, behaviourOf: MakeBehaviour = quick) => {
  const settings: SimulationSettings = { ...given, conditionOf: rememberedConditions(given) }
  const { network, enrolling, people, validators } = setUp(settings)
  const { ledger } = network
  const { roundLength } = contractConfig
  const honest = Honest.make(network)
  const environment = Environment.make(network, {
    owner: OWNER,
    backlog: settings.backlog,
    skill: settings.skill,
    mishaps: settings.mishaps
  })
  const oracle = enrolling.holder()
  const posting = makePosting(network, enrolling, settings, oracle)
  const hostileKeys = new Set(validators.flatMap(({ hostile, hotkey }) => (hostile ? [hotkey.address as string] : [])))
  const checks = Checks.make(network, (hotkey) => hostileKeys.has(hotkey), environment.truthOf, environment.earned)
  ledger.onSent(checks.onMessage)
  let round = FIRST_ROUND

  // Each competition has its own random stream, whichever validator started it.
  ledger.onSent(({ events }, { state }) => {
    for (const event of events)
      if (event._tag === "CompetitionStarted")
        environment.compete(
          HashMap.unsafeGet(state.competitions, event.competition),
          randomOf(settings.seed, `competition ${event.competition}`)
        )
  })

  const incomeByStrategy = countIncome(network, people)
  const honestOnes = validators.filter(({ hostile }) => !hostile)
  const conditionOf = (validator: Validator): Condition => settings.conditionOf(validator, round)
  const headOf = (validator: Validator): number => Math.max(1, ledger.block() - FINALITY - conditionOf(validator).lag)
  const works = (validator: Validator): boolean => !conditionOf(validator).offline && !conditionOf(validator).cutOff
  const viewpointOf = (validator: Validator): Viewpoint => ({
    head: headOf(validator),
    gitHubSilent: conditionOf(validator).gitHubSilent
  })

  const post = (validator: Validator, messages: ReadonlyArray<Honest.Message>): void => {
    for (const { args, name } of messages) ledger.send(validator.hotkey.address, name, args)
  }

  const behaviour = behaviourOf({ network, honest, validators, round: () => round, conditionOf, viewpointOf, post })
  const { eachInTurn, judgeInTurn } = makeHonestSide({
    ledger,
    seed: settings.seed,
    validators: honestOnes,
    round: () => round,
    canAct: works,
    behaviour
  })

  /** The present chain, with GitHub answering: the view of the hostile validators and the checks. */
  const clear = (): Viewpoint => ({ head: ledger.block(), gitHubSilent: false })

  const conspire = makeHostileSide({
    network,
    honest,
    environment,
    seed: settings.seed,
    strategies: settings.hostile,
    validators: validators.filter(({ hostile }) => hostile),
    round: () => round,
    clear,
    oracle,
    canAct: works,
    post
  })

  /** What each validator has attested in this round, by issue. */
  let attested: Attested = new Map()

  /** The attestations of a validator that has received every enrolment. */
  let whole: ReadonlyMap<number, { readonly enrolled: string; readonly skipped: string }> = new Map()

  const step = (): RoundResult => {
    const start = round * roundLength
    const reach = (offset: number) => ledger.reach(start + offset)

    reach(-4)
    environment.begin(randomOf(settings.seed, `nature ${round}`))
    posting.swap(round)
    posting.post(round, validators, headOf)
    reach(8)
    behaviour.gossip()
    conspire("attest", "first")
    reach(10)
    eachInTurn("attest")
    reach(44)
    posting.postLate(round, validators, headOf)
    behaviour.gossip()
    reach(46)
    eachInTurn("attest")
    whole = new Map(honest.attestations(clear(), oracle, new Map()).map(({ enrolled, issue, skipped }) => [issue, { enrolled, skipped }]))
    reach(49)
    attested = attestedIn(ledger.world(), round)
    conspire("attest", "last")
    reach(54)
    conspire("pair", "first")
    for (const offset of [58, 70]) {
      reach(offset)
      eachInTurn("pair")
    }
    reach(72)
    conspire("pair", "last")
    for (const offset of [90, 160, 230]) {
      reach(offset)
      conspire("judge", "first")
      judgeInTurn(start + offset + 1)
      reach(offset + JUDGING_BLOCKS + 2)
      conspire("judge", "last")
      eachInTurn("pair")
      reach(offset + JUDGING_BLOCKS + 8)
      eachInTurn("keepUp")
    }
    reach(292)
    conspire("pair", "last")
    const result = { round, ...compareRound({ honest, viewpoint: clear(), checks, honestOnes, attested, whole }) }
    checks.look()
    for (const { holder } of [...validators, { holder: oracle }]) holder.forget(ledger.block())
    round += 1
    return result
  }

  return { step, counts: checks.counts, incomeByStrategy, ledger }
}

/** Draws each validator's condition once a round. */
const rememberedConditions = ({ conditionOf }: SimulationSettings): SimulationSettings["conditionOf"] => {
  const known = new Map<number, { readonly round: number; readonly condition: Condition }>()
  return (validator, round) => {
    const before = known.get(validator.index)
    if (before?.round === round) return before.condition
    const condition = conditionOf(validator, round)
    known.set(validator.index, { round, condition })
    return condition
  }
}

export type Season = ReturnType<typeof make>
