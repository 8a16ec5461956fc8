/**
 * What is settled, and what becomes of it: random histories of stake, votes, notes, listings, settings, payees, ends and what remains after them, by the
 * model of the contract.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap } from "effect"
import * as fc from "fast-check"
import { send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { pendingOf } from "../../../lab/contract-model/changes.ts"
import { longestWait } from "../../../lab/contract-model/ending.ts"
import { withStake } from "../../../lab/contract-model/Subnet.ts"
import { bookedOf } from "../../../src/contract-client/books.ts"
import type { ContractEvent, OutcomeChoice, Setting } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { sameOutcome } from "../../../src/contract-client/outcome.ts"
import { waitOf } from "../../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { least, most } from "../../../src/domain/Amount.ts"
import { ALPHA, BOUNTY, DAY, pairOf, WAIT } from "../../support/histories/chain.ts"
import { modelChain, prepared } from "../../support/histories/model.ts"

const { cast } = modelChain()
const { a, b } = pairOf(cast, 1)
const CHOICES: ReadonlyArray<OutcomeChoice> = [
  { _tag: "Solved", hotkey: a.hotkey, pullRequest: 7 },
  { _tag: "Solved", hotkey: b.hotkey, pullRequest: 8 },
  { _tag: "Dissolved" },
  { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
]
const TAO = 1_000_000_000n
const treasury = treasuryOf({ spawner: cast.owner, block: 4, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"08".repeat(32)}` })
const SETTINGS: ReadonlyArray<Setting> = [
  { _tag: "QuorumBps", value: 7_000 },
  { _tag: "ChallengePeriod", value: WAIT + 3 },
  { _tag: "OwnerDelay", value: 2 * DAY },
  { _tag: "SlashBps", value: 0 },
  { _tag: "Treasury", hotkey: treasury.treasuryHotkey, coldkey: treasury.treasuryColdkey, birth: treasury.treasuryBirth }
]
/** Blocks after the end from which on the rest may be assigned. */
const UNTIL_REST = 2 * longestWait(prepared.state.config) + 1
/** Whom competitors name to be paid, and the account that gets what no one can claim. */
const [ACCOUNTS, HEIR] = [cast.miners.slice(2).map(({ coldkey }) => coldkey), cast.stranger]

const who = fc.nat(cast.validators.length - 1)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("has" as const), who, stake: fc.bigInt(0n, 60_000n) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("vote" as const), who, choice: fc.constantFrom(0, 0, 0, 0, 1, 2, 3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), who }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), blocks: fc.nat(DAY) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("list" as const), who, stays: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("apply" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set" as const), setting: fc.constantFrom(...SETTINGS) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("payTo" as const), by: fc.nat(2), to: fc.constantFrom(...ACCOUNTS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rest" as const), after: fc.constantFrom(0, UNTIL_REST) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("settle" as const) }) }
)
const history = fc.record({ steps: fc.array(step, { minLength: 20, maxLength: 70 }), endsAt: fc.option(fc.nat(60)), isLate: fc.boolean() })
/** `isLate`: the winner claims only after the heir. */
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

interface Vote {
  readonly choice: OutcomeChoice
  readonly since: number
  readonly cast: bigint
}

/** A history as it is played: by whom what was voted since when, kept apart from the contract, and how issue 1 was won. */
interface Play {
  world: World
  readonly votes: Map<string, Vote>
  won: AccountAddress | undefined
  /** Whom competitor a and b want paid. */
  readonly payees: [a: AccountAddress, b: AccountAddress]
}

const notedOf = ({ state }: World, hotkey: string): bigint => {
  const noted = state.validators.find((one) => one.hotkey === hotkey)?.noted
  return noted === undefined ? 0n : least(noted.day, noted.since)
}

const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((all, amount) => all + amount, 0n)

/** Whether the removal of a validator may be applied now. */
const isLeaving = ({ state, subnet: { block } }: World, hotkey: string): boolean =>
  state.waiting.some(
    ({ appliesFrom, appliesUntil, what }) =>
      what._tag === "RemoveValidator" && what.hotkey === hotkey && appliesFrom <= block && block <= appliesUntil
  )

const saidIn = (events: ReadonlyArray<ContractEvent>): OutcomeChoice | undefined => {
  for (const event of events) {
    if (event._tag === "CompetitionWon") return { _tag: "Solved", hotkey: event.hotkey, pullRequest: event.pullRequest }
    if (event._tag === "IssueCancelled") return { _tag: "Cancelled", reason: event.reason }
    if (event._tag === "CompetitionVoided") return { _tag: "Dissolved" }
  }
  return undefined
}

