/** A season of rounds: what happens in the blocks of a round, one after the other. */
import { HashMap, Option } from "effect"
import { uidsOfBitmap } from "../contract-client/bitmap.ts"
import type { AccountAddress } from "../domain/Account.ts"
import * as Checks from "./checks.ts"
import { type MakeConduct, quick } from "./conduct.ts"
import * as Honest from "./honest.ts"
import type { HostileView, Moment } from "./hostile.ts"
import * as Nature from "./nature.ts"
import { makePosting } from "./posting.ts"
import { randomOf } from "./random.ts"
import { contractConfig, FIRST_ROUND, OWNER, type Settings, setUp } from "./setup.ts"
import type { Condition, Validator } from "./validators.ts"

/** Blocks until a block is final for everybody. */
const FINALITY = 3

/** In so many blocks every validator has looked at GitHub once. */
const JUDGING_BLOCKS = 40

/** What a round came to. */
export interface RoundResult {
  readonly round: number
  /** Pairs that the attested majority gives. */
  readonly expected: number
  /** Of these, how many competitions started. */
  readonly started: number
  /** Pairs that there would have been had the majority attested all that miners posted. */
  readonly possible: number
  /** The block of the last competition that started in it; null: none did. */
  readonly lastStart: number | null
  /** Honest validators whose attestations were complete, and all honest ones. */
  readonly complete: number
  readonly honest: number
}

