/** The workflow that judges a head, with an in-memory engine. */
import { rmSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { WorkflowEngine } from "@effect/workflow"
import { Deferred, Duration, Effect, Layer, Option, Ref, TestClock } from "effect"
import { type Head, headKey } from "../../../src/domain/quality/QualityRecord.ts"
import * as Artefacts from "../../../src/layers/storage/objects/Artefacts.ts"
import { layer as sqliteLayer } from "../../../src/layers/storage/sqlite/client.ts"
import * as ArtefactKeeper from "../../../src/quality/pipeline/ArtefactKeeper.ts"
import { gateDrafts } from "../../../src/quality/pipeline/drafts.ts"
import { HeadPipeline } from "../../../src/quality/pipeline/HeadPipeline.ts"
import { layer as headPipeline } from "../../../src/quality/pipeline/HeadPipelineByEngine.ts"
import { StepFailed } from "../../../src/quality/pipeline/HeadSteps.ts"
import { fingerprinters, layerHeads } from "../../../src/quality/pipeline/headWorkflow.ts"
import type { SeenEarlier } from "../../../src/quality/store/earlierHeads.ts"
import { hasEnded, layerTables, QualityTables, REPLACED_REASON } from "../../../src/quality/store/QualityRecords.ts"
import { folder } from "../../support/folder.ts"
import { gateReport, headOf, verification } from "../../support/quality/heads.ts"
import { FINGERPRINTS, passes, stepsLayer, verifies } from "../../support/quality/steps.ts"

const CONTRACT = "chain-contract"

/** All services for judging, with these steps. */
const world = (steps: ReturnType<typeof stepsLayer>, keeper: Layer.Layer<ArtefactKeeper.ArtefactKeeper> = ArtefactKeeper.layerNone) =>
  Layer.mergeAll(layerHeads({ group: "a" }), headPipeline("a", CONTRACT)).pipe(
    Layer.provide([steps, keeper]),
    Layer.provideMerge(WorkflowEngine.layerMemory),
    Layer.provideMerge(layerTables.pipe(Layer.provide(sqliteLayer(":memory:"))))
  )

const records = Effect.map(QualityTables, ({ recordsOf }) => recordsOf(CONTRACT))

const submit = (head: Head) =>
  Effect.gen(function* () {
    const { see } = yield* records
    const judge = yield* HeadPipeline
    yield* judge.submit(yield* see(head))
  })

/** The end of the newest attempt; the clock advances in steps meanwhile. */
const endOf = (head: Head, pace: Duration.Duration = Duration.seconds(1)) =>
  Effect.gen(function* () {
    const { find } = yield* records
    for (let step = 0; step < 10_000; step++) {
      const found = yield* find(head)
      if (Option.isSome(found) && hasEnded(found.value.record)) return found.value.record
      yield* TestClock.adjust(pace)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Effect.dieMessage(`${headKey(head)} did not end`)
  })

const slow = new StepFailed({ fault: "provider", reason: "GitHub gave no answer", isLasting: false })

describe("Judge/v1", () => {
  it.effect("takes a head through the gate and the tests, each once, however often it is submitted", () => {
    const calls: Array<string> = []
    const head = headOf(1)
    return Effect.gen(function* () {
      yield* submit(head)
      yield* submit(head)
      const record = yield* endOf(head)
      assert.deepStrictEqual(
        [record.state, record.fault, record.reason, record.gate, record.verification],
        ["done", null, null, gateReport, verification]
      )
      assert.deepStrictEqual(calls, [`gate ${headKey(head)}`, `verify ${headKey(head)}`])
    }).pipe(Effect.provide(world(stepsLayer(calls))))
  })

  const removed = new StepFailed({ fault: "unknown", reason: "the head is gone", isLasting: true })

  it.scoped("keeps the files that support what it finds, and names them in the record", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const artefacts = Artefacts.layerFolder(path)
      const output = { name: "output-head", mediaType: "text/plain", bytes: new TextEncoder().encode("ok 1") } as const
      const steps = stepsLayer([], {
        gate: () => Effect.succeed({ ...passes, drafts: gateDrafts(gateReport, FINGERPRINTS) }),
        verify: (head) => (head.number === 2 ? Effect.fail(removed) : Effect.succeed({ ...verifies, drafts: [output] }))
      })
      const layer = Layer.merge(world(steps, ArtefactKeeper.layer.pipe(Layer.provide(artefacts), Layer.orDie)), artefacts)
      yield* Effect.gen(function* () {
        const { get } = yield* Artefacts.Artefacts
        const filesOf = (number: number) =>
          Effect.gen(function* () {
            yield* submit(headOf(number))
            const { artefacts: refs = [] } = yield* endOf(headOf(number))
            return yield* Effect.forEach(refs, ({ name, digest, mediaType }) =>
              Effect.map(get(digest), ({ bytes }) => [name, mediaType, new TextDecoder().decode(bytes)] as const)
            )
          })
        const done = yield* filesOf(1)
        assert.deepStrictEqual(
          done.map(([name, mediaType]) => [name, mediaType]),
          [
            ["gate", "application/json"],
            ["fingerprints", "application/octet-stream"],
            ["output-head", "text/plain"]
          ]
        )
        assert.deepStrictEqual(JSON.parse(done[0]?.[2] ?? ""), { ...gateReport, found: gateReport.findings.length })
        assert.deepStrictEqual([done[1]?.[2], done[2]?.[2]], ["\u0001\0\0\0\u0002\0\0\0", "ok 1"])
        const failed = yield* filesOf(2)
        assert.strictEqual(failed.at(-1)?.[0], "fault")
        assert.deepInclude(JSON.parse(failed.at(-1)?.[2] ?? ""), { step: "verify", tries: 1, fault: "unknown", reason: removed.reason })
        // A failing disk removes none of the findings.
        rmSync(path, { recursive: true })
        writeFileSync(path, "not a folder")
        yield* submit(headOf(3))
        const bare = yield* endOf(headOf(3))
        assert.deepStrictEqual([bare.state, bare.verification, bare.artefacts], ["done", verification, undefined])
      }).pipe(Effect.provide(layer))
    })
  )

  it.effect("runs the tests by the roster's command, in each try", () => {
    const commands: Array<string | null> = []
    const verify = (_: Head, testCommand: string | null) =>
      Effect.suspend(() => (commands.push(testCommand) === 1 ? Effect.fail(slow) : Effect.succeed(verifies)))
    return Effect.gen(function* () {
      const { see } = yield* records
      yield* (yield* HeadPipeline).submit(yield* see(headOf(1)), "make test")
      yield* endOf(headOf(1), Duration.minutes(1))
      // A later submission of the same head changes nothing; another head has its own result.
      yield* submit(headOf(2))
      yield* endOf(headOf(2))
      assert.deepStrictEqual(commands, ["make test", "make test", null])
    }).pipe(Effect.provide(world(stepsLayer([], { verify }))))
  })

  it.effect("rejects by the gate, and runs no test then", () => {
    const calls: Array<string> = []
    const report = {
      ...gateReport,
      passed: false,
      fault: "miner" as const,
      findings: [{ check: "empty" as const, rejects: true, path: null, line: null, shown: "no file is changed", limit: null }]
    }
    return Effect.gen(function* () {
      yield* submit(headOf(1))
      const record = yield* endOf(headOf(1))
      assert.deepStrictEqual([record.state, record.fault, record.reason], ["rejected", "miner", "the gate rejects it: empty"])
      assert.lengthOf(calls, 1)
    }).pipe(Effect.provide(world(stepsLayer(calls, { gate: () => Effect.succeed({ report, drafts: [] }) }))))
  })

  it.effect("is done without a verification where there is no sandbox, and says so", () =>
    Effect.gen(function* () {
      yield* submit(headOf(1))
      const record = yield* endOf(headOf(1))
      assert.deepStrictEqual([record.state, record.verification, record.reason], ["done", null, "not verified: no sandbox"])
    }).pipe(
      Effect.provide(world(stepsLayer([], { verify: () => Effect.succeed({ verification: null, reason: "not verified: no sandbox" }) })))
    )
  )

  it.effect("tries again what failed by nobody's fault", () =>
    Effect.gen(function* () {
      const failures = yield* Ref.make(3)
      const verify = () =>
        Effect.flatMap(
          Ref.getAndUpdate(failures, (left) => left - 1),
          (left) => (left > 0 ? Effect.fail(slow) : Effect.succeed(verifies))
        )
      const calls: Array<string> = []
      yield* Effect.gen(function* () {
        yield* submit(headOf(1))
        const record = yield* endOf(headOf(1), Duration.minutes(1))
        assert.deepStrictEqual([record.state, record.reason], ["done", null])
      }).pipe(Effect.provide(world(stepsLayer(calls, { verify }))))
      assert.deepStrictEqual(
        calls.map((call) => call.split(" ")[0]),
        ["gate", "verify", "verify", "verify", "verify"]
      )
    })
  )

  it.effect("fails after six tries, and an operator may begin another attempt", () => {
    const calls: Array<string> = []
    return Effect.gen(function* () {
      const head = headOf(1)
      yield* submit(head)
      const record = yield* endOf(head, Duration.minutes(1))
      assert.deepStrictEqual([record.state, record.fault, record.reason, record.gate], ["failed", "provider", slow.reason, null])
      assert.lengthOf(calls, 6)
      const { heads, retry } = yield* QualityTables
      const [found] = yield* heads
      if (found === undefined) return assert.fail("the head is gone")
      assert.isTrue(yield* retry(found))
      yield* submit(head)
      yield* endOf(head, Duration.minutes(1))
      assert.lengthOf(calls, 12)
    }).pipe(Effect.provide(world(stepsLayer(calls, { gate: () => Effect.fail(slow) }))))
  })

  it.effect("does not try again what is gone", () => {
    const calls: Array<string> = []
    const gone = new StepFailed({ fault: "unknown", reason: "a force-push replaced it", isLasting: true })
    return Effect.gen(function* () {
      yield* submit(headOf(1))
      assert.strictEqual((yield* endOf(headOf(1))).state, "failed")
      assert.lengthOf(calls, 1)
    }).pipe(Effect.provide(world(stepsLayer(calls, { gate: () => Effect.fail(gone) }))))
  })

  it.effect("compares a head with all that were seen before, also when their gate takes longer", () =>
    Effect.gen(function* () {
      const [first, second] = [headOf(1), headOf(2, 1)]
      const waits = yield* Deferred.make<void>()
      const compared = yield* Ref.make<ReadonlyArray<SeenEarlier>>([])
      const fingerprints = (head: Head) =>
        head.number === first.number ? Effect.as(Deferred.await(waits), FINGERPRINTS) : Effect.succeed(Uint32Array.of(3))
      const gate = (head: Head, earlier: ReadonlyArray<SeenEarlier>) =>
        Effect.as(head.number === first.number ? Effect.void : Ref.set(compared, earlier), passes)
      yield* Effect.gen(function* () {
        yield* submit(first)
        yield* submit(second)
        yield* TestClock.adjust(Duration.seconds(5))
        yield* Deferred.succeed(waits, undefined)
        yield* endOf(second)
        assert.deepStrictEqual(
          (yield* Ref.get(compared)).map(({ head, fingerprints }) => [headKey(head), fingerprints]),
          [[headKey(first), FINGERPRINTS]]
        )
      }).pipe(Effect.provide(world(stepsLayer([], { fingerprints, gate }))))
    })
  )

  it.effect("ends a running step when the operator cancels it", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const begun = yield* Deferred.make<void>()
      const verify = () =>
        Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never).pipe(
          Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
        )
      yield* Effect.gen(function* () {
        yield* submit(headOf(1))
        yield* Deferred.await(begun)
        const { heads, cancel } = yield* QualityTables
        const [found] = yield* heads
        if (found === undefined) return assert.fail("the head is gone")
        assert.isTrue(yield* cancel(found))
        yield* TestClock.adjust(Duration.seconds(10))
        yield* Deferred.await(interrupted)
        const record = yield* endOf(headOf(1))
        assert.deepStrictEqual([record.state, record.reason], ["failed", "cancelled by the operator"])
      }).pipe(Effect.provide(world(stepsLayer([], { verify }))))
    })
  )

  it.effect("waits for a rival's head that hangs six minutes at most, and compares it with the rest", () =>
    Effect.gen(function* () {
      const [rival, mine] = [headOf(1), headOf(2, 1)]
      const fingerprints = (head: Head) => (head.number === rival.number ? Effect.never : Effect.succeed(FINGERPRINTS))
      yield* Effect.gen(function* () {
        yield* submit(rival)
        yield* submit(mine)
        const { state, at, seenAt } = yield* endOf(mine, Duration.seconds(10))
        assert.strictEqual(state, "done")
        assert.isAtMost(at - seenAt, Duration.toMillis(Duration.minutes(7)))
      }).pipe(Effect.provide(world(stepsLayer([], { fingerprints }))))
    })
  )

  it.effect("judges a head again that a late one was missing to compare with, once that is known", () =>
    Effect.gen(function* () {
      const [rival, mine] = [headOf(1), headOf(2, 1)]
      const late = yield* Deferred.make<void>()
      const many = Uint32Array.from({ length: 60 }, (_, index) => index)
      const fingerprints = (head: Head) => (head.number === rival.number ? Effect.as(Deferred.await(late), many) : Effect.succeed(many))
      const [missing, copied] = [
        { check: "unreadable", rejects: false },
        { check: "duplicate", rejects: true }
      ] as const
      const gate = (head: Head, earlier: ReadonlyArray<SeenEarlier>) => {
        const known = earlier.filter((one) => one.fingerprints !== null)
        const isCopy = head.number === mine.number && known.length > 0
        const finding = { ...(isCopy ? copied : missing), path: null, line: null, shown: "", limit: null }
        const findings = head.number === mine.number ? [finding] : []
        const report = { ...gateReport, passed: !isCopy, fault: isCopy ? ("miner" as const) : null, findings, comparedWith: known.length }
        return Effect.succeed({ report, drafts: [] })
      }
      yield* Effect.gen(function* () {
        const tables = yield* QualityTables
        yield* submit(rival)
        yield* submit(mine)
        assert.strictEqual((yield* endOf(mine, Duration.seconds(10))).state, "done")
        // As long as the other one is not known, nothing begins again.
        yield* TestClock.adjust(Duration.hours(3))
        assert.lengthOf(yield* tables.uncompared, 1)
        yield* Deferred.succeed(late, undefined)
        yield* endOf(rival, Duration.minutes(1))
        const { find } = yield* records
        for (let step = 0; step < 100 && Option.exists(yield* find(mine), ({ attempt }) => attempt === 1); step++) {
          yield* TestClock.adjust(Duration.hours(1))
          yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        }
        yield* submit(mine)
        assert.deepInclude(yield* endOf(mine), { state: "rejected", reason: "the gate rejects it: duplicate" })
        assert.lengthOf(yield* tables.uncompared, 0)
      }).pipe(Effect.provide(world(stepsLayer([], { fingerprints, gate }))))
    })
  )

  it.effect("makes fingerprints anew in the background after a change of the parsers, and gives up on what is gone", () =>
    Effect.gen(function* () {
      const { recordsOf, withoutFingerprints } = yield* QualityTables
      const { see, append, keepFingerprints, earlierHeads } = recordsOf(CONTRACT)
      const parsers = yield* fingerprinters
      const [kept, lost, later] = [headOf(1), headOf(2), headOf(3, 1)]
      for (const head of [kept, lost]) {
        yield* see(head)
        yield* keepFingerprints(head, "older", Uint32Array.of(7))
        yield* append(head, { attempt: 1, state: "done" })
      }
      yield* see(later)
      assert.deepStrictEqual(
        (yield* earlierHeads(later, parsers)).map(({ fingerprints, isDue }) => [fingerprints, isDue]),
        [
          [null, true],
          [null, true]
        ]
      )
      const gone = new StepFailed({ fault: "unknown", reason: "a force-push replaced it", isLasting: true })
      const steps = stepsLayer([], { fingerprints: (head) => (head.number === lost.number ? gone : Effect.succeed(FINGERPRINTS)) })
      yield* Effect.gen(function* () {
        while ((yield* withoutFingerprints(parsers)).length > 0) {
          yield* TestClock.adjust(Duration.seconds(10))
          yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        }
      }).pipe(Effect.provide(Layer.provide(layerHeads({ group: "b" }), [steps, ArtefactKeeper.layerNone])))
      assert.deepStrictEqual(
        (yield* earlierHeads(later, parsers)).map(({ fingerprints, isDue }) => [fingerprints, isDue]),
        [
          [FINGERPRINTS, false],
          [null, false]
        ]
      )
    }).pipe(Effect.provide(world(stepsLayer([]))))
  )

  it.effect("ends the tests of a head that a push replaced, and runs them when GitHub shows it again", () =>
    Effect.gen(function* () {
      const [first, second] = [headOf(1), headOf(1, 0, 2)]
      const begun = yield* Deferred.make<void>()
      // Only the first run hangs.
      const verify = () =>
        Effect.flatMap(Deferred.succeed(begun, undefined), (isFirst) => (isFirst ? Effect.never : Effect.succeed(verifies)))
      yield* Effect.gen(function* () {
        yield* submit(first)
        yield* Deferred.await(begun)
        yield* submit(second)
        const replaced = yield* endOf(first)
        assert.deepStrictEqual([replaced.state, replaced.reason, replaced.currentSince], ["done", REPLACED_REASON, null])
        assert.deepStrictEqual((yield* endOf(second)).verification, verification)
        yield* submit(first)
        const back = yield* endOf(first)
        assert.deepStrictEqual([back.state, back.reason, back.verification], ["done", null, verification])
        assert.isNotNull(back.currentSince)
      }).pipe(Effect.provide(world(stepsLayer([], { verify }))))
    })
  )
})
