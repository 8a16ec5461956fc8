/** What is settled, and what becomes of it: random histories of stake, votes, notes, listings and ends, by the model of the contract. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import { send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { pendingOf } from "../../../lab/contract-model/changes.ts"
import { withStake } from "../../../lab/contract-model/Subnet.ts"
import { bookedOf } from "../../../src/contract-client/books.ts"
import type { ContractEvent, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { sameOutcome } from "../../../src/contract-client/outcome.ts"
import { waitOf } from "../../../src/contract-client/standing.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { least, most } from "../../../src/domain/Amount.ts"
import { ALPHA, BOUNTY, DAY, pairOf } from "../../support/histories/chain.ts"
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

const who = fc.nat(cast.validators.length - 1)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("has" as const), who, stake: fc.bigInt(0n, 60_000n) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("vote" as const), who, choice: fc.constantFrom(0, 0, 0, 0, 1, 2, 3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const), who }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("wait" as const), blocks: fc.nat(DAY) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("list" as const), who, stays: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("apply" as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("settle" as const) }) }
)
const history = fc.record({ steps: fc.array(step, { minLength: 20, maxLength: 70 }), endsAt: fc.option(fc.nat(60)) })
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
  const wait = waitOf({ challengePeriod: 0 }, before.state.config)
  const counted = [...play.votes].filter(
    ([hotkey, vote]) => sameOutcome(vote.choice, said) && world.subnet.block - vote.since >= wait && !isLeaving(before, hotkey)
  )
  const weight = sum(counted.map(([hotkey, { cast }]) => least(cast, notedOf(world, hotkey))))
  const { validators, woundUpAt } = world.state
  const was = (which: "before" | "day") => sum(validators.map(({ noted }) => noted[which]))
  const total = woundUpAt === null ? most(was("before"), was("day")) : sum(validators.map(({ hotkey }) => notedOf(world, hotkey)))
  assert.isTrue(total > 0n && weight * 10_000n >= total * 5_001n, `${weight} of ${total} decided`)
  play.votes.clear()
  if (said._tag === "Solved") play.won = said.hotkey
}

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
      play.world = { state, subnet: { ...subnet, block: subnet.block + step.blocks } }
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
    case "settle":
      settle(play)
  }
}

/** The subnet is dissolved, and the chain pays TAO for its alpha. */
const dissolved = ({ state, subnet }: World): World => ({
  state,
  subnet: { ...subnet, exists: false, tao: { ...subnet.tao, contract: TAO } }
})

/** Plays a history to its end, and then lets what votes agree on now stand for a wait. */
const played = ({ endsAt, steps }: { readonly steps: ReadonlyArray<Step>; readonly endsAt: number | null }): Play => {
  const play: Play = { world: prepared, votes: new Map(), won: undefined }
  for (const [index, step] of steps.entries()) {
    if (index === endsAt) play.world = dissolved(play.world)
    one(play, step)
  }
  return play
}

describe("what is settled, whatever stake, validators and the subnet did before", () => {
  it("had votes a whole wait old, each for no more than its weight when it was cast; and its money reaches its winner", () => {
    let won = 0
    let late = 0
    fc.assert(
      fc.property(history, (given) => {
        const play = played(given)
        if (play.won === undefined) return
        won++
        const coldkey = play.won === a.hotkey ? a.coldkey : b.coldkey
        const { state, subnet } = play.world
        if (subnet.exists) {
          const paid = send(play.world, cast.stranger, "payout", { issue: 1 }).events.find(({ _tag }) => _tag === "BountyPaid")
          assert.deepInclude(paid, { coldkey, amount: BOUNTY })
          return
        }
        late++
        for (const blocks of [0, DAY]) {
          play.world = { ...play.world, subnet: { ...play.world.subnet, block: play.world.subnet.block + blocks } }
          play.world = send(play.world, cast.stranger, "windUp", {}).world
        }
        const claimed = send(play.world, cast.stranger, "claim", { claim: { _tag: "Bounty", issue: 1 } }).events.at(-1)
        assert.deepInclude(claimed, { _tag: "ClaimPaid", to: coldkey, amount: (TAO * BOUNTY) / bookedOf(state) })
      }),
      { numRuns: 2_000 }
    )
    assert.isAbove(won, 20)
    assert.isAbove(late, 0)
  })
})
