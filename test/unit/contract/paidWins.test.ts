/** The paid wins: which competitions are read, and which of their wins count. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { rewardsOfChampions } from "../../../src/consensus/rewardsOfChampions.ts"
import type { Competition, CompetitionStatus, Issue, IssueStatus } from "../../../src/contract-client/generated.ts"
import type { PaidWin } from "../../../src/domain/Competition.ts"
import type { Emission } from "../../../src/domain/Emission.ts"
import { Contract, type ReadError } from "../../../src/layers/chain/contract/Contract.ts"
import { ContractUnusable, NoContract } from "../../../src/layers/chain/contract/errors.ts"
import { NEWEST_COMPETITIONS, paidWinsAt } from "../../../src/layers/chain/contract/paidWins.ts"
import type { Source, WantedIds } from "../../../src/layers/chain/contract/Source.ts"
import { Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { competitor, hotkey } from "../../support/rules/world.ts"

const AT = { number: 36_000, hash: "0x36000" }

/** A competition of the miners 1 and 2, for an issue whose id is higher by 10,000. */
const competition = (id: number, status: CompetitionStatus): Competition => ({
  id,
  issue: 10_000 + id,
  round: 1,
  a: competitor(1),
  b: competitor(2),
  enrolled: `0x${"00".repeat(32)}`,
  skipped: `0x${"00".repeat(32)}`,
  startedAt: id,
  submissionsFrom: 1,
  deadline: 1,
  outcomeUntil: 1,
  challengePeriod: 12,
  collateral: 0n,
  slash: 0n,
  status
})

const issueOf = (competition: number, status: IssueStatus): Issue => ({
  id: 10_000 + competition,
  repository: "acme/widgets",
  number: competition,
  bounty: 1n,
  funded: 1n,
  status,
  registeredAt: 1,
  attempts: 0,
  competition
})

const wonBy = (winner: 0 | 1, at = 5): CompetitionStatus => ({ _tag: "Won", winner, pullRequest: 1, at })

const contractWith = (count: number, competitions: ReadonlyArray<Competition>, issues: ReadonlyArray<Issue>) => {
  const asked: Array<WantedIds> = []
  const source = {
    head: (guess: WantedIds) => {
      asked.push(guess)
      return Effect.succeed({ head: { competitionCount: count }, found: { issues: [], competitions: [] } })
    },
    more: (wanted: WantedIds) => {
      asked.push(wanted)
      return Effect.succeed({
        issues: issues.filter(({ id }) => wanted.issues.includes(id)),
        competitions: competitions.filter(({ id }) => wanted.competitions.includes(id))
      })
    }
  }
  return { source: source as unknown as Source, asked }
}

describe("paid wins", () => {
  it.effect("are those whose issue is paid, with the winner's hotkey and the block in which it was settled", () =>
    Effect.gen(function* () {
      const { source } = contractWith(
        6,
        [
          competition(1, wonBy(0, 40)),
          competition(2, wonBy(1, 30)),
          competition(3, wonBy(0)),
          competition(4, { _tag: "Void", reason: { _tag: "NotPlanned" }, at: 9 }),
          competition(5, { _tag: "Unsolved", at: 9, slashA: true, slashB: true }),
          competition(6, { _tag: "Running" })
        ],
        [
          issueOf(1, { _tag: "Paid" }),
          issueOf(2, { _tag: "Paid" }),
          issueOf(3, { _tag: "Solved" }),
          issueOf(4, { _tag: "Cancelled", value: { _tag: "NotPlanned" } })
        ]
      )
      assert.deepStrictEqual(yield* paidWinsAt(source, AT), [
        { competition: 1, hotkey: hotkey(1), wonAt: 40 },
        { competition: 2, hotkey: hotkey(2), wonAt: 30 }
      ])
    })
  )

  it.effect("are looked for in the newest thousand competitions, and in no more issues than were won", () =>
    Effect.gen(function* () {
      const all = Array.from({ length: 1_203 }, (_, index) => competition(index + 1, wonBy(0)))
      const { source, asked } = contractWith(
        1_203,
        all.map((one) => ([203, 204, 1_203].includes(one.id) ? one : { ...one, status: { _tag: "Running" } })),
        [203, 204, 1_203].map((id) => issueOf(id, { _tag: "Paid" }))
      )
      assert.strictEqual(NEWEST_COMPETITIONS, 1_000)
      assert.deepStrictEqual(
        (yield* paidWinsAt(source, AT)).map((win) => win.competition),
        [204, 1_203]
      )
      assert.deepStrictEqual(
        asked.map(({ issues, competitions }) => [issues.length, competitions.length, Math.min(...competitions)]),
        [
          [0, 0, Number.POSITIVE_INFINITY],
          [0, 1_000, 204],
          [2, 0, Number.POSITIVE_INFINITY]
        ]
      )
    })
  )

  it.effect("are none without a competition", () =>
    Effect.gen(function* () {
      const { source, asked } = contractWith(0, [], [])
      assert.deepStrictEqual(yield* paidWinsAt(source, AT), [])
      assert.lengthOf(asked, 1)
    })
  )
})

