/**
 * `npm run bench -- collect [--json]`: one pass over 64 validators' reports of 256 UIDs, each on its own axon on this machine: with all axons
 * answering, and with ten that accept the connection and never answer. Each is compared with the same requests in plain form, which fetch texts, but
 * neither check nor store anything. The target is at most 10 seconds.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect, Layer, Schema } from "effect"
import type { Collection } from "../../src/consensus/Collection.ts"
import { collectReports } from "../../src/consensus/collectReports.ts"
import { fromPublicKey, Hash32 } from "../../src/domain/Account.ts"
import { fromSeed } from "../../src/domain/KeyPair.ts"
import { REPORT_FORMAT, reportHash, signedReport } from "../../src/domain/Report.ts"
import * as PeerReports from "../../src/layers/chain/axon/reports/PeerReports.ts"
import * as Challenges from "../../src/layers/storage/dataFolder/Challenges.ts"
import * as Equivocations from "../../src/layers/storage/dataFolder/Equivocations.ts"
import * as PeerArchive from "../../src/layers/storage/dataFolder/PeerArchive.ts"

const [VALIDATORS, STALLING, UIDS, EPOCH, BLOCK] = [64, 10, 256, 20_000, 7_200_000]
const NONE = "0".repeat(64)
const genesis = Hash32.make(`0x${"ab".repeat(32)}`)

const bytesOf = (kind: number, number: number) =>
  new Uint8Array(32)
    .fill(kind)
    .fill(number % 251, 1, 2)
    .fill(Math.floor(number / 251), 2, 3)
const miners = Array.from({ length: UIDS }, (_, uid) => ({ uid, hotkey: fromPublicKey(bytesOf(1, uid)) }))
const own = fromPublicKey(bytesOf(3, 0))
const encode = Schema.encodeSync(signedReport.Text)

/** A validator's report, served on its own port. A silent axon never answers. */
const startAxon = (number: number, silent: boolean) => {
  const key = fromSeed(bytesOf(2, number))
  const scores = miners.map((miner) => ({
    ...miner,
    cells: [{ repository: "acme/gadgets", side: "author" as const, sum: 1 + ((number + miner.uid * 31) % 7_000), less: 0, full: 0 }]
  }))
  const subnet = { format: REPORT_FORMAT, netuid: 74, genesis, epoch: EPOCH, block: BLOCK, roster: NONE, program: "1.0.0" } as const
  const report = signedReport.sign(
    { ...subnet, validator: key.address, settlement: null, miners: scores, repositories: [], leaves: 0, root: NONE },
    key
  )
  const text = encode(report)
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      if (silent) return new Promise<Response>(() => {})
      const { pathname } = new URL(request.url)
      return pathname === PeerReports.reportPath(EPOCH) ? new Response(text) : new Response("", { status: 404 })
    }
  })
  return {
    peer: { hotkey: key.address, axon: { ip: "127.0.0.1", port: server.port ?? 0 }, committed: reportHash(report.body) },
    stop: () => server.stop(true)
  }
}

const withFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-"))),
    use,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const timed = <A, E>(work: Effect.Effect<A, E>) =>
  Effect.map(Effect.timed(work), ([time, value]) => [Duration.toSeconds(time), value] as const)

/** The duration of a pass in seconds, and the number of reports found. */
const collected = (peers: Collection["peers"]) =>
  withFolder((folder) =>
    Effect.map(
      timed(
        collectReports({ genesis, netuid: 74, epoch: { index: EPOCH, firstBlock: BLOCK }, roster: NONE, peers }, own).pipe(
          Effect.provide(
            Layer.mergeAll(
              PeerReports.layer,
              PeerArchive.layer(join(folder, "reports"), Duration.days(365)),
              Challenges.layer(join(folder, "challenges"), Duration.days(365)),
              Equivocations.layer(join(folder, "proofs"), Duration.days(365))
            )
          )
        )
      ),
      ([seconds, missing]) => [seconds, peers.length - missing.length] as const
    )
  )

const plainly = (peers: Collection["peers"]) =>
  timed(
    Effect.forEach(
      peers,
      ({ axon }) =>
        Effect.promise(() =>
          fetch(`http://127.0.0.1:${axon?.port}${PeerReports.reportPath(EPOCH)}`, { signal: AbortSignal.timeout(3_000) })
            .then((response) => response.text())
            .catch(() => "")
        ),
      { concurrency: 16 }
    )
  )

const measured = (silent: number) =>
  Effect.acquireUseRelease(
    Effect.sync(() => Array.from({ length: VALIDATORS }, (_, number) => startAxon(number, number < silent))),
    (axons) =>
      Effect.gen(function* () {
        const peers = axons.map(({ peer }) => peer)
        const [seconds, found] = yield* collected(peers)
        const [plain] = yield* plainly(peers)
        if (found !== VALIDATORS - silent) return yield* Effect.dieMessage(`${found} reports were found, not ${VALIDATORS - silent}`)
        return { seconds, plain }
      }),
    (axons) => Effect.promise(() => Promise.all(axons.map(({ stop }) => stop())))
  )

const rounded = (value: number) => Math.round(value * 100) / 100

/** Measures and returns the figures under their JSON names. */
export const collect = Effect.gen(function* () {
  yield* measured(0)
  const all = yield* measured(0)
  const some = yield* measured(STALLING)
  return {
    validators: VALIDATORS,
    stalling: STALLING,
    allSeconds: rounded(all.seconds),
    allToPlain: rounded(all.seconds / all.plain),
    stallingSeconds: rounded(some.seconds),
    stallingToPlain: rounded(some.seconds / some.plain)
  }
})
