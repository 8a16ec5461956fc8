/** What must hold whatever is sent in whatever order, on the real contract. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import fc from "fast-check"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import type { ContractEvent, OutcomeChoice } from "../../src/contract-client/generated.ts"
import { ALPHA, ATTEST, BOUNTY, miner, nextRound, OWNER, ROUND, STRANGER, solved, VALIDATORS, type World, world } from "./support.ts"

/** The same sequence every time, so that the test is never red by chance; set it to look at others. */
const SEED = Number(process.env.GITTENSOR_TEST_SEED ?? 1)
const STEPS = 120
const MINERS = [5, 6, 7, 8]

const id = fc.integer({ min: 1, max: 5 })
const uid = fc.constantFrom(...MINERS)
const validator = fc.constantFrom(...VALIDATORS)
const anyone = fc.constantFrom(OWNER, STRANGER, ...VALIDATORS)
const mostlyOwner = fc.oneof({ weight: 3, arbitrary: fc.constant(OWNER) }, { weight: 1, arbitrary: anyone })
const choice = fc.oneof(
  { weight: 3, arbitrary: fc.record({ tag: fc.constant("Solved" as const), uid }) },
  { weight: 1, arbitrary: fc.record({ tag: fc.constantFrom("NotPlanned", "Reverted", "SolvedOutside"), uid }) }
)

/** Half of the steps are anything at all, the other half go on from where the issues are, so that a sequence gets somewhere. */
const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("register" as const), who: mostlyOwner, number: fc.integer({ min: 0, max: 9 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), who: anyone, id }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("feed" as const), alpha: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("harvest" as const), who: anyone }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pair" as const), who: validator, id, a: uid, b: uid }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("outcome" as const), who: validator, id, choice }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("expire" as const), who: anyone, id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("payout" as const), who: anyone, id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait" as const), blocks: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("match" as const), nth: fc.nat(4), pair: fc.shuffledSubarray(MINERS, { minLength: 2 }) })
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("solve" as const), nth: fc.nat(4), side: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("void" as const), nth: fc.nat(4), choice }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("lapse" as const), nth: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("settle" as const), nth: fc.nat(4) }) }
)
type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never

interface Ledger {
  fed: bigint
  refused: number
  readonly events: Array<ContractEvent>
}

/** Sends one message; what is refused must change nothing. */
const play = (chain: World, ledger: Ledger) => {
  const tell: World["tell"] = (who, name, args) =>
    Effect.gen(function* () {
      const before = yield* chain.everything
      const sent = yield* chain.tell(who, name, args)
      ledger.events.push(...sent.events)
      if (!sent.accepted) {
        ledger.refused++
        assert.strictEqual(yield* chain.everything, before, `${name} was refused and changed something`)
      }
      return sent
    })

  const choiceOf = ({ tag, uid }: { readonly tag: string; readonly uid: number }): Effect.Effect<OutcomeChoice> => {
    if (tag === "Solved") return solved(uid)
    const reason = tag === "Reverted" || tag === "SolvedOutside" ? tag : "NotPlanned"
    return Effect.succeed({ _tag: "Cancelled", reason: { _tag: reason } })
  }

  const round = Effect.map(chain.block, (block) => Math.floor((block + 1) / ROUND))
  const reach = (block: number) => Effect.flatMap(chain.block, (now) => chain.toBlock(Math.max(now, block)))
  const nth = (status: "Open" | "Competing" | "Solved", index: number) =>
    Effect.map(chain.read("issues", { from: 1, limit: 100, status: { _tag: status } }), (issues) => issues[index % issues.length])
  const running = (index: number) =>
    Effect.flatMap(nth("Competing", index), (issue) =>
      issue === undefined
        ? Effect.succeed(undefined)
        : Effect.map(chain.read("competition", { id: issue.competition ?? 0 }), (competition) => competition ?? undefined)
    )

  return (step: Step) =>
    Effect.gen(function* () {
      switch (step.do) {
        case "register":
          return yield* tell(step.who, "registerIssue", { repository: "acme/widgets", number: step.number, bounty: BOUNTY })
        case "cancel":
          return yield* tell(step.who, "cancelIssue", { id: step.id, reason: { _tag: "Owner" } })
        case "feed":
          ledger.fed += BigInt(step.alpha) * ALPHA
          return yield* chain.feed(BigInt(step.alpha) * ALPHA)
        case "harvest":
          return yield* tell(step.who, "harvest", {})
        case "pair":
          return yield* tell(step.who, "votePair", {
            issue: step.id,
            round: yield* round,
            a: yield* miner(step.a),
            b: yield* miner(step.b)
          })
        case "outcome":
          return yield* tell(step.who, "voteOutcome", { issue: step.id, choice: yield* choiceOf(step.choice) })
        case "match": {
          const issue = yield* nth("Open", step.nth)
          if (issue === undefined) return
          const [now, enrolled] = [yield* nextRound(chain), bitmapOfUids(MINERS)]
          yield* chain.toBlock(now * ROUND)
          for (const who of VALIDATORS) {
            yield* tell(who, "attestEnrolled", { issue: issue.id, round: now, enrolled, skipped: bitmapOfUids([]) })
          }
          yield* chain.toBlock(now * ROUND + ATTEST)
          const [a = 0, b = 0] = step.pair
          const pair = { a: yield* miner(a), b: yield* miner(b) }
          for (const who of VALIDATORS) yield* tell(who, "votePair", { issue: issue.id, round: now, ...pair })
          return
        }
        case "solve": {
          const competition = yield* running(step.nth)
          if (competition === undefined) return
          yield* reach(competition.submissionsFrom)
          const { hotkey } = step.side ? competition.a : competition.b
          for (const who of VALIDATORS) {
            yield* tell(who, "voteOutcome", { issue: competition.issue, choice: { _tag: "Solved", hotkey, pullRequest: 57 } })
          }
          return
        }
        case "void": {
          const issue = (yield* nth("Competing", step.nth)) ?? (yield* nth("Solved", step.nth))
          if (issue === undefined) return
          const choice = yield* choiceOf({ ...step.choice, tag: issue.status._tag === "Solved" ? "Reverted" : "NotPlanned" })
          for (const who of VALIDATORS) yield* tell(who, "voteOutcome", { issue: issue.id, choice })
          return
        }
        case "lapse": {
          const competition = yield* running(step.nth)
          if (competition === undefined) return
          yield* reach(competition.outcomeUntil + 1)
          return yield* tell(STRANGER, "expire", { competition: competition.id })
        }
        case "settle": {
          const issue = yield* nth("Solved", step.nth)
          if (issue === undefined) return
          yield* reach(issue.payableAt ?? 0)
          yield* tell(STRANGER, "payout", { issue: issue.id })
          return yield* tell(OWNER, "payout", { issue: issue.id })
        }
        case "expire":
          return yield* tell(step.who, "expire", { competition: step.id })
        case "payout":
          return yield* tell(step.who, "payout", { issue: step.id })
        case "wait":
          return yield* chain.toBlock((yield* chain.block) + step.blocks)
      }
    })
}

