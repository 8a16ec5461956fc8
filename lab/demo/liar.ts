/**
 * A cheating validator: each epoch it claims the whole pool for itself, signs two different reports, and serves first one, then the other. The other
 * validators detect the equivocation, and neither report counts.
 */
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServer from "@effect/platform/HttpServer"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { Effect, Ref, Schema, Stream } from "effect"
import { Hash32 } from "../../src/domain/Account.ts"
import { NO_REPORT } from "../../src/domain/CommitmentSlot.ts"
import type { Epoch } from "../../src/domain/Epoch.ts"
import type { KeyPair } from "../../src/domain/KeyPair.ts"
import { type Metagraph, neuronOf } from "../../src/domain/Metagraph.ts"
import { POINT_IN_MILLIONTHS, REPORT_FORMAT, type Report, reportHash, signedReport } from "../../src/domain/Report.ts"
import { rootedIn } from "../../src/domain/ScoredRecord.ts"
import { reportPath } from "../../src/layers/chain/axon/reports/PeerReports.ts"
import { type BlockReference, Chain } from "../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../src/layers/chain/subnet/Subnet.ts"
import * as Listener from "../../src/layers/machine/http/Listener.ts"
import { Cast } from "./Cast.ts"
import type { BlockOfEvents } from "./feed.ts"
import { keyOf } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import { LIAR, NETUID, OWNER_URI, taoFor, VALIDATORS } from "./settings.ts"

/** What the liar's coldkey gets: its stake, and 10 TAO for the registration and for fees, in rao. */
const FUNDS = taoFor(LIAR.stake) + 10_000_000_000n

/** The largest weight on the chain. */
const WHOLE_WEIGHT = 65_535

/** The texts of the liar's two reports of an epoch. */
interface OpenReports {
  readonly epoch: number
  /** The hash of the committed report. */
  readonly sha256: string
  readonly committed: string
  readonly other: string
}

/** Registers the liar, and buys stake behind its hotkey. */
const enter = Effect.fn("demo.enterLiar")(function* (hotkey: KeyPair) {
  const chain = yield* Chain
  const [bank, coldkey] = yield* Effect.all([keyOf(OWNER_URI), keyOf(`${LIAR.uri}//cold`)])
  yield* chain.submit({
    label: "fund the liar",
    signer: bank,
    call: ({ tx }) => {
      const transfer = tx.balances?.transferKeepAlive
      if (transfer === undefined) throw new Error("this chain has no balances.transfer_keep_alive")
      return transfer(coldkey.address, FUNDS)
    }
  })
  return yield* chain.submit({
    label: "register the liar",
    signer: coldkey,
    until: "finalised",
    call: ({ tx }) => {
      const [batch, register, stake] = [tx.utility?.batchAll, tx.subtensorModule?.burnedRegister, tx.subtensorModule?.addStake]
      if (batch === undefined || register === undefined || stake === undefined) throw new Error("this chain has no such calls")
      return batch([register(NETUID, hotkey.address), stake(hotkey.address, NETUID, taoFor(LIAR.stake))])
    }
  })
})

/** Serves each validator the uncommitted report once, and then the committed one, so a validator that asks twice has both signatures. */
const serve = (reports: Ref.Ref<ReadonlyArray<OpenReports>>) =>
  Effect.gen(function* () {
    const asked = yield* Ref.make<ReadonlyMap<number, number>>(new Map())
    const answer = Effect.gen(function* () {
      const { epoch } = yield* HttpRouter.params
      const found = (yield* Ref.get(reports)).find((one) => `${one.epoch}` === epoch)
      if (found === undefined) return HttpServerResponse.empty({ status: 404 })
      const before = yield* Ref.modify(asked, (counts) => {
        const count = counts.get(found.epoch) ?? 0
        return [count, new Map([[found.epoch, count + 1]])]
      })
      return HttpServerResponse.text(before < VALIDATORS.length ? found.other : found.committed, { contentType: "application/json" })
    })
    const server = yield* Listener.make({ hostname: "127.0.0.1", port: 0, name: "the liar's axon" })
    const router = HttpRouter.empty.pipe(HttpRouter.get(reportPath(":epoch"), answer))
    yield* HttpServer.serveEffect(router).pipe(Effect.provideService(HttpServer.HttpServer, server))
    return server.address._tag === "TcpAddress" ? server.address.port : 0
  })

