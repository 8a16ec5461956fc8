/** Collects the miners' wishes of a round, signs them and posts them to validators. */
import { HashMap } from "effect"
import type { Miner } from "../network/population.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import { randomOf } from "../random.ts"
import type { SimulationSettings } from "../setup.ts"
import type { Validator } from "../validators/Validator.ts"
import type { Enrolling, Holder, PostedEnrolment } from "./enrolling.ts"
import type { Person, Wish } from "./MinerStrategy.ts"

interface AddressedEnrolment {
  readonly person: Person
  readonly posted: PostedEnrolment
  readonly wish: Wish
}

/** A miner's choice, and the block until which it is valid. */
interface PostedChoice {
  readonly choice: Wish["choice"]
  readonly until: number
}

export const makePosting = (network: SimulatedNetwork, enrolling: Enrolling, settings: SimulationSettings, oracle: Holder) => {
  const { ledger, population } = network
  const posted = new Map<string, Map<number, PostedChoice>>()
  let late: ReadonlyArray<AddressedEnrolment> = []

  const deliver = (
    round: number,
    enrolments: ReadonlyArray<AddressedEnrolment>,
    validators: ReadonlyArray<Validator>,
    headOf: (validator: Validator) => number
  ): void => {
    for (const { posted, person, wish } of enrolments) {
      oracle.merge(posted, ledger.block())
      const island = settings.islandOf(person, round)
      for (const validator of validators) {
        const { island: there, offline } = settings.conditionOf(validator, round)
        if (offline || there !== island || !(wish.to?.includes(validator.index) ?? true)) continue
        // A validator that lags behind may refuse it. The miner's program posts again, which has the same effect as gossip.
        if (!validator.holder.submit(posted, headOf(validator))) validator.holder.merge(posted, headOf(validator))
      }
    }
  }

  const wishesOf = (miner: Miner, round: number): ReadonlyArray<AddressedEnrolment> => {
    const { state } = ledger.world()
    const { person } = miner
    const block = ledger.block()
    const random = randomOf(settings.seed, `wishes ${round} ${person.index}`)
    const said = posted.get(miner.key.address) ?? new Map<number, PostedChoice>()
    posted.set(miner.key.address, said)
    // Choices that expire within two rounds are renewed.
    for (const [issue, { until }] of said) if (until < block + 600) said.delete(issue)
    const offers = offersOf(state.issues)
    const view = {
      round,
      self: person,
      offers,
      ownChoices: new Map([...said].map(([issue, { choice }]) => [issue, choice])),
      competes: HashMap.has(state.running, miner.key.address),
      validators: settings.validators,
      random
    }
    return person.strategy.wishes(view).map((wish) => {
      // All wishes of a round have the same sequence number, so two wishes for one issue are an equivocation.
      const posted = enrolling.sign(miner, wish, block, round)
      said.set(wish.issue, { choice: wish.choice, until: posted.enrolment.validUntil })
      return { person, posted, wish }
    })
  }

  let offered: { readonly of: unknown; readonly offers: ReturnType<typeof read> } | undefined
  const read = (issues: ReturnType<typeof ledger.world>["state"]["issues"]) =>
    [...HashMap.values(HashMap.filter(issues, ({ status }) => status._tag === "Open"))]
      .toSorted((left, right) => left.id - right.id)
      .map(({ bounty, id }) => ({ issue: id, bounty }))
  const offersOf = (issues: Parameters<typeof read>[0]) => {
    if (offered?.of !== issues) offered = { of: issues, offers: read(issues) }
    return offered.offers
  }

  return {
    /** Call before the round begins. */
    post: (round: number, validators: ReadonlyArray<Validator>, headOf: (validator: Validator) => number): void => {
      const all = population.miners().flatMap((miner) => wishesOf(miner, round))
      late = all.filter(({ wish }) => wish.late === true)
      deliver(
        round,
        all.filter(({ wish }) => wish.late !== true),
        validators,
        headOf
      )
    },
    /** Call in the last attesting blocks. */
    postLate: (round: number, validators: ReadonlyArray<Validator>, headOf: (validator: Validator) => number): void => {
      deliver(round, late, validators, headOf)
      late = []
    },
    /** Replaces the hotkeys of miners that want to; their choices start over. */
    swap: (round: number): void => {
      for (const { key, person } of population.miners()) {
        const random = randomOf(settings.seed, `swap ${round} ${person.index}`)
        const competes = HashMap.has(ledger.world().state.running, key.address)
        const view = { round, self: person, offers: [], ownChoices: new Map(), competes, validators: settings.validators, random }
        const coldkeyChoice = person.strategy.swaps?.(view) ?? "no"
        if (coldkeyChoice === "no") continue
        population.swap(person, ledger.block(), coldkeyChoice)
        posted.delete(key.address)
      }
    }
  }
}
