/** Validators' published findings on pull requests are verified, stored by hotkey, bounded, and shown with their authors. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Ref, Schema, TestClock } from "effect"
import { CompetitionQuality } from "../../../src/dashboard/api/definition/quality.ts"
import { KEPT_BYTES } from "../../../src/dashboard/indexer/refresh/artefacts.ts"
import { refreshQuality } from "../../../src/dashboard/indexer/refresh/quality.ts"
import { canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { type ArtefactRef, digestOf } from "../../../src/domain/quality/Artefact.ts"
import { qualityDocument, qualityIndex, signedQuality } from "../../../src/domain/quality/QualityDocument.ts"
import type { QualityRecord } from "../../../src/domain/quality/QualityRecord.ts"
import { type IssueDuels, NO_DUELS } from "../../../src/domain/quality/ShownDuel.ts"
import { PeerQuality, QualityNotFetched } from "../../../src/layers/chain/axon/PeerQuality.ts"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import { render } from "../../../src/layers/machine/telemetry/prometheus.ts"
import { BOB, CAROL, HEAD, seed } from "../../support/api/seed.ts"
import { asked, handled } from "../../support/api/support.ts"
import { variants } from "../../support/database/support.ts"
import { ANSWERS, heldDuel, issueDuels, PANEL } from "../../support/quality/duels.ts"
import {
  commit,
  finding,
  passedGate,
  qualityRecord,
  second,
  signedText,
  speakers,
  subjectOf,
  tests,
  verified
} from "../../support/quality/records.ts"

const [ANN, BEA, CLEO] = speakers as [(typeof speakers)[number], (typeof speakers)[number], (typeof speakers)[number]]

const fileOf = (name: ArtefactRef["name"], text: string, mediaType: ArtefactRef["mediaType"] = "text/plain"): ArtefactRef => {
  const bytes = Buffer.from(text)
  return { name, mediaType, bytes: bytes.length, digest: digestOf(bytes) }
}

const refused = new QualityNotFetched({ ip: "192.0.2.1", port: 1, reason: "refused" })

/** A text that crashes its reader. */
const BROKEN = "broken"

/** Axons on ports 1, 2 and 3, which serve texts by path: the index under "", documents by issue. Records all requests. */
const axons = Effect.gen(function* () {
  const served = new Map<string, string>()
  const questions = yield* Ref.make<ReadonlyArray<string>>([])
  const answer = (key: string) =>
    Effect.zipRight(
      Ref.update(questions, (before) => [...before, key]),
      Effect.suspend(() => {
        const text = served.get(key)
        if (text === BROKEN) return Effect.die(new RangeError("Invalid time value"))
        return text === undefined ? refused : Effect.succeed(text)
      })
    )
  const layer = Layer.succeed(
    PeerQuality,
    PeerQuality.of({
      index: ({ port }) => answer(`${port}`),
      document: ({ port }, issue) => answer(`${port}/${issue}`),
      artefact: ({ port }, { digest }) => Effect.map(answer(`${port}/${digest}`), (text) => new TextEncoder().encode(text))
    })
  )
  /** Serves records, listed and signed as by a validator. */
  const speak = (speaker: 1 | 2 | 3, records: ReadonlyArray<QualityRecord>, held: IssueDuels = NO_DUELS) => {
    const key = speakers[speaker - 1] ?? ANN
    const changes = held.duels.map(({ duel: { pair, endedAt, begunAt } }) => ({ issue: pair.issue, at: endedAt ?? begunAt }))
    const index = qualityIndex(records, changes)
    served.set(`${speaker}`, canonicalJson(index))
    for (const { issue } of index.issues) served.set(`${speaker}/${issue}`, signedText(key, records, { issue }, held))
  }
  const read = Effect.zipRight(Ref.set(questions, []), Effect.provide(refreshQuality(), layer))
  return { served, speak, read, questions: Ref.get(questions) }
})

/** The seed with three more validators with reachable axons, and without its own findings on pull requests. */
const withSpeakers = Effect.gen(function* () {
  yield* seed
  const sql = yield* SqlClient
  yield* sql`DELETE FROM quality_documents`
  yield* sql`UPDATE validators SET axon = NULL`
  for (const [index, { address }] of speakers.entries())
    yield* sql`INSERT INTO validators ${sql.insert({ hotkey: address, coldkeys: "[]", added_at: 4, axon: `${index === 2 ? "2001:db8::1" : "192.0.2.1"}:${index + 1}` })}`
  yield* TestClock.setTime(second(60))
})

