/** On a subnet that accepts only timelocked weights, consensus weights are the same, committed instead of set. */

import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Logger, Option, Redacted } from "effect"
import * as WeightMode from "../../../src/consensus/WeightMode.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import type { Metagraph } from "../../../src/domain/Metagraph.ts"
import type { Settlement } from "../../../src/domain/Settlement.ts"
import { OpenEpoch } from "../../../src/layers/chain/axon/reports/OpenEpoch.ts"
import { PeerReports } from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { keyPairOf } from "../../../src/layers/chain/wallet/secretUri.ts"
import { GitHubAccounts } from "../../../src/layers/github/accounts/GitHubAccounts.ts"
import { Challenges } from "../../../src/layers/storage/dataFolder/Challenges.ts"
import { Divergences } from "../../../src/layers/storage/dataFolder/Divergences.ts"
import { Equivocations } from "../../../src/layers/storage/dataFolder/Equivocations.ts"
import { Openings } from "../../../src/layers/storage/dataFolder/Openings.ts"
import { PeerArchive } from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import { Reports } from "../../../src/layers/storage/dataFolder/Reports.ts"
import { Settlements } from "../../../src/layers/storage/dataFolder/Settlements.ts"
import * as Concerns from "../../../src/roles/validator/Concerns.ts"
import * as Weights from "../../../src/roles/validator/loops/weights.ts"
import { type EpochWeights, Sender } from "../../../src/roles/validator/Sender.ts"
import * as ContributionScoring from "../../../src/scoring/oss_contributions/ContributionScoring.ts"
import * as Rosters from "../../../src/scoring/rosters/Rosters.ts"
import { silentChain } from "../../support/github/silentChain.ts"
import { hotkey as keyNumber } from "../../support/rules/world.ts"

const TEMPO = 360
const EPOCH = { index: 100, firstBlock: 36_000 }
const SETTLING = EPOCH.firstBlock + 200
const TREASURY = keyNumber(7)

/** The weights loop's transactions in the epoch, over three of its blocks. */
const sentWith = (commitReveal: boolean) =>
  Effect.gen(function* () {
    const key = yield* keyPairOf(Redacted.make("//Validator1"))
    const addresses = [keyNumber(6), key.address, TREASURY, keyNumber(8), keyNumber(9)]
    const metagraph = (block: number): Metagraph => ({
      netuid: 74,
      block,
      neurons: addresses.map((address, uid) => ({
        uid,
        hotkey: address,
        coldkey: keyNumber(50 + uid),
        stake: 1n,
        validatorPermit: uid === 1,
        axon: null,
        lastUpdate: 0,
        registeredAt: 0
      }))
    })
    const settlement: Settlement = {
      format: "gittensor/settlement/v1",
      epoch: EPOCH.index,
      block: EPOCH.firstBlock,
      roster: unsignedRosterOf(defaultRoster).sha256,
      voters: [],
      quorum: true,
      previous: null,
      cells: [70_000_000, 30_000_000].map((net, index) => ({
        uid: 3 + index,
        hotkey: addresses[3 + index] ?? TREASURY,
        repository: (Object.keys(defaultRoster.repositories)[0] ?? "").toLowerCase(),
        side: "author" as const,
        net,
        full: net,
        measuredIn: EPOCH.index
      })),
      repositories: []
    }
    const sent: Array<EpochWeights> = []
    let tempo = TEMPO
    const services = Layer.mergeAll(
      WeightMode.layerTakingPart({ sets: true, rescoredRecords: 0 }).pipe(
        Layer.provide([
          Layer.mock(Settlements, { read: () => Effect.succeed(settlement) }),
          Layer.mock(OpenEpoch, {}),
          Layer.mock(PeerReports, {}),
          Layer.mock(PeerArchive, {}),
          Layer.mock(Equivocations, {}),
          Layer.mock(Challenges, {}),
          Layer.mock(Openings, {}),
          Layer.mock(Divergences, {})
        ])
      ),
      Layer.mock(Subnet, {
        netuid: 74,
        metagraph: ({ number }) => Effect.succeed(metagraph(number)),
        weightRules: () =>
          Effect.succeed({
            tempo,
            rateLimit: 100,
            commitReveal,
            mechanisms: 1,
            minimumWeights: 1,
            maximumShare: 65_535,
            versionKey: 0n
          }),
        epochAt: () => Effect.succeed(EPOCH)
      }),
      Layer.mock(Contract, {
        address: keyNumber(5),
        encode: () => "0x",
        // Another treasury later.
        read: (_name, _args, at) => Effect.succeed({ treasuryHotkey: at?.number === SETTLING ? TREASURY : keyNumber(3) } as never),
        stateAt: () =>
          Effect.succeed({
            config: { roundLength: 300, attestBlocks: 50 },
            validators: [],
            liveIssues: [],
            competitions: new Map()
          } as never)
      }),
      Layer.mock(Sender, {
        setWeights: (weights, head) =>
          Effect.sync(() => {
            sent.push(weights)
            return Option.some(head)
          })
      }),
      Concerns.layer,
      ContributionScoring.layerDisabled("a test"),
      Rosters.layerBuiltIn,
      Layer.mock(Reports, {}),
      Layer.mock(GitHubAccounts, {}),
      Layer.succeed(Chain, silentChain({ hashOf: (block) => Effect.succeed(`0x${block}`) })),
      Logger.remove(Logger.defaultLogger)
    )
    yield* Effect.gen(function* () {
      const step = yield* Weights.make(key)
      for (const number of [SETTLING - 1, SETTLING + 3, SETTLING + 60]) yield* step({ number, hash: `0x${number}` })
      const before = sent.length
      tempo = TEMPO / 2
      yield* step({ number: SETTLING + 70, hash: "0x70" })
      assert.strictEqual(sent.length, before + 1, "another tempo moves the next epoch")
      sent.pop()
    }).pipe(Effect.provide(services))
    return sent
  })

describe("weights by consensus", () => {
  it.scoped("are sent once, from E + D2 on, and committed where the subnet wants them timelocked", () =>
    Effect.gen(function* () {
      const [set, committed] = [yield* sentWith(false), yield* sentWith(true)]
      const [one = assert.fail(), ...more] = set
      assert.lengthOf(more, 0)
      assert.strictEqual(one.epoch, EPOCH.index)
      assert.isFalse(one.commitReveal)
      assert.include(one.weights.uids, 2, "the treasury of E + D2")
      const [third = 0, fourth = 0] = [3, 4].map((uid) => one.weights.values[one.weights.uids.indexOf(uid)] ?? 0)
      assert.isAbove(fourth, 0)
      assert.approximately(third / fourth, 7 / 3, 0.001)
      assert.deepStrictEqual(committed, [{ ...one, commitReveal: true }])
    })
  )
})
