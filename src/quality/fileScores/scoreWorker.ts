/** The worker of `scoreTask`. */
import { Effect, Layer } from "effect"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { hadHere } from "../../layers/git/history/hadHere.ts"
import { parentOf, parentsOf } from "../../layers/git/history/parents.ts"
import { Budget } from "../../layers/git/history/queries.ts"
import { openRepository } from "../../layers/git/openRepository.ts"
import { layer as processes } from "../../layers/machine/confined/asProcesses.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import * as FileScorer from "../../scoring/oss_contributions/score/FileScorer.ts"
import { rulesOfText } from "../../scoring/oss_contributions/score/rulesText.ts"
import { scoreTask } from "./scoreTask.ts"

/** Bytes of what the parent's tree says of all changed files. */
const MOST_SAID = 16 << 20

export const main = serveTask(scoreTask, ({ base, head, rules }, places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    const { scoreFiles } = yield* FileScorer.FileScorer
    const [files, fileRules] = yield* Effect.all([repository.changedFiles(base, head), rulesOfText(rules)])
    if (fileRules.work === undefined) return { scored: yield* scoreFiles(files, fileRules), had: null }
    // Nothing is fetched: where an object is missing, it is not known what the parent's tree says, and nothing follows.
    const [known = null] = yield* Effect.orElseSucceed(parentsOf(repository.folder, "", [{ base, head }], new Budget(MOST_SAID)), () => [])
    const had = yield* Effect.orElseSucceed(hadHere(repository.folder, base, head, [...fileRules.languages.keys()]), () => null)
    if (known === null) return { scored: yield* scoreFiles(files, fileRules), had }
    const parent = parentOf(known)
    const scored = yield* scoreFiles(
      files.map((file) => ({ ...file, parent: parent(file.path) })),
      fileRules
    )
    return { scored, had }
  }).pipe(Effect.catchTags(asUnusable), Effect.provide(Layer.provide(FileScorer.layer(), processes)))
)
