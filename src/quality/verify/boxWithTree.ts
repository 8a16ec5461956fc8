/** Extends a box's command, so that the box first writes a commit's files to its work folder. */
import { Effect, Either, Schema } from "effect"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import type { Repository } from "../../layers/git/Repositories.ts"
import { outcomeOf, questionOf } from "../../layers/machine/confined/Task.ts"
import { ownProgramInside } from "../../layers/machine/sandbox/ownProgramInside.ts"
import { type BoxRequest, type BoxResult, RESULTS_FOLDER, shownOutput } from "../../layers/machine/sandbox/Sandbox.ts"
import { type TreeRequest, treeTask } from "./treeTask.ts"

/** Name of the result of writing the tree, beside the command's results. */
const TREE_RESULT = "tree"

const insideOf = (name: string): string => `/place/${name}`

/** Completes a request: `script` runs in /bin/sh in a work folder with the tree's files. */
export const withTree = (
  repository: Repository,
  tree: TreeRequest,
  script: string,
  request: Omit<BoxRequest, "command" | "stdin">
): Effect.Effect<BoxRequest> =>
  Effect.gen(function* () {
    const own = ownProgramInside()
    const places = Object.keys(repository.places)
    const asked = yield* Schema.encode(questionOf(treeTask))({
      question: tree,
      places: { ...Object.fromEntries(places.map((name) => [name, insideOf(name)])), work: "/box/work" }
    })
    const write = [...own.command, "--worker", treeTask.name, `${RESULTS_FOLDER}/${TREE_RESULT}`].join(" ")
    const bound = Object.entries(repository.places).map(([name, { outside }]) => ({ outside, inside: insideOf(name) }))
    const full: BoxRequest = {
      ...request,
      command: ["/bin/sh", "-c", `${write} || exit 124\n(\n${script}\n) </dev/null`],
      stdin: new TextEncoder().encode(asked),
      readOnly: [...own.readOnly, ...bound, ...(request.readOnly ?? [])],
      results: [...(request.results ?? []), TREE_RESULT]
    }
    return full
  }).pipe(Effect.orDie)

const decodeTreeOutcome = Schema.decodeOption(outcomeOf(treeTask))

/** Fails if the files could not be written. Later code in the box could fake this failure, but harms only its own result. */
export const checkTree = ({ end, results, output }: BoxResult): Effect.Effect<void, GitUnusable> => {
  if (end !== "itself") return Effect.void
  const written = decodeTreeOutcome(new TextDecoder().decode(results.get(TREE_RESULT)))
  return written._tag === "Some"
    ? Either.match(written.value, { onLeft: Effect.fail, onRight: () => Effect.void })
    : Effect.fail(
        new GitUnusable({
          why: `the commit's files could not be written into the sandbox: ${shownOutput(output).trim().slice(-300)}`,
          isBeyondLimit: false
        })
      )
}
