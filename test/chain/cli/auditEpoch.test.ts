/** `gittensor audit --epoch`: three validators' reports and weights on a dev chain, first honest ones, then dishonest ones. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it, layer } from "@effect/vitest"
import { blake2AsHex } from "@polkadot/util-crypto"
import { Effect, Layer, Option, Schema } from "effect"
import * as Weighing from "../../../src/cli/shared/weighing.ts"
import { makeConsensusRefresh } from "../../../src/dashboard/indexer/refresh/consensus/consensus.ts"
import { fromPublicKey } from "../../../src/domain/Account.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { RosterDocument } from "../../../src/domain/Roster.ts"
import * as PeerReports from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { pastEpoch } from "../../../src/layers/chain/subnet/pastEpoch.ts"
import * as Subnet from "../../../src/layers/chain/subnet/Subnet.ts"
import { eventually, fails, folder, jsonOf, run } from "../../support/cli/support.ts"
import {
  audit,
  blocksUntil,
  commit,
  committedBy,
  DUE,
  decode,
  epochReportedBy,
  honestEpoch,
  type Name,
  newest,
  nextEpoch,
  pathOf,
  reportedEpoch,
  reportOf,
  Scene,
  sceneLayer,
  seeEachOther,
  setWeights,
  TEMPO,
  untilFinal,
  VALIDATORS
} from "../../support/consensus/auditedChain.ts"
import { variants } from "../../support/database/support.ts"
import { ask as askNode, devChain } from "../../support/devnet/support.ts"
import { netuid } from "../../support/runtime/support.ts"

layer(sceneLayer, { excludeTestServices: true })("gittensor audit --epoch", (it) => {
  it.scoped("finds nothing where all are honest, and each fault where somebody is not", () =>
    Effect.gen(function* () {
      const { axons, keys, stage } = yield* Scene
      const first = yield* honestEpoch
      const second = yield* honestEpoch

      const early = yield* audit(second.index)
      assert.deepStrictEqual([early.code, early.stderr], [0, ""], "the epoch is not over, but weights are set")

      const third = yield* nextEpoch
      for (const epoch of [first, second]) {
        const found = decode(jsonOf(yield* audit(epoch.index, "--json")))
        assert.deepStrictEqual(found.findings, [])
        assert.deepStrictEqual([found.epoch, found.block, found.quorum], [epoch.index, epoch.firstBlock, true])
        assert.deepStrictEqual(found.weights, { uids: [4, 5], values: DUE })
        // The owner's hotkey has a permit and no stake.
        assert.deepStrictEqual(
          found.reports.map(({ report, givers }) => [report !== null, givers.length]),
          found.reports.map(({ hotkey }) => (hotkey === stage.address("OwnerHot") ? [false, 0] : [true, 2]))
        )
        assert.deepStrictEqual(
          found.cells.map(({ uid, net }) => [uid, net]),
          [
            [4, 600_000],
            [5, 400_000]
          ]
        )
      }

      // Another report of Hot1 is served only to some. An audit normally asks two axons, but all axons about a validator that is named.
      const hotkey = keys.Hot1.address
      const inTurn = VALIDATORS.toSorted((left, right) => (stage.address(left) < stage.address(right) ? -1 : 1))
      const last = inTurn[(inTurn.indexOf("Hot1") + 2) % 3] ?? "Hot1"
      const [path, shown] = [pathOf(second.index, keys.Hot1), axons.Hot1.get(pathOf(second.index)) ?? ""]
      axons[last].set(path, (yield* reportOf("Hot1", second, "0.1.1")).text)
      assert.deepStrictEqual(decode(jsonOf(yield* audit(second.index, "--json"))).findings, [])
      const named = yield* audit(second.index, "--json", "--validator", hotkey)
      const [doubled] = decode(JSON.parse(named.stdout)).findings
      assert.deepStrictEqual([named.code, doubled?.kind, doubled?.validator], [1, "equivocation", String(hotkey)])
      axons[last].set(path, shown)

      // Hot1 breaks its chain of hashes, Hot2 serves another report to one requester, Hot3 does not set the agreed weights.
      const [one, two, three] = yield* Effect.all([reportOf("Hot1", third), reportOf("Hot2", third), reportOf("Hot3", third)])
      yield* commit("Hot1", third.index, one.hash, "cd".repeat(32))
      yield* commit("Hot2", third.index, two.hash, yield* committedBy("Hot2"))
      yield* commit("Hot3", third.index, three.hash, yield* committedBy("Hot3"))
      axons.Hot1.set(pathOf(third.index), one.text)
      axons.Hot2.set(pathOf(third.index), two.text)
      axons.Hot3.set(pathOf(third.index), three.text)
      const other = yield* reportOf("Hot2", third, "0.1.1")
      axons.Hot1.set(pathOf(third.index, keys.Hot2), other.text)
      axons.Hot3.set(pathOf(third.index, keys.Hot2), other.text)
      yield* seeEachOther(VALIDATORS, third)
      fails(yield* audit(third.index), 1, `epoch ${third.index} can be audited from block ${third.blocks.settling} on`)
      yield* blocksUntil(third.blocks.settling)
      yield* setWeights("Hot1", DUE)
      yield* setWeights("Hot2", DUE)
      yield* setWeights("Hot3", [1, 65_535])
      yield* nextEpoch
      const outcome = yield* audit(third.index, "--json")
      assert.strictEqual(outcome.code, 1)
      assert.strictEqual(outcome.stderr, "gittensor: 2 findings\n")
      const found = decode(JSON.parse(outcome.stdout))
      const wrong = found.findings.filter(({ severity }) => severity === "wrong")
      assert.deepStrictEqual(
        wrong.map(({ kind, validator }) => [kind, validator]),
        [
          ["equivocation", stage.address("Hot2")],
          ["weights differ", stage.address("Hot3")]
        ]
      )
      const text = yield* audit(third.index, "--validator", stage.address("Hot3"))
      assert.deepStrictEqual([text.code, text.stderr], [1, "gittensor: 1 finding\n"])
      assert.include(
        text.stdout,
        `✗ weights differ: ${stage.address("Hot3")}: its weights do not follow from the reports: UID 4 has 1 instead`
      )
      assert.notInclude(text.stdout, "equivocation")
      fails(yield* audit(third.index, "--validator", stage.address("Hot5")), 1, "was not an active validator with a permit")
    })
  )

  it.scoped("says what it lacks, and what there is not", () =>
    Effect.gen(function* () {
      const { index } = yield* newest
      fails(yield* audit(index + 5), 1, `epoch ${index + 5} of subnet ${netuid} has not begun: the newest is ${index}`)
      const builtIn = join(yield* folder, "roster.json")
      writeFileSync(builtIn, JSON.stringify(Schema.encodeSync(RosterDocument)(defaultRoster)))
      const other = decode(jsonOf(yield* audit(index - 2, "--json", "--roster", builtIn)))
      assert.isNull(other.weights)
      assert.deepStrictEqual(
        other.findings.map(({ kind }) => kind),
        ["weights not compared"]
      )
      assert.match(other.findings[0]?.text ?? "", /give the one in force with --roster/)
    })
  )

  it.scoped("takes weights that are held for held, and no others", () =>
    Effect.gen(function* () {
      const { stage } = yield* Scene
      const findings = (epoch: number) =>
        Effect.map(audit(epoch, "--json"), ({ stdout }) =>
          decode(JSON.parse(stdout)).findings.flatMap(({ kind, validator }) =>
            /weights/.test(kind) ? [[kind, VALIDATORS.find((name) => stage.address(name) === validator)]] : []
          )
        )
      yield* honestEpoch
      assert.strictEqual(yield* stage.sudo("adminUtils", "sudoSetActivityCutoff", netuid, TEMPO + 20), "done")
      // Hot3 is cut off. Its weights would expire in the next epoch, so it sends them again.
      const split = yield* epochReportedBy(VALIDATORS, [800_000, 200_000])
      yield* setWeights("Hot1", [65_535, 16_384])
      yield* setWeights("Hot2", [65_535, 16_384])
      yield* setWeights("Hot3", DUE)
      assert.deepStrictEqual(yield* findings(split.index), [["weights held", "Hot3"]])
      // Two validators are not a quorum. One of them holds its weights, and the other does not.
      const few = yield* epochReportedBy(["Hot2", "Hot3"])
      yield* setWeights("Hot2", [65_535, 16_384])
      yield* setWeights("Hot3", [1, 65_535])
      assert.deepStrictEqual(yield* findings(few.index), [["weights not held", "Hot3"]])
      // Weights need not be sent again while they still count on chain.
      assert.strictEqual(yield* stage.sudo("adminUtils", "sudoSetActivityCutoff", netuid, 5_000), "done")
      const again = yield* reportedEpoch
      yield* setWeights("Hot1", DUE)
      yield* setWeights("Hot3", [1, 65_535])
      assert.deepStrictEqual(yield* findings(again.index), [
        ["no weights", "Hot2"],
        ["weights differ", "Hot3"]
      ])
    })
  )

  it.scoped("compares weights that are committed once they are revealed", () =>
    Effect.gen(function* () {
      const { stage } = yield* Scene
      const { api, address, attempt, sudo } = stage
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, true), "done")
      const { index } = yield* reportedEpoch
      const salt = [7, 8]
      const contents = (name: Name, values: ReadonlyArray<number>) => {
        const content = [address(name), netuid, [4, 5], values, salt, 0]
        return blake2AsHex(api.createType("(AccountId, u16, Vec<u16>, Vec<u16>, Vec<u16>, u64)", content).toU8a())
      }
      // The chain cannot decrypt these, because it has no pulses of the beacon.
      assert.strictEqual(yield* attempt("Hot1", "subtensorModule", "commitTimelockedWeights", netuid, "0x0102", 5, 4), "done")
      assert.strictEqual(yield* attempt("Hot2", "subtensorModule", "commitWeights", netuid, contents("Hot2", DUE)), "done")
      assert.strictEqual(yield* attempt("Hot3", "subtensorModule", "commitWeights", netuid, contents("Hot3", [1, 65_535])), "done")
      const findings = Effect.map(audit(index, "--json"), ({ stdout }) =>
        decode(JSON.parse(stdout)).findings.map(({ kind, validator }) => [kind, VALIDATORS.find((name) => address(name) === validator)])
      )
      const hidden = VALIDATORS.map((name) => ["weights not revealed", name])
      assert.deepStrictEqual(yield* findings, hidden)
      const next = yield* nextEpoch
      const reveal = (name: Name, values: ReadonlyArray<number>) =>
        attempt(name, "subtensorModule", "revealWeights", netuid, [4, 5], values, salt, 0)
      assert.strictEqual(yield* reveal("Hot2", DUE), "done")
      assert.strictEqual(yield* reveal("Hot3", [1, 65_535]), "done")
      const revealed = [
        ["weights not revealed", "Hot1"],
        ["weights differ", "Hot3"]
      ]
      assert.deepStrictEqual(yield* findings, revealed)
      assert.strictEqual((yield* nextEpoch).index, next.index + 1)
      assert.deepStrictEqual(yield* findings, revealed)
      assert.strictEqual(yield* sudo("adminUtils", "sudoSetCommitRevealWeightsEnabled", netuid, false), "done")
    })
  )

  it.scoped("is what the index finds: when reports are counted, when the epoch is over, and some epochs back", () =>
    Effect.gen(function* () {
      const { keys, rosterFile } = yield* Scene
      const chain = yield* Chain
      const services = Layer.mergeAll(
        PeerReports.layer,
        Weighing.layer(Option.some({ _tag: "Path", path: rosterFile })),
        variants[0]?.layer ?? Layer.die("no database")
      )
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        const refresh = yield* makeConsensusRefresh(Weighing.withoutContract)
        const pass = Effect.zipRight(
          untilFinal,
          Effect.flatMap(chain.finalisedHead, (head) => refresh(head, 0, 4))
        )
        const seen = (epoch: number) =>
          Effect.map(
            sql`SELECT e.looks, e.ended_at IS NOT NULL AS over, e.next_look, (SELECT count(*) FROM consensus_voters v WHERE v.epoch = e.epoch AND v.report IS NOT NULL) AS reports,
              (SELECT count(*) FROM consensus_voters v WHERE v.epoch = e.epoch AND v.as_expected) AS alike FROM consensus_epochs e WHERE e.epoch = ${epoch}`,
            ([row]) => row
          )
        const past = yield* honestEpoch
        const { index, firstBlock } = yield* reportedEpoch
        assert.isAtLeast(yield* pass, 2)
        assert.deepStrictEqual(yield* seen(past.index), { looks: 1, over: true, next_look: null, reports: 3, alike: 3 })
        const counted = { looks: 1, over: false, next_look: firstBlock + TEMPO, reports: 3, alike: 0 }
        assert.deepStrictEqual(yield* seen(index), counted)
        for (const name of VALIDATORS) yield* setWeights(name, DUE)
        while ((yield* pass) > 0);
        assert.deepStrictEqual(yield* seen(index), counted)
        const oldest = yield* sql`SELECT count(*) AS epochs, min(epoch) AS first FROM consensus_epochs`
        assert.deepStrictEqual(oldest, [{ epochs: index - Number(oldest[0]?.first) + 1, first: oldest[0]?.first }])

        // The epoch is over. The axons are down by now, but served reports are still stored.
        yield* nextEpoch
        const { axons } = yield* Scene
        const served = VALIDATORS.map((name) => new Map(axons[name]))
        for (const name of VALIDATORS) axons[name].clear()
        assert.strictEqual(yield* pass, 1)
        assert.deepStrictEqual(yield* seen(index), { ...counted, looks: 2, over: true, next_look: null, alike: 3 })
        for (const [place, name] of VALIDATORS.entries()) for (const [path, text] of served[place] ?? []) axons[name].set(path, text)

        // A report that no axon serves is requested again, and counts once one serves it.
        const late = yield* nextEpoch
        const { hash, text } = yield* reportOf("Hot1", late)
        yield* commit("Hot1", late.index, hash, yield* committedBy("Hot1"))
        yield* commit("Hot2", late.index, (yield* reportOf("Hot2", late)).hash, yield* committedBy("Hot2"))
        yield* seeEachOther(["Hot1", "Hot2"], late)
        yield* blocksUntil(late.blocks.settling)
        assert.isAtLeast(yield* pass, 1)
        const reason = Effect.map(
          sql`SELECT reason FROM consensus_voters WHERE epoch = ${late.index} AND hotkey = ${keys.Hot1.address}`,
          ([row]) => row?.reason
        )
        assert.strictEqual(yield* reason, "no report")
        axons.Hot2.set(pathOf(late.index, keys.Hot1), text)
        yield* blocksUntil(late.blocks.settling + 50)
        assert.isAtLeast(yield* pass, 1)
        assert.isNull(yield* reason)
      }).pipe(Effect.provide(services))
    })
  )

  it.scoped("finds every epoch's first block, whatever the tempo was", () =>
    Effect.gen(function* () {
      const { stage } = yield* Scene
      const [chain, subnet] = yield* Effect.all([Chain, Subnet.Subnet])
      for (const tempo of [7, 100, 13]) {
        assert.strictEqual(yield* stage.sudo("adminUtils", "sudoSetTempo", netuid, tempo), "done")
        yield* stage.blocks(tempo + 3)
      }
      yield* untilFinal
      const head = yield* chain.finalisedHead
      const seen = new Map<number, number>()
      for (let number = head.number; number >= 0; number--) {
        const { index, firstBlock } = yield* subnet.epochAt({ number, hash: yield* chain.hashOf(number) })
        seen.set(index, firstBlock)
      }
      assert.isAbove(seen.size, 5)
      for (const [index, firstBlock] of seen) assert.deepStrictEqual(yield* pastEpoch(index, head), { index, firstBlock })
    })
  )
})

describe("gittensor audit --epoch of an ordinary node", () => {
  it.scopedLive("asks for an archive node when the epoch is pruned", () =>
    Effect.gen(function* () {
      const owner = fromPublicKey(new Uint8Array(32).fill(0xaa, 1))
      const subnets = [{ netuid, ownerHotkey: owner, ownerColdkey: owner, tempo: 20, alphaEmissionPerBlock: 0 }]
      const { endpoint, port, chain } = yield* devChain({
        blockTime: "manual",
        retention: 10,
        genesis: { subtensorModule: { subnets } }
      })
      yield* askNode(port, "dev_fastForward", 100)
      yield* eventually(
        "the blocks to be final",
        Effect.sync(() => (chain.finalized().number >= 100 ? true : undefined))
      )
      const outcome = yield* run(["audit", "--epoch", "2", "--endpoint", endpoint, "--netuid", String(netuid)])
      fails(outcome, 1, "has pruned blocks that the audit of epoch 2 needs: give --endpoint the address of an archive node")
    })
  )
})
