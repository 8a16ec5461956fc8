/** The worker of `scoreTask`. */
import { Effect, Layer } from "effect"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { openRepository } from "../../layers/git/openRepository.ts"
import { layer as processes } from "../../layers/machine/confined/asProcesses.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import { rulesOfText } from "../../scoring/oss_contributions/score/rulesText.ts"
import { NothingParsed } from "../gate/gateTask.ts"
import { scoreTask } from "./scoreTask.ts"

export const main = serveTask(scoreTask, ({ base, head, rules }, places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    const { scoreFiles } = yield* FileScorer.FileScorer
    return yield* scoreFiles(yield* repository.changedFiles(base, head), yield* rulesOfText(rules))
  }).pipe(
    Effect.catchTags({
      ...asUnusable,
      ParsingUnavailable: ({ message }) => new NothingParsed({ reason: message })
    }),
    Effect.provide(Layer.provide(FileScorer.layer(), processes))
  )
)
