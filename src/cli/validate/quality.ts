/** The quality of competitors' pull requests, beside everything else that a validator does: no vote waits for it, and its failure ends nothing. */
import { Context, type Duration, Effect, Layer, Option, Queue, type Redacted, Ref } from "effect"
import { chainFileName } from "../../layers/chain/identity.ts"
import { Contract } from "../../layers/contract/Contract.ts"
import * as PullRequestHeads from "../../layers/github/PullRequestHeads.ts"
import { type KeyedPanel, readPanel, withKeys } from "../../layers/judges/readPanel.ts"
import { pathIn } from "../../layers/store/dataFolder.ts"
import * as DuelRecords from "../../layers/store/quality/DuelRecords.ts"
import * as QualityRecords from "../../layers/store/quality/QualityRecords.ts"
import { DuelCourt } from "../../quality/duel/DuelCourt.ts"
import type { Look } from "../../scoring/issue_competitions/verdicts.ts"
import * as Duels from "../../validator/loops/duels.ts"
import { step } from "../../validator/loops/quality.ts"
import { attempted, supervised } from "../../validator/loops/supervise.ts"
import { SeenByVerdicts } from "../../validator/SeenByVerdicts.ts"

export interface QualityOptions {
  readonly isWanted: boolean
  /** The data folder. */
  readonly folder: string
  /** Whose workers judge; without one, this process does. */
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  /** The file that names the judges of duels; without one, there are no duels. */
  readonly judges: Option.Option<string>
  /** A step that takes longer is abandoned. */
  readonly stepLimit: Duration.Duration
}

/** The records, the judge of heads and the court of duels of a contract. The engine's libraries are loaded only here. */
const judging = (contract: string, { folder, workDatabase }: QualityOptions, judges: Option.Option<KeyedPanel>) =>
  Layer.unwrapEffect(
    Effect.map(
      Effect.promise(() =>
        Promise.all([
          import("../../quality/pipeline/HeadJudgeByEngine.ts"),
          import("../../quality/pipeline/Judge.ts"),
          import("../../quality/pipeline/embedded.ts"),
          import("../../quality/pipeline/submitted.ts"),
          import("../../quality/duel/DuelCourtByEngine.ts"),
          import("../../quality/duel/Duel.ts")
        ])
      ),
      ([HeadJudgeByEngine, { judgeGroup }, Embedded, Submitted, DuelCourtByEngine, { duelGroup }]) => {
        const judge = Layer.unwrapEffect(Effect.map(judgeGroup, (group) => HeadJudgeByEngine.layer(group, contract)))
        const engine = Option.match(workDatabase, {
          onNone: () => Embedded.layer(pathIn(folder, "quality"), judges),
          onSome: (database) =>
            Submitted.layer(
              database,
              Option.map(judges, ({ panel }) => panel)
            )
        })
        const court = Option.match(judges, {
          onNone: () => Layer.empty,
          onSome: ({ panel }) => DuelCourtByEngine.layer(duelGroup(panel), contract)
        })
        return Layer.mergeAll(QualityRecords.layer(contract), DuelRecords.layer(contract), judge, court).pipe(Layer.provide(engine))
      }
    )
  )

/** What readers are given: records of heads and of duels. */
interface Readable {
  readonly records: QualityRecords.QualityRecords["Type"]
  readonly duels: DuelRecords.DuelRecords["Type"]
}

/** The records of whatever is open now: a reader, such as the axon, is there before the tables are, and stays when they are away. */
const whileOpen = (open: Ref.Ref<Option.Option<Readable>>): Readable => {
  const closed = new QualityRecords.QualityUnavailable({ operation: "open the tables", why: "they are not open yet; the log says why" })
  const use = <A>(
    what: (found: Readable) => Effect.Effect<A, QualityRecords.QualityUnavailable>
  ): Effect.Effect<A, QualityRecords.QualityUnavailable> =>
    Effect.flatMap(Ref.get(open), Option.match({ onNone: () => Effect.fail(closed), onSome: what }))
  return {
    records: {
      see: (head) => use(({ records }) => records.see(head)),
      of: (issue) => use(({ records }) => records.of(issue)),
      all: use(({ records }) => records.all),
      states: use(({ records }) => records.states),
      unfinished: use(({ records }) => records.unfinished),
      find: (head) => use(({ records }) => records.find(head)),
      earlierHeads: (head) => use(({ records }) => records.earlierHeads(head)),
      keepFingerprints: (head, fingerprints) => use(({ records }) => records.keepFingerprints(head, fingerprints)),
      append: (head, event) => use(({ records }) => records.append(head, event))
    },
    duels: {
      of: (issue) => use(({ duels }) => duels.of(issue)),
      changes: use(({ duels }) => duels.changes),
      artefacts: use(({ duels }) => duels.artefacts)
    }
  }
}

/** The panel of judges. Workers have their own keys. */
const panelOf = ({ judges, workDatabase }: QualityOptions) =>
  Effect.transposeOption(
    Option.map(judges, (path) =>
      Effect.flatMap(readPanel(path), (panel) =>
        Option.isSome(workDatabase) ? Effect.succeed<KeyedPanel>({ panel, keys: new Map() }) : withKeys(panel)
      )
    )
  )

/** Starts the loop, and gives what it finds out to readers. */
export const qualityLayer = (options: QualityOptions) =>
  options.isWanted
    ? Layer.scopedContext(
        Effect.gen(function* () {
          const panel = yield* panelOf(options)
          const contract = `${yield* chainFileName}-${(yield* Contract).address}`
          const open = yield* Ref.make(Option.none<Readable>())
          const seen = yield* Queue.sliding<ReadonlyArray<Look>>(1)
          const work = Effect.gen(function* () {
            const context = yield* Layer.build(Layer.merge(judging(contract, options, panel), PullRequestHeads.layer))
            const readable = {
              records: Context.get(context, QualityRecords.QualityRecords),
              duels: Context.get(context, DuelRecords.DuelRecords)
            }
            yield* Effect.acquireRelease(Ref.set(open, Option.some(readable)), () => Ref.set(open, Option.none()))
            const court = Context.getOption(context, DuelCourt)
            const duels = yield* Duels.make
            const duelStep = (looks: ReadonlyArray<Look>) =>
              Option.match(court, {
                onNone: () => Effect.void,
                onSome: (found) => attempted("duels", Effect.provideService(duels(looks), DuelCourt, found), { limit: options.stepLimit })
              })
            const once = Effect.flatMap(Queue.take(seen), (looks) =>
              Effect.zipRight(attempted("quality", step(looks), { limit: options.stepLimit }), duelStep(looks)).pipe(
                Effect.provide(context)
              )
            )
            return yield* Effect.forever(once)
          }).pipe(Effect.scoped)
          yield* Effect.forkScoped(supervised("quality", work))
          const { records, duels } = whileOpen(open)
          return Context.make(QualityRecords.QualityRecords, records).pipe(
            Context.add(DuelRecords.DuelRecords, duels),
            Context.add(SeenByVerdicts, { offer: (looks) => Effect.asVoid(Queue.offer(seen, looks)) })
          )
        })
      )
    : Layer.merge(QualityRecords.layerNone, DuelRecords.layerNone).pipe(
        Layer.tap(() =>
          Effect.when(Effect.logWarning("no duels: --judges has no effect with --no-quality or --once"), () =>
            Option.isSome(options.judges)
          )
        )
      )
