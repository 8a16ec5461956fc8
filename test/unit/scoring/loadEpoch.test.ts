/** An epoch is measured as of its first block, also when the node has pruned that block's state. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger } from "effect"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import * as GitHubLink from "../../../src/domain/GitHubLink.ts"
import type { Metagraph, Neuron } from "../../../src/domain/Metagraph.ts"
import { type BlockReference, Chain, ChainUnavailable } from "../../../src/layers/chain/node/Chain.ts"
import * as Roster from "../../../src/layers/chain/roster/Roster.ts"
import { type Commitment, Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { GitHubAccounts } from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { Contributions, GitHubUnavailable, type RoundRequest } from "../../../src/layers/github/contributions/Contributions.ts"
import { loadEpoch } from "../../../src/scoring/oss_contributions/load/loadEpoch.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { hotkey } from "../../support/rules/world.ts"

const [FIRST, HEAD]: readonly [BlockReference, BlockReference] = [
  { number: 360, hash: "0x360" },
  { number: 700, hash: "0x700" }
]
const EPOCH = { index: 1, firstBlock: FIRST.number, tempo: 360, head: HEAD }
/** 1 August 2026, in milliseconds. */
const THEN = Date.UTC(2026, 7, 1)

interface Entry {
  readonly uid: number
  readonly key?: number
  readonly registeredAt?: number
  /** Its GitHub account, and the block of its commitment. */
  readonly account?: number
  readonly committedAt?: number
}

const neuron = ({ uid, key = uid, registeredAt = 1 }: Entry): Neuron => ({
  uid,
  hotkey: hotkey(key),
  coldkey: hotkey(key),
  stake: 0n,
  validatorPermit: false,
  axon: null,
  lastUpdate: 0,
  registeredAt
})

const metagraphOf = (block: number, entries: ReadonlyArray<Entry>): Metagraph => ({ netuid: 74, block, neurons: entries.map(neuron) })

/** The chain's state at the epoch's first block and at its head. */
interface World {
  readonly atFirst: ReadonlyArray<Entry>
  readonly atHead: ReadonlyArray<Entry>
  readonly pruned?: boolean
  /** Hotkeys of UIDs whose gists GitHub does not serve. */
  readonly silent?: ReadonlyArray<number>
  readonly gitHubDown?: boolean
}

const load = ({ atFirst, atHead, pruned = false, silent = [], gitHubDown = false }: World) =>
  Effect.gen(function* () {
    const requests: Array<RoundRequest> = []
    const at = (block: BlockReference): Effect.Effect<ReadonlyArray<Entry>, ChainUnavailable> => {
      if (block.hash === HEAD.hash) return Effect.succeed(atHead)
      assert.deepStrictEqual(block, FIRST)
      if (!pruned) return Effect.succeed(atFirst)
      return Effect.fail(
        new ChainUnavailable({
          endpoint: "test",
          operation: "neurons",
          reason: "4003: Client error: UnknownBlock: State already discarded"
        })
      )
    }
    const services = Layer.mergeAll(
      Layer.succeed(
        Chain,
        silentChain({
          hashOf: (block) => Effect.succeed(block === FIRST.number ? FIRST.hash : "0xother"),
          timeAt: (hash) => Effect.succeed(hash === FIRST.hash ? THEN : 0)
        })
      ),
      Layer.mock(Subnet, {
        netuid: 74,
        metagraph: (block) => Effect.map(at(block), (entries) => metagraphOf(block.number, entries)),
        commitments: (block, hotkeys) =>
          Effect.map(at(block), (entries) =>
            entries.flatMap(({ uid, key = uid, account, committedAt = 2 }): ReadonlyArray<Commitment> => {
              return account !== undefined && hotkeys.includes(hotkey(key))
                ? [{ account: hotkey(key), block: committedAt, fields: [] }]
                : []
            })
          )
      }),
      Layer.mock(GitHubAccounts, {
        linkedAt: (block, metagraph) =>
          Effect.map(at(block), (entries) => {
            const asked = new Set(metagraph?.neurons.map((one) => one.hotkey))
            const linked = entries.filter(({ uid, key = uid, account }) => account !== undefined && asked.has(hotkey(key)))
            const isSilent = ({ uid }: Entry) => silent.includes(uid)
            return {
              accounts: new Map(
                linked.flatMap(
                  (one): ReadonlyArray<readonly [AccountAddress, number]> =>
                    isSilent(one) ? [] : [[hotkey(one.key ?? one.uid), GitHubLink.GitHubAccountId.make(one.account ?? 0)]]
                )
              ),
              unknown: new Set(linked.filter(isSilent).map(({ uid, key = uid }) => hotkey(key))),
              unseen: new Set<AccountAddress>(),
              refused: new Map()
            }
          })
      }),
      Layer.mock(Contributions, {
        load: (request) => {
          requests.push(request)
          if (gitHubDown) return Effect.fail(new GitHubUnavailable({ operation: "lists", why: "502" }))
          const record = {
            now: request.now,
            repos: request.repositories,
            uids: request.uids,
            pulls: {},
            issues: {},
            files: {},
            maintainer_uids_by_repo: {}
          }
          return Effect.succeed({ record, missing: [], gone: [], names: {} })
        }
      }),
      Roster.layerBuiltIn,
      Logger.remove(Logger.defaultLogger)
    )
    const loaded = yield* loadEpoch(metagraphOf(HEAD.number, atHead), EPOCH).pipe(Effect.provide(services))
    return { ...loaded, requests }
  })

