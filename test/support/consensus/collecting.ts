/**
 * Validators that collect each other's reports of one epoch, one pass at a time, with their real files and routes. A request is a call of the other
 * validator's routes. The test plays further axons, as functions of the path and the requester.
 */
import { join } from "node:path"
import * as HttpApp from "@effect/platform/HttpApp"
import * as HttpRouter from "@effect/platform/HttpRouter"
import { Duration, Effect, Layer, Schema } from "effect"
import type { Collection, Peer } from "../../../src/consensus/Collection.ts"
import { type AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import { type Report, reportHash, signedReport } from "../../../src/domain/Report.ts"
import * as OpenEpoch from "../../../src/layers/chain/axon/reports/OpenEpoch.ts"
import {
  evidencePath,
  openingsPath,
  PeerReports,
  ReportNotFetched,
  reportPath
} from "../../../src/layers/chain/axon/reports/PeerReports.ts"
import { reportRoutes } from "../../../src/layers/chain/axon/reports/reportRoutes.ts"
import * as Challenges from "../../../src/layers/storage/dataFolder/Challenges.ts"
import * as Divergences from "../../../src/layers/storage/dataFolder/Divergences.ts"
import * as Equivocations from "../../../src/layers/storage/dataFolder/Equivocations.ts"
import * as Openings from "../../../src/layers/storage/dataFolder/Openings.ts"
import * as PeerArchive from "../../../src/layers/storage/dataFolder/PeerArchive.ts"
import * as Reports from "../../../src/layers/storage/dataFolder/Reports.ts"
import * as Settlements from "../../../src/layers/storage/dataFolder/Settlements.ts"
import { evidenceParts, retention, report as someReport } from "../validator/reports.ts"

/** The collected epoch. */
export const EPOCH = 7

export const keyOf = (number: number): KeyPair => fromSeed(new Uint8Array(32).fill(100 + number))

/** A key's report of the epoch; another `program` makes a second, different report. */
export const reportBy = (key: KeyPair, program = "0.1.0"): Report => ({ ...someReport(EPOCH, key.address), program })

const encode = Schema.encodeSync(signedReport.Text)

/** The text of a report, signed. */
export const textOf = (report: Report, key: KeyPair): string => encode(signedReport.sign(report, key))

/** An axon's response; undefined: it is unreachable. */
type Answer = (path: string, asker: AccountAddress) => Promise<{ readonly status: number; readonly text: string } | undefined>

/** Axons by hotkey. */
export class Network {
  readonly axons = new Map<AccountAddress, Answer>()

  /** Plays an axon that serves these texts by path. A test may change `serves` later. */
  play(hotkey: AccountAddress, serves: (path: string, asker: AccountAddress) => string | undefined) {
    this.axons.set(hotkey, async (path, asker) => {
      const text = serves(path, asker)
      return text === undefined ? { status: 404, text: "" } : { status: 200, text }
    })
  }

  async ask(hotkey: AccountAddress, path: string, asker: AccountAddress): Promise<string | undefined> {
    const answer = await this.axons.get(hotkey)?.(path, asker)
    return answer?.status === 200 ? answer.text : undefined
  }
}

/** A peer with a known commitment to this report; without a report, the peer has no commitment. */
export const peerOf = ({ address }: KeyPair, committed?: Report): Peer => ({
  hotkey: address,
  axon: { ip: "192.0.2.1", port: 8_091 },
  committed: committed === undefined ? null : reportHash(committed)
})

export const collectionOf = (peers: ReadonlyArray<Peer>): Collection => {
  const { genesis, netuid, block, roster } = someReport(EPOCH)
  return { genesis: Hash32.make(genesis), netuid, epoch: { index: EPOCH, firstBlock: block }, roster, peers }
}

const peerReports = (network: Network, own: KeyPair) => {
  const get = ({ hotkey, ip, port }: { readonly hotkey: AccountAddress; readonly ip: string; readonly port: number }, path: string) =>
    Effect.filterOrFail(
      Effect.promise(() => network.ask(hotkey, path, own.address)),
      (text) => text !== undefined,
      () => new ReportNotFetched({ ip, port, reason: "refused" })
    )
  return Layer.mock(PeerReports, {
    report: (from, epoch, of) => get(from, reportPath(epoch, of)),
    openings: (from, epoch, of) => get(from, openingsPath(epoch, of)),
    evidence: (from, epoch) => get(from, evidencePath(epoch))
  })
}

/** Starts a validator on its files, and opens the epoch. It can be restarted on the same folder. */
export const startNode = Effect.fn("startNode")(function* (network: Network, key: KeyPair, folder: string) {
  const kept = Duration.days(365)
  const context = yield* Layer.build(
    Layer.mergeAll(
      OpenEpoch.layer,
      peerReports(network, key),
      PeerArchive.layer(join(folder, "peer-reports"), kept),
      Equivocations.layer(join(folder, "equivocations"), kept),
      Challenges.layer(join(folder, "challenges"), kept),
      Openings.layer(join(folder, "openings"), kept),
      Divergences.layer(join(folder, "divergence")),
      Settlements.layer(join(folder, "settlements"), kept),
      Reports.layer(join(folder, "scores"), key, retention)
    )
  )
  const router = yield* Effect.provide(reportRoutes(key.address), context)
  const handle = HttpApp.toWebHandlerRuntime(yield* Effect.runtime<never>())(HttpRouter.toHttpApp(router).pipe(Effect.flatten))
  yield* Effect.flatMap(OpenEpoch.OpenEpoch, ({ open }) => open(EPOCH)).pipe(Effect.provide(context))
  network.axons.set(key.address, async (path) => {
    const response = await handle(new Request(`http://axon${path}`))
    return { status: response.status, text: await response.text() }
  })
  /** Archives the validator's own report, and serves it. */
  const report = Effect.flatMap(Effect.all([Reports.Reports, PeerArchive.PeerArchive]), ([reports, served]) =>
    Effect.flatMap(reports.keep(reportBy(key), evidenceParts(EPOCH)), served.keep)
  )
  return { key, run: Effect.provide(context), report: Effect.provide(report, context) }
})
