import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import type { Competition, Issue } from "../../../src/contract-client/generated.ts"
import { expiresFrom, waitOf } from "../../../src/contract-client/standing.ts"
import { endedAt } from "../../../src/domain/Competition.ts"
import * as Contract from "../../../src/layers/chain/contract/Contract.ts"
import { type BlockReference, Chain, layer as chainLayer } from "../../../src/layers/chain/node/Chain.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { next } from "../../support/contract/editions.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { attested, end, openIssue, solved, started, won } from "../../support/contract/steps.ts"
import { transact } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"
import { relay } from "../../support/devnet/relay.ts"
import { inRequests } from "../../support/devnet/requests.ts"
import { counted } from "../../support/rounds/counted.ts"
import { newest } from "./newest.ts"

/** A history with most outcomes of an issue. Returns the ids of its issues. */
const history = (chain: World) =>
  Effect.gen(function* () {
    for (const uid of [5, 6, 7, 8]) yield* bonded(chain, uid, BOUNTY / 10n)
    const paid = yield* openIssue(chain, 1)
    const first = yield* started(chain, paid, [5, 6])
    yield* won(chain, first, 5)
    yield* chain.ok(STRANGER, "payout", { issue: paid })

    const expired = yield* openIssue(chain, 2)
    const second = yield* started(chain, expired, [5, 7])
    const dates = yield* chain.stored("competition", { id: second })
    yield* chain.toBlock(dates === null ? 0 : expiresFrom(dates, waitOf(dates, yield* chain.read("config", {}))))
    yield* chain.ok(STRANGER, "expire", { competition: second })

    const cancelled = yield* openIssue(chain, 3)
    yield* started(chain, cancelled, [6, 8])
    yield* end(chain, cancelled, { _tag: "Cancelled", reason: { _tag: "NotPlanned" } })

    const solvedIssue = yield* openIssue(chain, 4)
    const fourth = yield* started(chain, solvedIssue, [6, 7])
    yield* won(chain, fourth, 6)

    const running = yield* openIssue(chain, 5)
    const fifth = yield* started(chain, running, [5, 8])
    yield* chain.toBlock((yield* chain.stored("competition", { id: fifth }))?.submissionsFrom ?? 0)
    yield* chain.ok("//Validator3", "voteOutcome", { issue: running, choice: yield* solved(8) })
    yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 6, bounty: BOUNTY })
    yield* chain.ok(OWNER, "cancelIssue", { id: 6, reason: { _tag: "NotPlanned" } })
    const open = yield* openIssue(chain, 7)
    const round = yield* attested(chain, open, [5, 6, 250])
    yield* chain.ok("//Validator1", "votePair", { issue: open, round, a: yield* miner(5), b: yield* miner(6) })
    return { expired, running, open }
  })

const asRead = ({ liveIssues, competitions, ...head }: Contract.ContractState) => ({
  ...head,
  validators: head.validators.map(({ hotkey, coldkeys }) => ({ hotkey, coldkeys: [...coldkeys] })),
  liveIssues,
  needed: liveIssues.flatMap(
    ({ competition }): ReadonlyArray<Competition | undefined> => (competition === null ? [] : [competitions.get(competition)])
  )
})

const services = (chain: World, endpoint = chain.endpoint) =>
  Contract.layer(chain.contract).pipe(Layer.provideMerge(chainLayer([endpoint])))

/** Everything that both ways of reading return at a block. */
const everythingAt = (
  contract: Pick<Contract.Contract["Type"], "stateAt" | "competitions" | "paidWins" | "attested" | "pairVotes" | "outcomeVotes">
) =>
  Effect.fn(function* (at: BlockReference, issues: ReadonlyArray<number>) {
    const miners = yield* Effect.forEach([4, 5, 6, 7, 8], (uid) =>
      Effect.map(miner(uid), ({ hotkey, coldkey }) => [hotkey, coldkey] as const)
    )
    const { majorities, collateral } = yield* contract.attested(issues, miners, at)
    const [pairs, outcomes] = yield* Effect.all([contract.pairVotes(issues, at), contract.outcomeVotes(issues, at)])
    return {
      state: asRead(yield* contract.stateAt(at)),
      competitions: yield* contract.competitions(at),
      recent: yield* contract.competitions(at, at.number - 60),
      paidWins: yield* contract.paidWins(at),
      issues: issues.map((id) => ({
        enrolled: majorities.get(id)?.enrolled.toHex() ?? "00".repeat(32),
        skipped: majorities.get(id)?.skipped.toHex() ?? "00".repeat(32),
        pairs: pairs.get(id) ?? [],
        outcomes: outcomes.get(id) ?? []
      })),
      collateral
    }
  })