const shown = Effect.flatMap(asked, (get) =>
  Effect.map(get("/v1/competitions/1/quality"), ({ status, body }) => {
    assert.strictEqual(status, 200)
    return Schema.decodeUnknownSync(CompetitionQuality)(body)
  })
)

const rejected = qualityRecord({
  head: { hotkey: BOB, account: 502, number: 78, commit: commit("c") },
  state: "rejected",
  fault: "miner",
  reason: "the diff is a copy of #77",
  gate: { ...passedGate, passed: false, fault: "miner", findings: [finding] },
  verification: null,
  seenAt: second(30),
  at: second(31)
})

/** The number of axons' answers stored and refused so far. */
const answers = Effect.map(render(metricsOf("index")), (text) => {
  const of = (result: string) =>
    Number(new RegExp(`^gittensor_indexer_quality_documents_total\\{result="${result}"\\} (\\d+)$`, "m").exec(text)?.[1] ?? 0)
  return { stored: of("stored"), refused: of("refused") }
})

const ofAnn = ({ heads }: CompetitionQuality) =>
  heads.flatMap(({ records }) => records.filter(({ validator }) => validator === ANN.address))

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`what validators say about pull requests in the ${name} database`, () => {
    it.scoped("is each one's word about each head, newest head first", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { speak, read, questions } = yield* axons
        speak(1, [qualityRecord({ currentSince: second(22) }), rejected])
        speak(2, [qualityRecord({ verification: { ...verified, verdict: "broken", broken: tests("opens") } })])
        speak(3, [
          qualityRecord({
            head: { repository: "ACME/Widgets" },
            state: "failed",
            fault: "infrastructure",
            reason: "no sandbox",
            verification: null
          })
        ])
        assert.strictEqual(yield* read, 3)
        const found = yield* shown
        assert.deepStrictEqual(
          found.heads.map(({ side, repository, number, records }) => [side, repository.toLowerCase(), number, records.length]),
          [
            ["b", "acme/widgets", 78, 1],
            ["a", "acme/widgets", 77, 3]
          ]
        )
        assert.strictEqual(found.validators, 4)
        assert.sameMembers(
          found.documents.map(({ validator }) => validator),
          speakers.map(({ address }) => address)
        )
        const words = new Map(found.heads[1]?.records.map((record) => [record.validator, record]))
        assert.deepStrictEqual(words.get(ANN.address)?.verification, verified)
        assert.deepStrictEqual([words.get(ANN.address)?.currentSince, words.get(BEA.address)?.currentSince], [new Date(second(22)), null])
        assert.deepStrictEqual(words.get(BEA.address)?.verification?.broken.first, ["opens"])
        assert.deepInclude(words.get(CLEO.address), { state: "failed", fault: "infrastructure", reason: "no sandbox", readAt: HEAD })
        assert.deepStrictEqual(found.heads[0]?.records[0]?.gate?.findings, [finding])
        // Nothing new: only the lists are requested.
        assert.strictEqual(yield* read, 0)
        assert.sameMembers([...(yield* questions)], ["1", "2", "3"])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("tells one head apart that two hotkeys show", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { speak, read } = yield* axons
        const again = qualityRecord({
          head: { hotkey: BOB, account: 502 },
          state: "rejected",
          fault: "miner",
          reason: "reused",
          verification: null
        })
        speak(1, [qualityRecord(), again])
        assert.strictEqual(yield* read, 1)
        assert.sameDeepMembers(
          (yield* shown).heads.map(({ side, number, records }) => [side, number, records.map(({ state }) => state)]),
          [
            ["a", 77, ["done"]],
            ["b", 77, ["rejected"]]
          ]
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("is replaced by what is newer, never by what is older", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { served, speak, read } = yield* axons
        speak(1, [qualityRecord({ state: "gated", verification: null, at: second(21) })])
        const old = served.get("1/1") ?? ""
        yield* read
        assert.deepStrictEqual(
          ofAnn(yield* shown).map(({ state }) => state),
          ["gated"]
        )
        speak(1, [qualityRecord()])
        assert.strictEqual(yield* read, 1)
        const text = served.get("1/1") ?? ""
        const get = yield* asked
        assert.deepStrictEqual((yield* get(`/v1/competitions/1/quality/${ANN.address}`)).body, JSON.parse(text))
        assert.strictEqual((yield* get(`/v1/competitions/1/quality/${BEA.address}`)).status, 404)
        assert.strictEqual((yield* get("/v1/competitions/99/quality")).status, 404)
        // A man in the middle replays the older record, and lists it as new.
        served.set("1/1", old)
        served.set("1", canonicalJson({ issues: [{ issue: 1, at: second(59) }] }))
        assert.strictEqual(yield* read, 0)
        assert.deepStrictEqual(
          ofAnn(yield* shown).map(({ state }) => state),
          ["done"]
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("comes with the files that support it, which are shown as nothing that runs, until no finding names them", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { served, speak, read, questions } = yield* axons
        const page = "<!doctype html><script>alert(1)</script>"
        const [kept, gone] = [fileOf("output-head", page), fileOf("gate", "{}", "application/json")]
        speak(1, [qualityRecord({ artefacts: [kept, gone] })])
        served.set(`1/${kept.digest}`, page)
        yield* read
        const artefactsOfAnn = Effect.map(shown, (found) =>
          ofAnn(found).flatMap(({ artefacts }) => artefacts.map(({ name, readAt }) => [name, readAt]))
        )
        assert.deepStrictEqual(yield* artefactsOfAnn, [
          ["output-head", HEAD],
          ["gate", null]
        ])
        const handler = yield* handled
        const response = yield* Effect.promise(() => handler(new Request(`http://api.test/v1/artefacts/${kept.digest}`)))
        assert.strictEqual(yield* Effect.promise(() => response.text()), page)
        assert.deepInclude(Object.fromEntries(response.headers.entries()), {
          "content-type": "text/plain; charset=utf-8",
          "content-disposition": "inline",
          "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
          "x-content-type-options": "nosniff",
          "cache-control": "public, max-age=31536000, immutable"
        })
        const get = yield* asked
        assert.strictEqual((yield* get(`/v1/artefacts/${gone.digest}`)).status, 404)
        assert.strictEqual((yield* get("/v1/artefacts/..%2f..%2fetc")).status, 400)
        // Stored files are not requested again; missing ones are.
        served.set(`1/${gone.digest}`, "{}")
        yield* read
        assert.deepStrictEqual(
          (yield* questions).filter((one) => one.length > 10),
          [`1/${gone.digest}`]
        )
        speak(1, [qualityRecord({ artefacts: [gone], at: second(40) })])
        yield* read
        assert.strictEqual((yield* get(`/v1/artefacts/${kept.digest}`)).status, 404)
        assert.deepStrictEqual(yield* artefactsOfAnn, [["gate", HEAD]])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("comes with the duels, both orders of every answer, the files of each, and what the judges cost", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { served, speak, read } = yield* axons
        const going = heldDuel({ duel: { outcome: null, endedAt: null, jurors: [] } })
        speak(1, [qualityRecord()], issueDuels(going))
        yield* read
        assert.deepStrictEqual(
          (yield* shown).duels.map(({ result, endedAt, answers }) => [result, endedAt, answers.length]),
          [[null, null, 0]]
        )
        const [question] = ANSWERS[0]?.artefacts ?? []
        const text = JSON.stringify([{ role: "user", content: "fair ab" }])
        served.set(`1/${question?.digest}`, text)
        speak(1, [qualityRecord()], issueDuels(heldDuel()))
        speak(
          2,
          [qualityRecord({ head: { hotkey: CAROL } })],
          issueDuels(heldDuel({ duel: { pair: { ...heldDuel().duel.pair, a: qualityRecord({ head: { hotkey: CAROL } }).head } } }))
        )
        assert.strictEqual(yield* read, 2)
        const { duels, costs } = yield* shown
        assert.lengthOf(duels, 1)
        const [duel] = duels
        assert.deepStrictEqual(
          [duel?.validator, duel?.a.number, duel?.b.number, duel?.result, duel?.lead, duel?.leads?.correctness, duel?.flipped, duel?.cost],
          [ANN.address, 77, 78, "a", 260, 300, 0, 1_234]
        )
        assert.deepStrictEqual(
          duel?.judges.map(({ name, family, vote, why }) => [name, family, vote?.lead ?? null, vote?.flipped ?? null, why]),
          [
            ["fair", "one", 400, false, null],
            ["first", "two", 260, false, null],
            ["refusing", "one", null, null, "refused"]
          ]
        )
        assert.deepStrictEqual(
          duel?.answers.map(({ judge, answeredBy, order, shares, artefacts }) => [
            answeredBy === `${judge}-2-2026-10-01` ? judge : answeredBy,
            order,
            shares?.correctness ?? null,
            artefacts.map(({ readAt }) => readAt)
          ]),
          [
            ["fair", "ab", 90, [HEAD, null]],
            ["fair", "ba", 10, [null, null]],
            ["first", "ab", 70, [null, null]],
            ["first", "ba", 40, [null, null]],
            ["refusing", "ab", null, [null, null]]
          ]
        )
        assert.deepStrictEqual(duel?.panel, PANEL)
        assert.deepStrictEqual(
          costs
            .filter(({ validator }) => validator === ANN.address)
            .map(({ stage, judge, model, calls, cost }) => [stage, judge, model, calls, cost]),
          [
            ["duel", "fair", "fair-2", 2, 500],
            ["duel", "first", "first-2", 2, 480],
            ["duel", "refusing", "refusing-2", 1, 254]
          ]
        )
        const handler = yield* handled
        const response = yield* Effect.promise(() => handler(new Request(`http://api.test/v1/artefacts/${question?.digest}`)))
        assert.strictEqual(yield* Effect.promise(() => response.text()), text)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("has no more files than there is room for each validator, those of its newest heads", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { speak, read, questions } = yield* axons
        const bytes = 2_000_000
        const headWith = (number: number, count: number) =>
          qualityRecord({
            head: { number },
            seenAt: second(number - 70),
            artefacts: Array.from({ length: count }, (_, index) => ({ ...fileOf("tests", `${number} ${index}`), bytes }))
          })
        const heads = [headWith(77, 16), headWith(78, 16), headWith(79, 16)]
        speak(1, heads)
        speak(2, [qualityRecord({ artefacts: [fileOf("gate", "{}")] })])
        yield* read
        const fits = Math.floor(KEPT_BYTES / bytes)
        assert.isBelow(fits, 48)
        const wanted = (yield* questions).filter((one) => one.length > 10)
        assert.lengthOf(
          wanted.filter((one) => one.startsWith("1/")),
          fits
        )
        // All files of the two newest heads are among them, and Bea's are independent of Ann's.
        for (const { artefacts = [] } of heads.slice(1)) for (const { digest } of artefacts) assert.include(wanted, `1/${digest}`)
        assert.lengthOf(
          wanted.filter((one) => one.startsWith("2/")),
          1
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("is of the whitelist's validators and of issues with competitions", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const sql = yield* SqlClient
        const { speak, read, questions } = yield* axons
        yield* sql`UPDATE validators SET removed_at = 22 WHERE hotkey = ${BEA.address}`
        speak(
          1,
          [2, 3, 99, 4_294_967_295].map((issue) => qualityRecord({ head: { issue } }))
        )
        speak(2, [qualityRecord()])
        assert.strictEqual(yield* read, 0)
        assert.sameMembers([...(yield* questions)], ["1", "3"])
        // A head of a hotkey outside of the competition is not shown in it.
        speak(1, [qualityRecord({ head: { hotkey: CAROL } })])
        assert.strictEqual(yield* read, 1)
        assert.deepStrictEqual((yield* shown).heads, [])
        // Nor is a pull request that the index assigns to another competition.
        yield* sql`INSERT INTO competitions SELECT (jsonb_populate_record(NULL::competitions, to_jsonb(old) || '{"id": 2}'::jsonb)).* FROM competitions old`
        yield* sql`UPDATE pull_requests SET competition = 2`
        speak(1, [qualityRecord({ at: second(40) })])
        yield* read
        assert.deepStrictEqual((yield* shown).heads, [])
        const get = yield* asked
        assert.lengthOf(Schema.decodeUnknownSync(CompetitionQuality)((yield* get("/v1/competitions/2/quality")).body).heads, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("takes nothing else that an axon may send, and goes on with the others", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { served, speak, read, questions } = yield* axons
        speak(2, [qualityRecord()])
        const before = yield* answers
        const list = (...issues: ReadonlyArray<readonly [number, number]>) =>
          JSON.stringify({ issues: issues.map(([issue, at]) => ({ issue, at })) })
        const lists = [
          "",
          "null",
          "\0",
          "[".repeat(60_000),
          '{"issues":7}',
          '{"issues":[{"issue":-1,"at":1}]}',
          '{"issues":[{"issue":1,"at":1e308}]}'
        ]
        for (const text of [...lists, list(...Array.from({ length: 1_001 }, (_, at) => [1, at] as const))]) {
          served.set("1", text)
          yield* read
          assert.notInclude(yield* questions, "1/1")
        }
        const good = signedText(ANN, [qualityRecord()])
        const documents = [
          "",
          "null",
          "\0",
          "[".repeat(500_000),
          good.slice(1),
          good.replace(ANN.address, BEA.address),
          signedText(BEA, [qualityRecord()])
        ]
        for (const text of [...documents, signedText(ANN, [qualityRecord({ at: second(10_000) })])]) {
          // The same issue listed many times is requested once.
          served.set("1", list([1, 9e15], [1, 9e15], [1, 5]))
          served.set("1/1", text)
          yield* read
          assert.lengthOf(
            (yield* questions).filter((one) => one === "1/1"),
            1
          )
        }
        const after = yield* answers
        assert.deepStrictEqual([after.stored - before.stored, after.refused - before.refused], [1, lists.length + 1 + documents.length + 1])
        const found = yield* shown
        assert.deepStrictEqual(
          found.documents.map(({ validator }) => validator),
          [BEA.address]
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("costs one validator alone whose document breaks the reading", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { served, speak, read } = yield* axons
        speak(1, [qualityRecord()])
        speak(2, [qualityRecord()])
        served.set("1/1", BROKEN)
        assert.strictEqual(yield* read, 1)
        const { documents } = yield* shown
        assert.deepStrictEqual(
          documents.map(({ validator }) => validator),
          [BEA.address]
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("may be any text, which is stored as it is shown", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { served, read } = yield* axons
        const name = "' ; DROP TABLE issues; -- <script>alert(1)</script>{{7*7}}"
        // A validator's own program never writes such characters, and Postgres cannot store them.
        const unkept = "\0\ud800"
        const hostile = qualityRecord({
          reason: name,
          gate: { ...passedGate, findings: [{ ...finding, path: name, shown: name, limit: name }] },
          verification: { ...verified, command: name, failToPass: tests(name, "\u202eabc", "__proto__") }
        })
        served.set("1", canonicalJson(qualityIndex([hostile])))
        const body = qualityDocument(subjectOf(ANN), [hostile]) ?? assert.fail("there is a record")
        const records = body.records.map((record) => ({ ...record, reason: `${record.reason}${unkept}` }))
        served.set("1/1", Schema.encodeSync(signedQuality.Text)(signedQuality.sign({ ...body, records }, ANN)))
        assert.strictEqual(yield* read, 1)
        const [record] = ofAnn(yield* shown)
        assert.strictEqual(record?.reason, `${name}\ufffd\ufffd`)
        assert.deepStrictEqual(record?.verification?.failToPass.first, [name, "\u202eabc", "__proto__"])
        assert.strictEqual(record?.gate?.findings[0]?.path, name)
      }).pipe(Effect.provide(layer))
    )

    it.scoped("never has more heads than an answer holds, those first that most validators speak of", () =>
      Effect.gen(function* () {
        yield* withSpeakers
        const { speak, read } = yield* axons
        const invented = Array.from({ length: 60 }, (_, index) =>
          qualityRecord({ head: { commit: index.toString(16).padStart(40, "0") }, seenAt: second(index), at: second(59) })
        )
        speak(1, [...invented, qualityRecord()])
        speak(2, [qualityRecord()])
        speak(3, [rejected])
        yield* read
        const { heads } = yield* shown
        assert.deepStrictEqual([heads.filter(({ side }) => side === "a").length, heads.filter(({ side }) => side === "b").length], [20, 1])
        assert.include(
          heads.map((head) => head.commit),
          commit("a")
        )
      }).pipe(Effect.provide(layer))
    )
  })