/** Prepares a season; each call of `step` is the next round. */
export const make = (given: Settings, conductOf: MakeConduct = quick) => {
  const settings: Settings = { ...given, conditionOf: rememberedConditions(given) }
  const { ground, office, people, validators } = setUp(settings)
  const { ledger, population } = ground
  const { roundLength } = contractConfig
  const honest = Honest.make(ground)
  const nature = Nature.make(ground, { owner: OWNER, backlog: settings.backlog, skill: settings.skill, mishaps: settings.mishaps })
  const oracle = office.holder()
  const posting = makePosting(ground, office, settings, oracle)
  const hostileKeys = new Set(validators.flatMap(({ hostile, hotkey }) => (hostile ? [hotkey.address as string] : [])))
  const checks = Checks.make(ground, (hotkey) => hostileKeys.has(hotkey), nature.truthOf, nature.earned)
  ledger.onSent(checks.hear)
  let round = FIRST_ROUND

  // Whatever starts, by whomever, is decided by its own draws.
  ledger.onSent(({ events }, { state }) => {
    for (const event of events)
      if (event._tag === "CompetitionStarted")
        nature.compete(
          HashMap.unsafeGet(state.competitions, event.competition),
          randomOf(settings.seed, `competition ${event.competition}`)
        )
  })

  const careers = new Map<AccountAddress, { started: number; paid: bigint }>()
  const career = (hotkey: AccountAddress) => {
    const known = careers.get(hotkey) ?? { started: 0, paid: 0n }
    careers.set(hotkey, known)
    return known
  }
  ledger.onSent(({ events }) => {
    for (const event of events) {
      if (event._tag === "CompetitionStarted") for (const { hotkey } of [event.a, event.b]) career(hotkey).started += 1
      if (event._tag === "BountyPaid") career(event.hotkey).paid += event.amount
    }
  })

  const honestOnes = validators.filter(({ hostile }) => !hostile)
  const hostileOnes = validators.filter(({ hostile }) => hostile)
  const conditionOf = (validator: Validator): Condition => settings.conditionOf(validator, round)
  const headOf = (validator: Validator): number => Math.max(1, ledger.block() - FINALITY - conditionOf(validator).lag)
  const works = (validator: Validator): boolean => !conditionOf(validator).offline && !conditionOf(validator).cutOff
  const stanceOf = (validator: Validator): Honest.Stance => ({ head: headOf(validator), gitHubSilent: conditionOf(validator).gitHubSilent })
  const inOrder = (purpose: string, those: ReadonlyArray<Validator>) =>
    randomOf(settings.seed, `order ${round} ${ledger.block()} ${purpose}`).shuffled(those)

  const post = (validator: Validator, messages: ReadonlyArray<Honest.Message>): void => {
    for (const { args, name } of messages) ledger.send(validator.hotkey.address, name, args)
  }

  const conduct = conductOf({ ground, honest, validators, round: () => round, conditionOf, stanceOf, post })
  const eachInTurn = (what: "attest" | "pair" | "keepUp"): void => {
    for (const validator of inOrder(what, honestOnes.filter(works))) conduct[what](validator)
  }

  /** Each looks at GitHub at a block of its own: what is on record for a moment only, some see and others don't. */
  const judgeInTurn = (from: number): void => {
    const random = randomOf(settings.seed, `judges ${round} ${from}`)
    const turns = honestOnes.filter(works).map((validator) => ({ validator, at: from + random.below(JUDGING_BLOCKS) }))
    for (const { at, validator } of turns.toSorted((left, right) => left.at - right.at || left.validator.index - right.validator.index)) {
      ledger.reach(at)
      conduct.judge(validator)
    }
  }

  /** Whoever sees everything as it is: the adversary, and the check. */
  const clear = (): Honest.Stance => ({ head: ledger.block(), gitHubSilent: false })

  /** All issues with a competition that runs or may still be reverted. */
  const running = () => {
    const { state } = ledger.world()
    return honest.live(clear()).flatMap((issue) => {
      const isThere = issue.competition !== null && (issue.status._tag === "Competing" || issue.status._tag === "Solved")
      return isThere ? [{ issue, competition: HashMap.unsafeGet(state.competitions, issue.competition ?? 0) }] : []
    })
  }

  const hostileView = (member: number, moment: Moment): HostileView => ({
    round,
    member,
    random: randomOf(settings.seed, `hostile ${round} ${ledger.block()} ${member} ${moment}`),
    metagraph: population.metagraphAt(ledger.block()),
    attested: () => honest.attestations(clear(), oracle),
    pairings: () => honest.pairs(clear()) ?? [],
    running,
    right: (issue) => {
      const { state } = ledger.world()
      const { competition } = HashMap.unsafeGet(state.issues, issue)
      return competition === null ? null : nature.right(HashMap.unsafeGet(state.competitions, competition), ledger.timeOf(ledger.block()))
    }
  })

  /** Whether what a hostile validator would send stands already: sending it again would change nothing. */
  const stands = (validator: Validator, { args, name }: Honest.Message): boolean => {
    const { attestations, outcomeBallots, pairBallots } = ledger.world().state
    const isOwn = (entry: { readonly validator: string }) => entry.validator === validator.hotkey.address
    if (name === "voteOutcome") {
      const own = Option.getOrUndefined(HashMap.get(outcomeBallots, args.issue))?.find(isOwn)
      return own !== undefined && JSON.stringify(own.choice) === JSON.stringify(args.choice)
    }
    if (name === "attestEnrolled") {
      const all = Option.getOrUndefined(HashMap.get(attestations, args.issue))
      const own = all?.round.number === args.round ? all.entries.find(isOwn) : undefined
      return own !== undefined && own.enrolled === args.enrolled && own.skipped === args.skipped
    }
    if (name !== "votePair") return false
    const ballot = Option.getOrUndefined(HashMap.get(pairBallots, args.issue))
    const own = ballot?.round.number === args.round ? ballot.votes.find(isOwn) : undefined
    return own !== undefined && pairKey([own.a, own.b]) === pairKey([args.a, args.b])
  }

  const strategy = () => settings.hostile[round % Math.max(1, settings.hostile.length)]
  const conspire = (what: "attest" | "pair" | "judge", moment: Moment): void => {
    const plan = strategy()
    if (plan === undefined) return
    hostileOnes.forEach((validator, member) => {
      if (!works(validator)) return
      const messages = plan[what](hostileView(member, moment), moment)
      post(
        validator,
        messages.filter((message) => !stands(validator, message))
      )
    })
  }

  /** UIDs that the majority attested by issue, beside those that it should have. */
  const compare = (): Pick<RoundResult, "expected" | "started" | "possible" | "lastStart" | "complete" | "honest"> => {
    const stance = clear()
    const pairings = honest.pairs(stance) ?? []
    const rightPairs = new Map(pairings.map(({ issue, pair }) => [issue, pair === null ? null : pairKey(pair)]))
    const starts = checks.started()
    for (const { hotkeys, issue } of starts) {
      if (rightPairs.get(issue) !== [...hotkeys].toSorted().join(" ")) checks.counts.wrongPairs += 1
    }
    const expected = pairings.filter(({ pair }) => pair !== null)
    const begun = new Set(starts.map(({ issue }) => issue))
    let isSame = true
    for (const { attested: majority, issue } of pairings) {
      const should = whole.get(issue)?.enrolled
      const honestly = honestOnes.flatMap(({ hotkey }) => attested.get(hotkey.address)?.get(issue)?.split(" ", 1) ?? [])
      checks.counts.wrongBits += uidsBeyond(majority, [...honestly, ...(should === undefined ? [] : [should])])
      if (should === undefined ? majority.length > 0 : uidsOfBitmap(should).join() !== majority.join()) isSame = false
    }
    const possible = isSame ? expected : honest.pairsIf(stance, new Map([...whole].map(([issue, { enrolled }]) => [issue, enrolled])))
    const complete = honestOnes.filter((validator) => {
      const own = attested.get(validator.hotkey.address)
      return [...whole].every(([issue, { enrolled, skipped }]) => own?.get(issue) === `${enrolled} ${skipped}`)
    })
    return {
      expected: expected.length,
      started: expected.filter(({ issue }) => begun.has(issue)).length,
      possible: possible.filter(({ pair }) => pair !== null).length,
      lastStart: starts.length === 0 ? null : Math.max(...starts.map(({ at }) => at)),
      complete: complete.length,
      honest: honestOnes.length
    }
  }

  /** What each validator has attested in this round, by issue. */
  let attested: ReadonlyMap<string, ReadonlyMap<number, string>> = new Map()
  const readAttested = () => {
    const byValidator = new Map<string, Map<number, string>>()
    for (const [issue, { entries, round: those }] of ledger.world().state.attestations)
      if (those.number === round)
        for (const { enrolled, skipped, validator } of entries)
          byValidator.set(validator, (byValidator.get(validator) ?? new Map<number, string>()).set(issue, `${enrolled} ${skipped}`))
    return byValidator
  }

  /** What would be attested by one who has heard everything. */
  let whole: ReadonlyMap<number, { readonly enrolled: string; readonly skipped: string }> = new Map()

  /** By strategy: how many miners follow it, how many starts they had, and what they were paid, in rao. */
  const ladder = () => {
    const all = new Map<string, { miners: number; started: number; paid: bigint }>()
    const at = (name: string) => {
      const known = all.get(name) ?? { miners: 0, started: 0, paid: 0n }
      all.set(name, known)
      return known
    }
    for (const { strategy } of people) at(strategy.name).miners += 1
    for (const [hotkey, { paid, started }] of careers) {
      const miner = population.minerOf(hotkey)
      if (miner === undefined) continue
      at(miner.person.strategy.name).started += started
      at(miner.person.strategy.name).paid += paid
    }
    return all
  }

  const step = (): RoundResult => {
    const start = round * roundLength
    const reach = (offset: number) => ledger.reach(start + offset)

    reach(-4)
    nature.begin(randomOf(settings.seed, `nature ${round}`))
    posting.swap(round)
    posting.post(round, validators, headOf)
    reach(8)
    conduct.gossip()
    conspire("attest", "first")
    reach(10)
    eachInTurn("attest")
    reach(44)
    posting.postLate(round, validators, headOf)
    conduct.gossip()
    reach(46)
    eachInTurn("attest")
    whole = new Map(honest.attestations(clear(), oracle).map(({ enrolled, issue, skipped }) => [issue, { enrolled, skipped }]))
    reach(49)
    attested = readAttested()
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
    const result = { round, ...compare() }
    checks.look()
    for (const { holder } of [...validators, { holder: oracle }]) holder.forget(ledger.block())
    round += 1
    return result
  }

  return { step, counts: checks.counts, ladder, ledger }
}

/** Each validator's condition is drawn once a round. */
const rememberedConditions = ({ conditionOf }: Settings): Settings["conditionOf"] => {
  const known = new Map<number, { readonly round: number; readonly condition: Condition }>()
  return (validator, round) => {
    const before = known.get(validator.index)
    if (before?.round === round) return before.condition
    const condition = conditionOf(validator, round)
    known.set(validator.index, { round, condition })
    return condition
  }
}

const pairKey = (pair: ReadonlyArray<{ readonly hotkey: string }>): string =>
  pair
    .map(({ hotkey }) => hotkey)
    .toSorted()
    .join(" ")

/** How many of these UIDs none of the bitmaps has. */
const uidsBeyond = (uids: ReadonlyArray<number>, bitmaps: ReadonlyArray<string>): number => {
  const known = new Set(bitmaps.flatMap(uidsOfBitmap))
  return uids.filter((uid) => !known.has(uid)).length
}

export type Season = ReturnType<typeof make>
