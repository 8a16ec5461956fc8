/** The routes on which an axon shows what its validator found out about pull requests, and how they are fetched. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Ref, Schema } from "effect"
import { checkedQuality, MAX_QUALITY_BYTES, QualityIndex } from "../../../src/domain/quality/QualityDocument.ts"
import type { QualityRecord } from "../../../src/domain/quality/QualityRecord.ts"
import * as PeerQuality from "../../../src/layers/axon/quality/PeerQuality.ts"
import { qualityRoutes } from "../../../src/layers/axon/quality/qualityRoutes.ts"
import { Chain } from "../../../src/layers/chain/Chain.ts"
import { Contract } from "../../../src/layers/contract/Contract.ts"
import { QualityRecords, QualityUnavailable } from "../../../src/layers/store/quality/QualityRecords.ts"
import { Subnet } from "../../../src/layers/subnet/Subnet.ts"
import { startReportAxon } from "../../support/axon/reportAxon.ts"
import { about, qualityRecord, second, speakers, subjectOf } from "../../support/quality/records.ts"
import { listen } from "../server/support.ts"

const [ANN] = speakers as [(typeof speakers)[number]]

/** An issue whose records cannot be read. */
const FAILING = 9

/** A validator's axon with these records, and how often they were read. */
const axonWith = (records: ReadonlyArray<QualityRecord>) =>
  Effect.gen(function* () {
    const reads = yield* Ref.make(0)
    const service = Layer.mock(QualityRecords, {
      of: (issue) =>
        issue === FAILING
          ? new QualityUnavailable({ operation: "read an issue's heads", why: "the disk is full" })
          : Effect.as(
              Ref.update(reads, (count) => count + 1),
              records.filter(({ head }) => head.issue === issue)
            ),
      all: Effect.as(
        Ref.update(reads, (count) => count + 1),
        records
      )
    })
    const port = yield* listen(
      yield* qualityRoutes(ANN).pipe(
        Effect.provide([
          service,
          Layer.mock(Chain, { endpoint: "ws://chain.test", genesisHash: about.genesis }),
          Layer.mock(Contract, { address: about.contract, encode: () => assert.fail("nothing is sent") }),
          Layer.mock(Subnet, { netuid: about.netuid })
        ])
      )
    )
    return { reads: Ref.get(reads), port, target: { ip: "127.0.0.1", port, hotkey: ANN.address } }
  })

describe("an axon's findings about pull requests", () => {
  it.scopedLive("are listed by issue and given signed, read once however many ask", () =>
    Effect.gen(function* () {
      const { port, reads, target } = yield* axonWith([qualityRecord(), qualityRecord({ head: { issue: 7 }, at: second(50) })])
      const peers = yield* PeerQuality.PeerQuality
      const index = Schema.decodeUnknownSync(Schema.parseJson(QualityIndex))(yield* peers.index(target))
      assert.deepStrictEqual(
        index.issues.map(({ issue, at }) => [issue, at]),
        [
          [7, second(50)],
          [1, second(25)]
        ]
      )
      const texts = yield* Effect.all(
        [1, 2, 3].map(() => peers.document(target, 1)),
        { concurrency: 3 }
      )
      assert.strictEqual(new Set(texts).size, 1)
      const document = Either.getOrThrow(checkedQuality(texts[0] ?? "", subjectOf(ANN), second(60)))
      assert.lengthOf(document.records, 1)
      assert.strictEqual(yield* reads, 2)
      const get = (path: string) =>
        Effect.promise(async () => {
          const answer = await fetch(`http://127.0.0.1:${port}${path}`)
          return [answer.status, await answer.json()] as const
        })
      assert.deepStrictEqual(yield* get("/v1/quality/8"), [404, { message: "there are no findings about pull requests for issue 8" }])
      assert.deepStrictEqual(yield* get(`/v1/quality/${FAILING}`), [503, { message: "findings cannot be read at the moment" }])
      for (const wrong of ["x", "-1", "1.5", "4294967296", "%00"]) assert.strictEqual((yield* get(`/v1/quality/${wrong}`))[0], 400, wrong)
    }).pipe(Effect.provide(PeerQuality.layer))
  )

  it.scopedLive("are fetched up to a limit, and from nowhere else", () =>
    Effect.gen(function* () {
      const { served, port } = yield* startReportAxon
      const peers = yield* PeerQuality.PeerQuality
      const target = { ip: "127.0.0.1", port, hotkey: ANN.address }
      served.set("/v1/quality/1", "x".repeat(MAX_QUALITY_BYTES))
      assert.lengthOf(yield* peers.document(target, 1), MAX_QUALITY_BYTES)
      served.set("/v1/quality/1", "x".repeat(MAX_QUALITY_BYTES + 1))
      assert.strictEqual((yield* Effect.flip(peers.document(target, 1))).reason, "too large")
      served.set("/v1/quality", "x".repeat(65_537))
      assert.strictEqual((yield* Effect.flip(peers.index(target))).reason, "too large")
      assert.strictEqual((yield* Effect.flip(peers.document(target, 2))).reason, "refused")
      const moved = yield* Effect.acquireRelease(
        Effect.sync(() =>
          Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.redirect(`http://127.0.0.1:${port}/v1/quality/1`) })
        ),
        (server) => Effect.promise(() => server.stop(true))
      )
      assert.strictEqual((yield* Effect.flip(peers.document({ ...target, port: moved.port ?? 0 }, 1))).reason, "refused")
      const gone = yield* Effect.scoped(startReportAxon)
      const error = yield* Effect.flip(peers.document({ ...target, port: gone.port }, 1))
      assert.strictEqual(error.message, `the axon at 127.0.0.1:${gone.port} says nothing about pull requests: unreachable`)
    }).pipe(Effect.provide(PeerQuality.layer))
  )
})