/** Settles issue 1. What decided had stood a whole wait, and each vote counted for no more than when it was cast. */
const settle = (play: Play): void => {
  const before = play.world
  const { answer, events, world } = send(before, cast.stranger, "settle", { issue: 1 })
  play.world = world
  if (Either.isLeft(answer)) return
  const cancelled = events.find(({ _tag }) => _tag === "IssueCancelled")
  const said = saidIn(cancelled === undefined ? events : [cancelled]) ?? assert.fail("a decision")
  const { config } = before.state
  const isRunning = HashMap.unsafeGet(before.state.competitions, 1).status._tag === "Running"
  const wait = waitOf({ challengePeriod: isRunning ? WAIT : 0 }, config)
  const counted = [...play.votes].filter(
    ([hotkey, vote]) => sameOutcome(vote.choice, said) && world.subnet.block - vote.since >= wait && !isLeaving(before, hotkey)
  )
  const weight = sum(counted.map(([hotkey, { cast }]) => least(cast, notedOf(world, hotkey))))
  const { validators, woundUpAt } = world.state
  const was = (which: "before" | "day") => sum(validators.map(({ noted }) => noted[which]))
  const total = woundUpAt === null ? most(was("before"), was("day")) : sum(validators.map(({ hotkey }) => notedOf(world, hotkey)))
  assert.isTrue(total > 0n && weight * 10_000n >= total * BigInt(config.quorumBps), `${weight} of ${total} decided`)
  play.votes.clear()
  if (said._tag === "Solved") play.won = said.hotkey
}

const later = ({ state, subnet }: World, blocks: number): World => ({ state, subnet: { ...subnet, block: subnet.block + blocks } })

const one = (play: Play, step: Step): void => {
  const { state, subnet } = play.world
  const accepted = (sent: ReturnType<typeof send>) => {
    play.world = sent.world
    return Either.isRight(sent.answer)
  }
  switch (step.do) {
    case "has": {
      const { coldkey, hotkey } = cast.validators[step.who] ?? assert.fail("a validator")
      if (subnet.exists) play.world = { state, subnet: withStake(subnet, hotkey, coldkey, step.stake * ALPHA) }
      return
    }
    case "vote": {
      const { hotkey } = cast.validators[step.who] ?? assert.fail("a validator")
      const choice = CHOICES[step.choice] ?? assert.fail("a choice")
      const same = play.votes.get(hotkey)
      const vote =
        same !== undefined && sameOutcome(same.choice, choice) ? same : { choice, since: subnet.block, cast: notedOf(play.world, hotkey) }
      if (accepted(send(play.world, hotkey, "voteOutcome", { issue: 1, choice }))) play.votes.set(hotkey, vote)
      return
    }
    case "withdraw": {
      const { hotkey } = cast.validators[step.who] ?? assert.fail("a validator")
      if (accepted(send(play.world, hotkey, "withdrawOutcomeVote", { issue: 1 }))) play.votes.delete(hotkey)
      return
    }
    case "wait":
      play.world = later(play.world, step.blocks)
      accepted(send(play.world, cast.stranger, "noteWeights", {}))
      accepted(send(play.world, cast.stranger, "windUp", {}))
      return
    case "list": {
      const { coldkey, hotkey } = cast.validators[step.who] ?? assert.fail("a validator")
      if (step.stays) accepted(send(play.world, cast.owner, "addValidator", { hotkey, coldkeys: [coldkey] }))
      else accepted(send(play.world, cast.owner, "removeValidator", { hotkey }))
      return
    }
    case "apply":
      for (const { id, what } of pendingOf(state))
        if (accepted(send(play.world, cast.stranger, "apply", { change: id })) && what._tag === "AddValidator")
          play.votes.delete(what.hotkey)
      return
    case "set":
      accepted(send(play.world, cast.owner, "setConfig", { settings: [step.setting] }))
      return
    case "payTo": {
      const caller = [a.coldkey, b.coldkey, cast.owner][step.by] ?? assert.fail("an account")
      const isNamed = accepted(send(play.world, caller, "payTo", { competition: 1, coldkey: step.to }))
      if (isNamed) play.payees[step.by === 0 ? 0 : step.by === 1 ? 1 : assert.fail("the owner named a payee")] = step.to
      return
    }
    case "rest":
      play.world = later(play.world, step.after)
      accepted(send(play.world, cast.owner, "assignRest", { to: HEIR }))
      return
    case "settle":
      settle(play)
  }
}

/** The subnet is dissolved, and the chain pays TAO for its alpha. */
const dissolved = ({ state, subnet }: World): World => ({
  state,
  subnet: { ...subnet, exists: false, tao: { ...subnet.tao, contract: TAO } }
})

