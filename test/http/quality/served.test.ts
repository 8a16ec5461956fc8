/** The routes on which an axon serves its validator's findings on pull requests, and how others fetch them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Ref, Schema } from "effect"
import { OperationFailed } from "../../../src/domain/failures.ts"
import { digestOf } from "../../../src/domain/quality/Artefact.ts"
import { checkedQuality, QualityIndex } from "../../../src/domain/quality/QualityDocument.ts"
import type { QualityRecord } from "../../../src/domain/quality/QualityRecord.ts"
import { type IssueDuels, NO_DUELS } from "../../../src/domain/quality/ShownDuel.ts"
import * as PeerQuality from "../../../src/layers/chain/axon/PeerQuality.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { type Artefact, ArtefactNotFound, Artefacts } from "../../../src/layers/storage/objects/Artefacts.ts"
import { qualityRoutes } from "../../../src/quality/routes/qualityRoutes.ts"
import { DuelRecords } from "../../../src/quality/store/DuelRecords.ts"
import { QualityRecords, QualityUnavailable } from "../../../src/quality/store/QualityRecords.ts"
import * as QualityView from "../../../src/quality/store/QualityView.ts"
import { startReportAxon } from "../../support/axon/reportAxon.ts"
import { ANSWERS, heldDuel, issueDuels } from "../../support/quality/duels.ts"
import { about, qualityRecord, second, speakers, subjectOf } from "../../support/quality/records.ts"
import { serve } from "../../support/serve.ts"
import { listen } from "../server/support.ts"

const MAX_QUALITY_BYTES = 1_048_576

const [ANN] = speakers as [(typeof speakers)[number]]

/** An issue whose records cannot be read. */
const FAILING = 9

/** The artefacts that the axon's validator stores. */
const FILES = { output: Buffer.from("<script>ok 1</script>"), secret: Buffer.from("no finding names this"), changed: Buffer.from("before") }

/** A service with these artefacts, one of which was changed on disk. Counts how often they were read. */
const keptFiles = (reads: Ref.Ref<number>) =>
  Layer.mock(Artefacts, {
    where: "test",
    get: (digest) =>
      Effect.zipRight(
        Ref.update(reads, (count) => count + 1),
        Effect.suspend((): Effect.Effect<Artefact, OperationFailed | ArtefactNotFound> => {
          const bytes = [FILES.output, FILES.secret].find((one) => digestOf(one) === digest)
          if (bytes !== undefined) return Effect.succeed({ bytes, mediaType: "text/plain" } as const)
          return digest === digestOf(FILES.changed)
            ? new OperationFailed({ message: "it is damaged" })
            : new ArtefactNotFound({ where: "test", digest })
        })
      )
  })

