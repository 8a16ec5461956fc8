/** Epochs of a validator that scores the contributions on a simulated GitHub by the validator's own steps. A test sets the chain's block. */
import { Context, Effect, Layer, Schema } from "effect"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import * as Absences from "../../../src/layers/github/Absences.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import { type EpochMemory, scoreMiners } from "../../../src/rules/contributions/epochScores.ts"
import { methodsOf } from "../../../src/rules/contributions/files/totals.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { loadAndScoreFiles } from "../../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { processes } from "../processes.ts"
import { layerParity } from "../roster/parity.ts"
import { hotkey } from "../rules/world.ts"
import { type fullStory, service } from "./contributionStory.ts"

/** One merged pull request is enough to earn. */
const EASY = { eligibility: { min_valid_merged_prs: 1, min_credibility: 0 }, scoring: { open_pr_collateral_percent: 0 } }
const repositories = Schema.decodeUnknownSync(RosterRepositories)({
  "Acme/Widgets": { emission_share: 0.5, label_multipliers: { "bug*": 1.5 }, maintainer_cut: 0.2, ...EASY },
  "acme/gadgets": { emission_share: 0.5, ...EASY }
})

const scorer = Layer.merge(Layer.provide(scorerLayer(), processes), layerParity)

/** A validator's scores, epoch after epoch. `file`: stores its previous requests. `settings`: of the client that loads contributions. */
export const scoredEpochs = (
  { request, tokens, url }: Effect.Effect.Success<ReturnType<typeof fullStory>>,
  file: string,
  settings: Parameters<typeof service>[2] = {}
) =>
  Effect.gen(function* () {
    const world = { block: 0 }
    let before: EpochMemory | undefined
    const hotkeys = new Map(Object.keys(request.uids).map((uid) => [Number(uid), hotkey(Number(uid))] as const))

    /** One process: everything that a restart creates anew. */
    const start = Effect.gen(function* () {
      const watches = yield* Watches.make({ file, chain: "test" })
      const absences = yield* Absences.make({ watches, block: Effect.sync(() => world.block) })
      const contributions = Layer.scoped(Contributions, service(url, tokens, settings)).pipe(
        Layer.provide(Layer.succeed(Absences.Absences, absences))
      )
      const context = yield* Layer.build(Layer.provideMerge(scoresLayer, Layer.merge(contributions, scorer)))
      return Context.add(context, Absences.Absences, absences)
    })
    let process = yield* start

    return {
      restart: Effect.map(start, (anew) => {
        process = anew
      }),
      /** The missing parts, as /health shows them. */
      missing: Effect.suspend(() => Context.get(process, Absences.Absences).missing),
      /** Scores the epoch that is current at a block. */
      at: (block: number, epoch = block) =>
        Effect.gen(function* () {
          world.block = block
          const round = yield* Effect.provide(loadAndScoreFiles({ ...request, repositories }), process)
          const scored = scoreMiners({
            ...round,
            methods: new Map([...round.files].map(([key, { files }]) => [key, methodsOf(files)])),
            hotkeys,
            unlinked: new Map(),
            before
          })
          before = { epoch, ...scored }
          return {
            ...scored,
            gone: round.gone,
            missing: round.missing,
            /** A miner's score in a repository; undefined: unknown. */
            scoreOf: (uid: number, repository: string) =>
              scored.miners.find((one) => one.uid === uid)?.repositories.find((one) => one.repository === repository)?.pullRequests
          }
        })
    }
  })