const check = (chain: World, ledger: Ledger) =>
  Effect.gen(function* () {
    const treasury = yield* chain.read("treasury", {})
    const issues = yield* chain.read("issues", { from: 1, limit: 100, status: null })
    const competitions = yield* chain.read("competitions", { from: 1, limit: 100 })
    const held = yield* chain.stake(chain.treasuryHotkey, chain.contract)

    const unpaid = issues.filter(({ status }) => status._tag !== "Paid").reduce((sum, { funded }) => sum + funded, 0n)
    assert.strictEqual(treasury.allocated, unpaid, "what is allocated is what unpaid issues have")
    assert.strictEqual(held, treasury.allocated + treasury.unallocated, "the books say what is held")
    assert.strictEqual(ledger.fed, treasury.pending + held + treasury.paid + treasury.recycled, "nothing appears or vanishes")

    const payments = ledger.events.flatMap((event) => (event._tag === "BountyPaid" ? [event] : []))
    assert.strictEqual(new Set(payments.map(({ issue }) => issue)).size, payments.length, "nothing is paid twice")
    for (const issue of issues) {
      assert.isTrue(issue.funded <= issue.bounty)
      const payment = payments.find((payment) => payment.issue === issue.id)
      assert.strictEqual(issue.status._tag === "Paid", payment !== undefined)
      if (payment !== undefined) assert.deepStrictEqual([payment.amount, issue.funded], [issue.bounty, issue.bounty])
    }
    for (const uid of MINERS) {
      const { coldkey, hotkey } = yield* miner(uid)
      const earned = payments.filter((payment) => payment.coldkey === coldkey).reduce((sum, { amount }) => sum + amount, 0n)
      assert.strictEqual(yield* chain.stake(chain.treasuryHotkey, coldkey), earned, "a winner has what was paid")
      const running = competitions.filter(({ a, b, status }) => status._tag === "Running" && [a.hotkey, b.hotkey].includes(hotkey))
      assert.isAtMost(running.length, 1, "a miner is in one competition")
    }
    for (const { a, b } of competitions) assert.isTrue(a.hotkey !== b.hotkey && a.coldkey !== b.coldkey)
    for (const issue of issues.filter(({ status }) => status._tag === "Competing")) {
      assert.strictEqual(competitions.find(({ id }) => id === issue.competition)?.status._tag, "Running")
    }
  })

describe("the real contract, whatever is sent", () => {
  it.scopedLive(`keeps its books and its promises over ${STEPS} random steps (seed ${SEED})`, () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const ledger: Ledger = { fed: 0n, refused: 0, events: [] }
      const run = play(chain, ledger)
      for (const step of fc.sample(fc.noBias(anyStep), { numRuns: STEPS, seed: SEED })) {
        yield* run(step)
        yield* check(chain, ledger)
      }
      const seen = (tag: ContractEvent["_tag"]) => ledger.events.filter(({ _tag }) => _tag === tag).length
      // A sequence in which nothing happens shows nothing; another seed's may be a dull one.
      if (SEED !== 1) return
      assert.isAbove(seen("BountyPaid"), 0)
      assert.isAbove(seen("CompetitionVoided") + seen("CompetitionExpired"), 0)
      assert.isAbove(ledger.refused, 10)
    })
  )
})