/** A validator's axon with these records and duels, and the count of reads. */
const axonWith = (records: ReadonlyArray<QualityRecord>, held: IssueDuels = NO_DUELS) =>
  Effect.gen(function* () {
    const reads = yield* Ref.make(0)
    const found = Layer.mock(QualityRecords, {
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
    const compared = Layer.succeed(DuelRecords, {
      of: () => Effect.succeed(held),
      unfinished: Effect.succeed([]),
      stability: Effect.succeed([]),
      changes: Effect.succeed(held.duels.map(({ duel: { pair, endedAt } }) => ({ issue: pair.issue, at: endedAt ?? 0 }))),
      artefacts: Effect.succeed(
        new Set(held.duels.flatMap(({ answers }) => answers.flatMap(({ artefacts }) => artefacts.map(({ digest }) => digest))))
      )
    })
    const view = yield* Layer.build(QualityView.layer)
    yield* QualityView.show.pipe(Effect.provide([found, compared]), Effect.provide(view))
    const fileReads = yield* Ref.make(0)
    const port = yield* listen(
      yield* qualityRoutes(ANN).pipe(
        Effect.provide(view),
        Effect.provide([
          keptFiles(fileReads),
          Layer.mock(Chain, { endpoint: "ws://chain.test", genesisHash: about.genesis, isDevelopment: true }),
          Layer.mock(Contract, { address: about.contract, encode: () => assert.fail("nothing is sent") }),
          Layer.mock(Subnet, { netuid: about.netuid })
        ])
      )
    )
    return { reads: Ref.get(reads), fileReads: Ref.get(fileReads), port, target: { ip: "127.0.0.1", port, hotkey: ANN.address } }
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

  it.scopedLive("name files, which the axon shows as nothing that runs, and no others", () =>
    Effect.gen(function* () {
      const refOf = (bytes: Buffer) => ({ name: "tests", digest: digestOf(bytes), mediaType: "text/plain", bytes: bytes.length }) as const
      const forgotten = refOf(Buffer.from("older than what is kept"))
      const { port, target, fileReads } = yield* axonWith([
        qualityRecord({ artefacts: [refOf(FILES.output), refOf(FILES.changed), forgotten] })
      ])
      const get = (name: string) => Effect.promise(() => fetch(`http://127.0.0.1:${port}/v1/artefacts/${name}`))
      const response = yield* get(digestOf(FILES.output))
      assert.strictEqual(yield* Effect.promise(() => response.text()), "<script>ok 1</script>")
      assert.deepInclude(Object.fromEntries(response.headers.entries()), {
        "content-type": "text/plain",
        "content-disposition": "attachment",
        "x-content-type-options": "nosniff",
        "cache-control": "public, max-age=31536000, immutable"
      })
      yield* get(digestOf(FILES.output))
      assert.strictEqual(yield* fileReads, 1)
      assert.strictEqual((yield* get(digestOf(FILES.secret))).status, 404)
      assert.strictEqual(yield* fileReads, 1)
      assert.strictEqual((yield* get(digestOf(FILES.changed))).status, 503)
      assert.strictEqual((yield* get(forgotten.digest)).status, 404)
      for (const wrong of ["x", "..%2f..%2fetc%2fpasswd", "A".repeat(64)]) assert.strictEqual((yield* get(wrong)).status, 400, wrong)

      const peers = yield* PeerQuality.PeerQuality
      assert.deepStrictEqual(Buffer.from(yield* peers.artefact(target, refOf(FILES.output))), FILES.output)
      const short = yield* Effect.flip(peers.artefact(target, { ...refOf(FILES.output), bytes: 5 }))
      assert.strictEqual(short.reason, "too large")
      const long = yield* Effect.flip(peers.artefact(target, { ...refOf(FILES.output), bytes: 500 }))
      assert.strictEqual(long.reason, "something else")
      const { served, port: forger } = yield* startReportAxon
      served.set(`/v1/artefacts/${digestOf(FILES.output)}`, "<script>ok 2</script>")
      const forged = yield* Effect.flip(peers.artefact({ ...target, port: forger }, refOf(FILES.output)))
      assert.strictEqual(forged.reason, "something else")
    }).pipe(Effect.provide(PeerQuality.layer))
  )

  it.scopedLive("come with the issue's duels, and with the questions and answers that these name", () =>
    Effect.gen(function* () {
      const held = heldDuel()
      const [answer] = ANSWERS
      const [, file] = answer?.artefacts ?? []
      const { port, target } = yield* axonWith([qualityRecord()], issueDuels(held))
      const peers = yield* PeerQuality.PeerQuality
      const index = Schema.decodeUnknownSync(Schema.parseJson(QualityIndex))(yield* peers.index(target))
      assert.strictEqual(index.issues[0]?.at, held.duel.endedAt)
      const document = Either.getOrThrow(checkedQuality(yield* peers.document(target, 1), subjectOf(ANN), second(60)))
      assert.deepStrictEqual([document.at, document.duels?.length, document.costs?.length], [second(35), 1, 3])
      const status = (name: string) => Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}/v1/artefacts/${name}`)).status)
      // The test's folder does not have it, but the axon tried to read it.
      const response = yield* Effect.promise(() => fetch(`http://127.0.0.1:${port}/v1/artefacts/${file?.digest}`))
      assert.deepStrictEqual(yield* Effect.promise(() => response.json()), { message: "this artefact is not kept any more" })
      assert.strictEqual(yield* status(digestOf(FILES.secret)), 404)
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
      const moved = yield* serve(() => Response.redirect(`http://127.0.0.1:${port}/v1/quality/1`))
      assert.strictEqual((yield* Effect.flip(peers.document({ ...target, port: moved.port }, 1))).reason, "refused")
      const gone = yield* Effect.scoped(startReportAxon)
      const error = yield* Effect.flip(peers.document({ ...target, port: gone.port }, 1))
      assert.strictEqual(error.message, `the axon at 127.0.0.1:${gone.port} says nothing about pull requests: unreachable`)
    }).pipe(Effect.provide(PeerQuality.layer))
  )
})