/** Plays a history to its end. */
const played = ({ endsAt, steps }: History): Play => {
  const { state, subnet } = prepared
  const world = { state, subnet: { ...subnet, hotkeys: new Set([...subnet.hotkeys, treasury.treasuryHotkey]) } }
  const play: Play = { world, votes: new Map(), won: undefined, payees: [a.coldkey, b.coldkey] }
  for (const [index, step] of steps.entries()) {
    if (index === endsAt) play.world = dissolved(play.world)
    one(play, step)
  }
  return play
}

/** The end is written and the rest assigned; the heir is paid first. Returns what it got. */
const inherited = (play: Play): bigint => {
  const { state, subnet } = play.world
  const from = (state.woundUpAt ?? assert.fail("the end is not written")) + 2 * longestWait(state.config) + 1
  play.world = send(later(play.world, Math.max(0, from - subnet.block)), cast.owner, "assignRest", { to: HEIR }).world
  play.world = later(play.world, state.config.ownerDelay)
  one(play, { do: "apply" })
  const { events, world } = send(play.world, cast.stranger, "claim", { claim: { _tag: "Rest" } })
  play.world = world
  return sum(events.map((event) => (event._tag === "ClaimPaid" && event.to === HEIR ? event.amount : 0n)))
}

/** Issue 1's winner, or whom it named, gets the whole bounty, or its share after the end. Returns how a history that has a winner went. */
const isPaid = (given: History) => {
  const play = played(given)
  if (play.won === undefined) return undefined
  const coldkey = play.payees[play.won === a.hotkey ? 0 : 1]
  if (play.world.subnet.exists) {
    const paid = send(play.world, cast.stranger, "payout", { issue: 1 }).events.find(({ _tag }) => _tag === "BountyPaid")
    assert.deepInclude(paid, { coldkey, amount: BOUNTY })
    return "goes on"
  }
  for (const blocks of [0, DAY]) play.world = send(later(play.world, blocks), cast.stranger, "windUp", {}).world
  const rest = given.isLate ? inherited(play) : 0n
  const { events, world } = send(play.world, cast.stranger, "claim", { claim: { _tag: "Bounty", issue: 1 } })
  const share = (TAO * BOUNTY) / bookedOf(world.state)
  assert.deepInclude(events.at(-1), { _tag: "ClaimPaid", to: coldkey, amount: share })
  assert.isTrue(world.subnet.tao.contract >= 0n, "the heir left what the winner has won")
  return rest > 0n ? "inherited" : "ended"
}

const [someone, another] = ACCOUNTS
if (someone === undefined || another === undefined) throw new Error("two accounts")
const wait: Step = { do: "wait", blocks: DAY }
const votes = [0, 1, 2].map((who): Step => ({ do: "vote", who, choice: 0 }))
const won: ReadonlyArray<Step> = [...votes, wait, wait, { do: "settle" }]
const payTo = (by: number, to: AccountAddress): Step => ({ do: "payTo", by, to })
const changed = (_tag: Setting["_tag"]): ReadonlyArray<Step> => [
  { do: "set", setting: SETTINGS.find((setting) => setting._tag === _tag) ?? assert.fail(_tag) },
  wait,
  { do: "apply" }
]
/** A history of each kind, and how it goes. */
const examples: Readonly<Record<string, readonly [steps: ReadonlyArray<Step>, endsAt: number | null, how: ReturnType<typeof isPaid>]>> = {
  "a payee, named before and after": [
    [payTo(0, someone), payTo(1, another), payTo(2, another), ...won, payTo(0, another)],
    null,
    "goes on"
  ],
  "a greater quorum": [[...changed("QuorumBps"), ...won], null, "goes on"],
  "a greater quorum, of which two votes fall short": [
    [...changed("QuorumBps"), ...won.filter((step) => step !== votes[2])],
    null,
    undefined
  ],
  "a longer wait, which does not count yet when it is settled first": [
    [...votes, ...changed("ChallengePeriod"), wait, { do: "settle" }, wait, { do: "settle" }],
    null,
    "goes on"
  ],
  "a longer delay": [[...votes, ...changed("OwnerDelay"), wait, { do: "settle" }, wait, { do: "settle" }], null, "goes on"],
  "another treasury": [[...won, ...changed("Treasury")], null, "goes on"],
  "an end, settled before the rest": [[...votes, wait, wait, { do: "rest", after: 0 }, { do: "settle" }, payTo(0, someone)], 3, "inherited"]
}

describe("what is settled, whatever stake, validators, settings and the subnet did before", () => {
  it("had votes a whole wait old, each for no more than its weight when it was cast; and its money reaches whom its winner wants paid", () => {
    for (const [name, [steps, endsAt, how]] of Object.entries(examples))
      assert.strictEqual(isPaid({ steps: [...steps], endsAt, isLate: true }), how, name)
    fc.assert(
      fc.property(history, (given) => {
        isPaid(given)
      }),
      { numRuns: 2_000 }
    )
  })
})