describe("the contract's state", () => {
  it.scopedLive("is the same in one request and cell by cell, forwards and backwards", () =>
    Effect.gen(function* () {
      const stage = yield* world({ collateralBps: 200, maxCompetitionsPerMiner: 3 })
      const from = yield* stage.block
      const { expired, running, open } = yield* history(stage)
      yield* Effect.gen(function* () {
        const [chain, contract] = yield* Effect.all([Chain, Contract.Contract])
        const relay = yield* counted(stage.endpoint, new Set(["childstate_getStorageEntries"]))
        const oneByOne = Context.get(yield* Layer.build(services(stage, relay.endpoint)), Contract.Contract)
        const head = yield* newest(stage)
        const blocks = Array.from({ length: Math.floor((head.number - from) / 17) }, (_, index) => head.number - index * 17)
        const compare = (numbers: ReadonlyArray<number>) =>
          Effect.gen(function* () {
            const hashes = yield* chain.hashesOf(numbers)
            for (const [index, number] of numbers.entries()) {
              const at = { number, hash: hashes[index] ?? "" }
              const { issueCount } = yield* contract.stateAt(at)
              const issues = Array.from({ length: issueCount }, (_, issue) => issue + 1)
              assert.deepStrictEqual(
                yield* everythingAt(contract)(at, issues),
                yield* everythingAt(oneByOne)(at, issues),
                `block ${number}`
              )
            }
          })
        yield* compare(blocks.toReversed())
        yield* compare(blocks)
        // The node without the request for many cells was asked for it only once.
        assert.lengthOf(
          relay.taken().filter((method) => method.startsWith("childstate")),
          1
        )

        const { liveIssues, competitions } = yield* contract.stateAt(head)
        const statuses = liveIssues.map(({ id, status }: Issue) => [id, status._tag])
        assert.deepStrictEqual(statuses, [
          [expired, "Open"],
          [4, "Solved"],
          [running, "Competing"],
          [open, "Open"]
        ])
        // Final competitions were not read again, only the solved issue's and the running one.
        assert.deepStrictEqual([...competitions.keys()].toSorted(), [4, 5])
        const all = yield* contract.competitions(head)
        assert.deepStrictEqual(
          all.map(({ id, status }) => [id, status._tag]),
          [
            [1, "Won"],
            [2, "Expired"],
            [3, "Void"],
            [4, "Won"],
            [5, "Running"]
          ]
        )
        // One of the two is not paid yet.
        const { hotkey } = yield* miner(5)
        const [first] = all
        assert.deepStrictEqual(yield* contract.paidWins(head), [
          { competition: 1, hotkey, wonAt: endedAt(first ?? assert.fail("no first")) ?? 0 }
        ])
        const late = endedAt(all[2] ?? assert.fail("no third")) ?? 0
        assert.deepStrictEqual(
          (yield* contract.competitions(head, late)).map(({ id }) => id),
          [4, 5]
        )
        // Competitions too old to be kept are read again on demand.
        assert.strictEqual((yield* contract.competitions(head)).length, 5)
        const votes = yield* contract.pairVotes([open], head)
        assert.strictEqual(votes.get(open)?.length, 1)
        assert.strictEqual((yield* contract.outcomeVotes([running], head)).get(running)?.length, 1)
      }).pipe(Effect.provide(services(stage)))
    })
  )

  it.scopedLive("is read by its storage although the contract runs a later edition", () =>
    Effect.gen(function* () {
      const stage = yield* world()
      const open = yield* openIssue(stage, 1)
      yield* attested(stage, open, [5, 6])
      yield* Effect.gen(function* () {
        const [chain, contract] = yield* Effect.all([Chain, Contract.Contract])
        const before = yield* newest(stage)
        const known = yield* contract.stateAt(before)
        yield* inRequests(2, contract.attested([open], [], before))

        assert.strictEqual(yield* transact(stage, STRANGER, "contracts", "uploadCode", next.wasm, null, "Enforced"), "done")
        yield* stage.ok(OWNER, "setCode", { codeHash: next.hash })
        yield* stage.toBlock((yield* stage.block) + 2)
        const after = yield* newest(stage)
        const unknown = yield* contract.stateAt(after)
        assert.deepStrictEqual(asRead(unknown), asRead(known))
        const { majorities } = yield* inRequests(2, contract.attested([open], [], after))
        yield* stage.toBlock((yield* stage.block) + 1)
        yield* inRequests(2, contract.stateAt(yield* newest(stage)))
        assert.strictEqual(majorities.get(open)?.enrolled.toHex().slice(0, 2), "60")
        // Old blocks are still read by their own code.
        assert.deepStrictEqual(
          asRead(yield* contract.stateAt({ number: before.number - 1, hash: yield* chain.hashOf(before.number - 1) })),
          asRead(known)
        )
      }).pipe(Effect.provide(services(stage)))
    })
  )

  it.scopedLive("fails before the contract exists", () =>
    Effect.gen(function* () {
      const stage = yield* world()
      yield* Effect.gen(function* () {
        const [chain, contract] = yield* Effect.all([Chain, Contract.Contract])
        const early = { number: 1, hash: yield* chain.hashOf(1) }
        const error = yield* Effect.flip(contract.stateAt(early))
        assert.strictEqual(error._tag, "NoContract")
        assert.lengthOf(VALIDATORS, (yield* contract.stateAt(yield* newest(stage))).validators.length)
        assert.strictEqual((yield* Effect.flip(contract.stateAt(early)))._tag, "NoContract")
      }).pipe(Effect.provide(services(stage)))
    })
  )

  it.scopedLive("fails on an answer that lacks cells, which is no round without issues", () =>
    Effect.gen(function* () {
      const stage = yield* world()
      const short = yield* relay(stage.endpoint, {
        reply: (text) => {
          const { id, method } = JSON.parse(text) as { readonly id: number; readonly method: string }
          return method === "childstate_getStorageEntries" ? JSON.stringify({ jsonrpc: "2.0", id, result: [] }) : undefined
        },
        answer: (text) => text
      })
      yield* Effect.gen(function* () {
        const contract = yield* Contract.Contract
        const head = yield* newest(stage)
        assert.strictEqual((yield* Effect.flip(contract.stateAt(head)))._tag, "UnreadableContractData")
        assert.strictEqual((yield* Effect.flip(contract.paidWins(head)))._tag, "UnreadableContractData")
      }).pipe(Effect.provide(services(stage, short)))
    })
  )
})
