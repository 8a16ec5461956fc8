/** Shared by the gate's workers: reads the diff of two commits, and describes failures. */
import { Effect, Layer } from "effect"
import { openRepository } from "../../layers/git/openRepository.ts"
import { layer as processes } from "../../layers/machine/confined/asProcesses.ts"
import type { Places } from "../../layers/machine/confined/Task.ts"
import { layer as treeTallies } from "../../layers/parsing/TreeTallies.ts"
import { rulesOfText } from "../../scoring/oss_contributions/score/rulesText.ts"

interface Commits {
  readonly base: string
  readonly head: string
  readonly rules: string
}

/** Opens the repository and reads the diff of two commits. */
export const changeOf = ({ base, head, rules: text }: Commits, places: Places) =>
  Effect.gen(function* () {
    const repository = yield* openRepository(places)
    return { repository, rules: yield* rulesOfText(text), files: yield* repository.changedFiles(base, head) }
  })

/** This process is already confined, and so are the parser processes that it starts. */
export const parsers = Layer.provide(treeTallies(), processes)