const EPOCH = { index: 100, firstBlock: AT.number }

const neuron = (uid: number, of = uid) => ({
  ...competitor(of),
  uid,
  stake: 0n,
  validatorPermit: false,
  axon: null,
  lastUpdate: 0,
  registeredAt: 1
})

const emissionOf = (share: number): Emission => ({ version: 1, pools: { champions: { kind: "champions", share } } })

/** The champions' rewards with these answers of the contract at the epoch's first block. When weights are set, another hotkey holds UID 2. */
const rewards = (wins: Effect.Effect<ReadonlyArray<PaidWin>, ReadError>, emission = emissionOf(0.05)) => {
  const first = { netuid: 74, block: AT.number, neurons: [neuron(0), neuron(1), neuron(2)] }
  const services = Layer.mergeAll(
    Layer.succeed(Chain, silentChain({ hashOf: (number) => Effect.succeed(`0x${number}`) })),
    Layer.mock(Contract, {
      address: hotkey(99),
      encode: () => "0x",
      paidWins: (at) => {
        assert.deepStrictEqual(at, AT)
        return wins
      }
    }),
    Layer.mock(Subnet, {
      netuid: 74,
      metagraph: (at) => {
        assert.deepStrictEqual(at, AT)
        return Effect.succeed(first)
      }
    })
  )
  const now = { netuid: 74, block: AT.number + 200, neurons: [neuron(0), neuron(1), neuron(2, 3)] }
  return Effect.provide(rewardsOfChampions(EPOCH, now, emission), services)
}

describe("the champions' rewards of an epoch", () => {
  const wins = Effect.succeed([
    { competition: 1, hotkey: hotkey(1), wonAt: 40 },
    { competition: 2, hotkey: hotkey(2), wonAt: 50 }
  ])

  it.effect("follow from the contract and the subnet at its first block, without a UID that changed hands since", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual([...(yield* rewards(wins))], [[1, 266_667]])
    })
  )

  it.effect("are nobody's where the roster gives them no share, and nothing is read then", () =>
    Effect.gen(function* () {
      const unread = Effect.dieMessage("the contract was read")
      assert.strictEqual((yield* rewards(unread, emissionOf(0))).size, 0)
      assert.strictEqual((yield* rewards(unread, { version: 1, pools: {} })).size, 0)
    })
  )

  it.effect("are nobody's before the contract exists, and unknown where the node does not tell", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* rewards(new NoContract({ address: "5…", call: "storage" }))).size, 0)
      const other = new ContractUnusable({ address: "5…", call: "storage", reason: "it runs other code" })
      assert.strictEqual((yield* Effect.flip(rewards(other)))._tag, "ContractUnusable")
      const silent = new ChainUnavailable({ endpoint: "test", operation: "cells", reason: "State already discarded" })
      assert.strictEqual((yield* Effect.flip(rewards(silent)))._tag, "ChainUnavailable")
    })
  )
})