const before: ReadonlyArray<Entry> = [
  { uid: 0 },
  { uid: 1, account: 100 },
  { uid: 2, account: 200 },
  { uid: 3, account: 300 },
  { uid: 4, account: 400 }
]
/** Since then UID 2 has changed hands, the hotkey of UID 3 has linked another account, and UID 5 is new. */
const after: ReadonlyArray<Entry> = [
  { uid: 0 },
  { uid: 1, account: 100 },
  { uid: 2, key: 22, registeredAt: 361, account: 222, committedAt: 400 },
  { uid: 3, account: 333, committedAt: 500 },
  { uid: 4, account: 400, committedAt: 360, registeredAt: 360 },
  { uid: 5, registeredAt: 600 }
]

describe("an epoch that is loaded late", () => {
  it.effect("has the neurons, links and time of its first block", () =>
    Effect.gen(function* () {
      const { record, hotkeys, unanswered, pruned, requests } = yield* load({ atFirst: before, atHead: after })
      assert.deepStrictEqual(record.uids, { "0": null, "1": "100", "2": "200", "3": "300", "4": "400" })
      assert.deepStrictEqual(
        [...hotkeys],
        before.map(({ uid }) => [uid, hotkey(uid)])
      )
      assert.deepStrictEqual([unanswered.size, pruned.size], [0, 0])
      assert.deepStrictEqual(
        requests.map(({ now, uids }) => [now, uids]),
        [[THEN * 1_000, record.uids]]
      )
    })
  )

  it.effect("on a node that has pruned that block, measures those of whom the head still tells, and of the others says why not", () =>
    Effect.gen(function* () {
      const { record, hotkeys, unanswered, pruned } = yield* load({ atFirst: before, atHead: after, pruned: true })
      assert.deepStrictEqual(record.uids, { "0": null, "1": "100", "2": null, "3": null, "4": "400", "5": null })
      assert.deepStrictEqual(
        [...hotkeys],
        after.map(({ uid, key = uid }) => [uid, hotkey(key)])
      )
      assert.strictEqual(unanswered.size, 0)
      assert.deepStrictEqual(
        [...pruned],
        [
          [hotkey(22), "it registered after block 360, whose state the node has pruned"],
          [hotkey(3), "its commitment is newer than block 360, whose state the node has pruned"],
          [hotkey(5), "it registered after block 360, whose state the node has pruned"]
        ]
      )
      assert.strictEqual(record.now, THEN * 1_000)
    })
  )

  it.effect("names links that GitHub does not prove, and evidence that GitHub does not give", () =>
    Effect.gen(function* () {
      for (const pruned of [false, true]) {
        const { record, unanswered, missing } = yield* load({ atFirst: before, atHead: after, pruned, silent: [1], gitHubDown: true })
        assert.deepStrictEqual([...unanswered], [[hotkey(1), "its GitHub account could not be checked"]])
        assert.isNull(record.uids["1"])
        assert.isAbove(missing.length, 0)
      }
    })
  )

  it.effect("fails when the chain does not answer", () =>
    Effect.gen(function* () {
      const down = Layer.mock(Subnet, {
        netuid: 74,
        metagraph: () => Effect.fail(new ChainUnavailable({ endpoint: "test", operation: "neurons", reason: "timeout" }))
      })
      const services = Layer.mergeAll(
        down,
        Layer.succeed(Chain, silentChain({ hashOf: () => Effect.succeed(FIRST.hash), timeAt: () => Effect.succeed(THEN) })),
        Layer.mock(GitHubAccounts, {}),
        Layer.mock(Contributions, {}),
        Roster.layerBuiltIn
      )
      const error = yield* loadEpoch(metagraphOf(HEAD.number, after), EPOCH).pipe(Effect.provide(services), Effect.flip)
      assert.strictEqual(error._tag, "ChainUnavailable")
    })
  )
})
