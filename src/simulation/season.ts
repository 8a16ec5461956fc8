/** A season of rounds: what happens in the blocks of a round, one after the other. */
import { HashMap } from "effect"
import { uidsOfBitmap } from "../contract-client/bitmap.ts"
import * as Checks from "./checks.ts"
import { makeGossip } from "./enrolling.ts"
import * as Honest from "./honest.ts"
import type { HostileView, Moment } from "./hostile.ts"
import * as Nature from "./nature.ts"
import { makePosting } from "./posting.ts"
import { randomOf } from "./random.ts"
import { contractConfig, FIRST_ROUND, OWNER, type Settings, setUp } from "./setup.ts"
import type { Validator } from "./validators.ts"

/** Blocks until a block is final for everybody. */
const FINALITY = 3

/** What a round came to. */
export interface RoundResult {
  readonly round: number
  /** Pairs that the attested majority gives. */
  readonly expected: number
  /** Of these, how many competitions started. */
  readonly started: number
  /** Pairs that there would have been had the majority attested all that miners posted. */
  readonly possible: number
  /** Honest validators whose attestations were complete, and all honest ones. */
  readonly complete: number
  readonly honest: number
}

/** Prepares a season; each call of `step` is the next round. */
export const make = (settings: Settings) => {
  const { ground, office, validators } = setUp(settings)
  const { ledger, population } = ground
  const { roundLength } = contractConfig
  const honest = Honest.make(ground)
  const nature = Nature.make(ground, { owner: OWNER, backlog: settings.backlog, skill: settings.skill, mishaps: settings.mishaps })
  const oracle = office.holder()
  const posting = makePosting(ground, office, settings, oracle)
  const gossip = makeGossip()
  const hostileKeys = new Set(validators.flatMap(({ hostile, hotkey }) => (hostile ? [hotkey.address as string] : [])))
  const checks = Checks.make(ground, (hotkey) => hostileKeys.has(hotkey), nature.truthOf, nature.earned)
  ledger.onSent(checks.hear)
  let round = FIRST_ROUND

  // Whatever starts, by whomever, is decided by its own draws.
  ledger.onSent(({ events }, { state }) => {
    for (const event of events)
      if (event._tag === "CompetitionStarted")
        nature.compete(HashMap.unsafeGet(state.competitions, event.competition), randomOf(settings.seed, `competition ${event.competition}`))
  })

  const honestOnes = validators.filter(({ hostile }) => !hostile)
  const hostileOnes = validators.filter(({ hostile }) => hostile)
  const conditionOf = (validator: Validator) => settings.conditionOf(validator, round)
  const headOf = (validator: Validator): number => Math.max(1, ledger.block() - FINALITY - conditionOf(validator).lag)
  const works = (validator: Validator): boolean => !conditionOf(validator).offline && !conditionOf(validator).cutOff
  const stanceOf = (validator: Validator): Honest.Stance => ({ head: headOf(validator), gitHubSilent: conditionOf(validator).gitHubSilent })
  const inOrder = (purpose: string, those: ReadonlyArray<Validator>) =>
    randomOf(settings.seed, `order ${round} ${ledger.block()} ${purpose}`).shuffled(those)

  const post = (validator: Validator, messages: ReadonlyArray<Honest.Message>): void => {
    for (const { args, name } of messages) ledger.send(validator.hotkey.address, name, args)
  }

  const gossips = (): void => {
    for (const from of validators) {
      const here = conditionOf(from)
      if (here.offline) continue
      for (const to of validators) {
        const there = conditionOf(to)
        // A hostile one tells half of the others, each round the other half.
        const tells = !from.hostile || (to.index + round) % 2 === 0
        if (from !== to && !there.offline && here.island === there.island && tells) gossip(from.holder, to.holder, headOf(to))
      }
    }
  }

  /** What each validator has attested in this round, by issue. */
  const attested = new Map<Validator, Map<number, string>>()
  const attest = (): void => {
    for (const validator of inOrder("attest", honestOnes.filter(works))) {
      const before = attested.get(validator) ?? new Map<number, string>()
      attested.set(validator, before)
      const stance = stanceOf(validator)
      const { place } = honest.roundState(stance)
      const fresh = honest
        .attestations(stance, validator.holder)
        .filter(({ enrolled, issue, skipped }) => before.get(issue) !== `${enrolled} ${skipped}`)
      for (const { enrolled, issue, skipped } of fresh) before.set(issue, `${enrolled} ${skipped}`)
      post(
        validator,
        fresh.map(({ enrolled, issue, skipped }) => ({ name: "attestEnrolled", args: { issue, round: place.round, enrolled, skipped } }))
      )
    }
  }

  const paired = new Map<Validator, Set<number>>()
  const votePairs = (): void => {
    for (const validator of inOrder("pair", honestOnes.filter(works))) {
      const done = paired.get(validator) ?? new Set<number>()
      paired.set(validator, done)
      const stance = stanceOf(validator)
      const { place } = honest.roundState(stance)
      for (const { issue, pair } of honest.pairs(stance) ?? []) {
        if (pair === null || done.has(issue)) continue
        done.add(issue)
        post(validator, [{ name: "votePair", args: { issue, round: place.round, a: pair[0], b: pair[1] } }])
      }
    }
  }

  const voteOutcomes = (): void => {
    for (const validator of inOrder("judge", honestOnes.filter(works)))
      post(validator, honest.verdicts(stanceOf(validator), validator.hotkey.address))
  }

  const keepUp = (): void => {
    for (const validator of inOrder("upkeep", honestOnes.filter(works)))
      post(validator, honest.chores(stanceOf(validator), validator.hotkey.address))
  }

  /** Whoever sees everything as it is: the adversary, and the check. */
  const clear = (): Honest.Stance => ({ head: ledger.block(), gitHubSilent: false })

  const hostileView = (member: number, moment: Moment): HostileView => {
    const { state } = ledger.world()
    const now = ledger.timeOf(ledger.block())
    const running = [...HashMap.values(state.issues)].flatMap((issue) => {
      const isThere = issue.competition !== null && (issue.status._tag === "Competing" || issue.status._tag === "Solved")
      return isThere ? [{ issue, competition: HashMap.unsafeGet(state.competitions, issue.competition ?? 0) }] : []
    })
    return {
      round,
      member,
      random: randomOf(settings.seed, `hostile ${round} ${ledger.block()} ${member} ${moment}`),
      metagraph: population.metagraphAt(ledger.block()),
      attested: honest.attestations(clear(), oracle),
      pairings: honest.pairs(clear()) ?? [],
      running,
      right: (issue) => {
        const found = running.find((one) => one.issue.id === issue)
        return found === undefined ? null : nature.right(found.competition, now)
      }
    }
  }

  const strategy = () => settings.hostile[round % Math.max(1, settings.hostile.length)]
  const conspire = (what: "attest" | "pair" | "judge", moment: Moment): void => {
    const plan = strategy()
    if (plan === undefined) return
    hostileOnes.forEach((validator, member) => {
      if (works(validator)) post(validator, plan[what](hostileView(member, moment), moment))
    })
  }

  /** UIDs that the majority attested by issue, beside those that it should have. */
  const compare = (): Pick<RoundResult, "expected" | "started" | "possible" | "complete" | "honest"> => {
    const stance = clear()
    const pairings = honest.pairs(stance) ?? []
    const rightPairs = new Map(pairings.map(({ issue, pair }) => [issue, pair === null ? null : pairKey(pair)]))
    const starts = checks.started()
    for (const { hotkeys, issue } of starts) {
      if (rightPairs.get(issue) !== [...hotkeys].toSorted().join(" ")) checks.counts.wrongPairs += 1
    }
    const expected = pairings.filter(({ pair }) => pair !== null)
    const begun = new Set(starts.map(({ issue }) => issue))
    const seenByAll = [...attested].map(([, byIssue]) => byIssue)
    let isSame = true
    for (const { attested: majority, issue } of pairings) {
      const should = whole.get(issue)?.enrolled
      const honestly = seenByAll.flatMap((byIssue) => byIssue.get(issue)?.split(" ", 1) ?? [])
      checks.counts.wrongBits += uidsBeyond(majority, [...honestly, ...(should === undefined ? [] : [should])])
      if (should === undefined ? majority.length > 0 : uidsOfBitmap(should).join() !== majority.join()) isSame = false
    }
    const possible = isSame ? expected : honest.pairsIf(stance, new Map([...whole].map(([issue, { enrolled }]) => [issue, enrolled])))
    const complete = honestOnes.filter((validator) => {
      const own = attested.get(validator)
      return own !== undefined && [...whole].every(([issue, { enrolled, skipped }]) => own.get(issue) === `${enrolled} ${skipped}`)
    })
    return {
      expected: expected.length,
      started: expected.filter(({ issue }) => begun.has(issue)).length,
      possible: possible.filter(({ pair }) => pair !== null).length,
      complete: complete.length,
      honest: honestOnes.length
    }
  }

  /** What would be attested by one who has heard everything. */
  let whole: ReadonlyMap<number, { readonly enrolled: string; readonly skipped: string }> = new Map()

  const step = (): RoundResult => {
    const start = round * roundLength
    const reach = (offset: number) => ledger.reach(start + offset)
    attested.clear()
    paired.clear()

    reach(-4)
    nature.begin(randomOf(settings.seed, `nature ${round}`))
    posting.swap(round)
    posting.post(round, validators, headOf)
    reach(8)
    gossips()
    conspire("attest", "first")
    reach(10)
    attest()
    reach(44)
    posting.postLate(round, validators, headOf)
    gossips()
    reach(46)
    attest()
    whole = new Map(honest.attestations(clear(), oracle).map(({ enrolled, issue, skipped }) => [issue, { enrolled, skipped }]))
    reach(49)
    conspire("attest", "last")
    reach(54)
    conspire("pair", "first")
    for (const offset of [58, 70]) {
      reach(offset)
      votePairs()
    }
    reach(72)
    conspire("pair", "last")
    for (const offset of [100, 200, 280]) {
      reach(offset)
      conspire("judge", "first")
      reach(offset + 1)
      voteOutcomes()
      reach(offset + 2)
      conspire("judge", "last")
      votePairs()
      for (const later of [3, 9]) {
        reach(offset + later)
        keepUp()
      }
    }
    reach(292)
    conspire("pair", "last")
    const result = { round, ...compare() }
    checks.look()
    for (const { holder } of [...validators, { holder: oracle }]) holder.forget(ledger.block())
    round += 1
    return result
  }

  return { step, counts: checks.counts, ledger, nature, validators, population }
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
