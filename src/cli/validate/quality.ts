/** The quality of competitors' pull requests, beside everything else that a validator does: no vote waits for it, and its failure ends nothing. */
import { Context, type Duration, Effect, Layer, Option, Queue, type Redacted, Ref } from "effect"
import { chainFileName } from "../../layers/chain/identity.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import * as PullRequestHeads from "../../layers/github/PullRequestHeads.ts"
import { pathIn } from "../../layers/store/dataFolder.ts"
import * as QualityRecords from "../../layers/store/quality/QualityRecords.ts"
import type { Look } from "../../scoring/issue_competitions/verdicts.ts"
import { step } from "../../validator/loops/quality.ts"
import { attempted, supervised } from "../../validator/loops/supervise.ts"
import { SeenByVerdicts } from "../../validator/SeenByVerdicts.ts"

export interface QualityOptions {
  readonly isWanted: boolean
  /** The data folder. */
  readonly folder: string
  /** Whose workers judge; without one, this process does. */
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  /** A step that takes longer is abandoned. */
  readonly stepLimit: Duration.Duration
}

/** The records and the judge of a contract. The engine's libraries are loaded only here. */
const judging = (contract: string, { folder, workDatabase }: QualityOptions) =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.promise(() =>
        Promise.all([
          import("../../quality/pipeline/HeadJudgeByEngine.ts"),
          import("../../quality/pipeline/Judge.ts"),
          import("../../quality/pipeline/embedded.ts"),
          import("../../quality/pipeline/submitted.ts")
        ])
      ),
      ([HeadJudgeByEngine, { judgeGroup }, Embedded, Submitted]) => {
        const judge = Layer.unwrapEffect(Effect.map(judgeGroup, (group) => HeadJudgeByEngine.layer(group, contract)))
        const engine = Option.match(workDatabase, {
          onNone: () => Embedded.layer(pathIn(folder, "quality")),
          onSome: Submitted.layer
        })
        return Layer.merge(QualityRecords.layer(contract), judge).pipe(Layer.provide(engine))
      }
    )
  )

/** The records of whatever is open now: a reader, such as the axon, is there before the tables are, and stays when they are away. */
const whileOpen = (open: Ref.Ref<Option.Option<QualityRecords.QualityRecords["Type"]>>): QualityRecords.QualityRecords["Type"] => {
  const closed = new QualityRecords.QualityUnavailable({ operation: "open the tables", why: "they are not open yet; the log says why" })
  const use = <A>(
    what: (records: QualityRecords.QualityRecords["Type"]) => Effect.Effect<A, QualityRecords.QualityUnavailable>
  ): Effect.Effect<A, QualityRecords.QualityUnavailable> =>
    Effect.flatMap(Ref.get(open), Option.match({ onNone: () => Effect.fail(closed), onSome: what }))
  return {
    see: (head) => use(({ see }) => see(head)),
    of: (issue) => use((records) => records.of(issue)),
    all: use(({ all }) => all),
    states: use(({ states }) => states),
    unfinished: use(({ unfinished }) => unfinished),
    find: (head) => use(({ find }) => find(head)),
    earlierHeads: (head) => use(({ earlierHeads }) => earlierHeads(head)),
    keepFingerprints: (head, fingerprints) => use(({ keepFingerprints }) => keepFingerprints(head, fingerprints)),
    append: (head, event) => use(({ append }) => append(head, event))
  }
}

/** Starts the loop, and gives what it finds out to readers. */
export const qualityLayer = (options: QualityOptions) =>
  options.isWanted
    ? Layer.scopedContext(
        Effect.gen(function* () {
          const contract = `${yield* chainFileName}-${(yield* Contract).address}`
          const open = yield* Ref.make(Option.none<QualityRecords.QualityRecords["Type"]>())
          const seen = yield* Queue.sliding<ReadonlyArray<Look>>(1)
          const work = Effect.gen(function* () {
            const context = yield* Layer.build(Layer.merge(judging(contract, options), PullRequestHeads.layer))
            yield* Effect.acquireRelease(Ref.set(open, Option.some(yield* Effect.provide(QualityRecords.QualityRecords, context))), () =>
              Ref.set(open, Option.none())
            )
            const once = Effect.flatMap(Queue.take(seen), (looks) =>
              attempted("quality", Effect.provide(step(looks), context), { limit: options.stepLimit })
            )
            return yield* Effect.forever(once)
          }).pipe(Effect.scoped)
          yield* Effect.forkScoped(supervised("quality", work))
          return Context.make(QualityRecords.QualityRecords, whileOpen(open)).pipe(
            Context.add(SeenByVerdicts, { offer: (looks) => Effect.asVoid(Queue.offer(seen, looks)) })
          )
        })
      )
    : QualityRecords.layerNone