/** The fields that both reports of an epoch share. */
interface Place {
  readonly genesis: Hash32
  readonly roster: string
  /** The repository in which the liar claims to have earned everything. */
  readonly repository: string
}

/** A report in which only the liar earned, and `more` millionths of a point, which make two reports differ. Undefined: it is not registered yet. */
const lieOf = (key: KeyPair, metagraph: Metagraph, epoch: Epoch, { repository, ...place }: Place, more: number): Report | undefined => {
  const own = neuronOf(metagraph, key.address)
  if (own === undefined) return undefined
  return {
    format: REPORT_FORMAT,
    netuid: NETUID,
    ...place,
    epoch: epoch.index,
    block: epoch.firstBlock,
    program: "liar",
    validator: key.address,
    settlement: null,
    miners: [
      {
        uid: own.uid,
        hotkey: own.hotkey,
        cells: [{ repository, side: "author", sum: 1_000 * POINT_IN_MILLIONTHS + more, less: 0, full: 0 }]
      }
    ],
    repositories: [],
    ...rootedIn([], key.address)
  }
}

const encode = Schema.encodeSync(signedReport.Text)
const decodeGenesis = Schema.decodeUnknownSync(Hash32)

/** Runs the liar from the first epoch after its registration. `roster`: the hash of the roster in force. `repository`: one of it. Its failures never end the demo. */
export const playLiar = Effect.fn("demo.playLiar")(function* (blocks: Stream.Stream<BlockOfEvents>, roster: string, repository: string) {
  const [chain, subnet, narrator, cast] = yield* Effect.all([Chain, Subnet, Narrator, Cast])
  const key = yield* keyOf(LIAR.uri)
  const reports = yield* Ref.make<ReadonlyArray<OpenReports>>([])
  const place = { genesis: decodeGenesis(chain.genesisHash), roster, repository: repository.toLowerCase() }

  /** Commits to the first of two reports, and sets all of its weights on itself. */
  const cheat = Effect.fn("demo.cheat")(function* (epoch: Epoch, at: BlockReference) {
    const metagraph = yield* subnet.metagraph(at)
    const [report, other] = [lieOf(key, metagraph, epoch, place, 0), lieOf(key, metagraph, epoch, place, 1)]
    const own = neuronOf(metagraph, key.address)
    if (report === undefined || other === undefined || own?.validatorPermit !== true) return
    const before = yield* Ref.get(reports)
    const sha256 = reportHash(report)
    yield* subnet.setCommitment(key, {
      _tag: "Scores",
      scores: { epoch: epoch.index, sha256, previous: before[0]?.sha256 ?? NO_REPORT }
    })
    const signed = (lie: Report) => encode(signedReport.sign(lie, key))
    yield* Ref.set(reports, [{ epoch: epoch.index, sha256, committed: signed(report), other: signed(other) }, ...before.slice(0, 1)])
    const { versionKey } = yield* subnet.weightRules(at)
    yield* subnet.setWeights(key, { uids: [own.uid], values: [WHOLE_WEIGHT], versionKey })
  })

  yield* cast.introduce(key.address, LIAR.name)
  const registered = yield* enter(key)
  const port = yield* serve(reports)
  yield* subnet.serveAxon(key, { ip: "127.0.0.1", port })
  yield* narrator.step({
    actor: "validator",
    text: `${LIAR.name} (${LIAR.share} of the stake) claims the whole pool for itself, and signs two different reports of each epoch`,
    at: registered
  })
  const cheated = yield* Ref.make(-1)
  yield* blocks.pipe(
    Stream.runForEach(({ block }) =>
      Effect.gen(function* () {
        const epoch = yield* subnet.epochAt(block)
        if (epoch.index > (yield* Ref.getAndSet(cheated, epoch.index))) yield* cheat(epoch, block)
      }).pipe(Effect.catchAll((error) => Effect.logWarning("the liar could not cheat", error.message)))
    )
  )
})
