/** What a default branch has, by git. GitHub is asked for what its pull requests say, which git does not know. */
import { Effect, Option } from "effect"
import { splitRepository } from "../../../domain/IssueRef.ts"
import type { GitRecord, RecordedRepository } from "../../git/record/GitRecord.ts"
import type { RecordQuestion } from "../../git/record/recordTask.ts"
import { GitHubUnavailable } from "../errors.ts"
import { containsCommit, type NamedBranch, saidIn } from "./branchByApi.ts"
import { historyOf } from "./graph.ts"
import * as queries from "./queries.ts"
import type { BranchSource, Merge, Touching } from "./readReverts.ts"

/** Commits about which GitHub is asked at once. */
const AT_ONCE = 50

/** What the pull requests that have these commits say, in the commits' order. */
const readSaid = ({ repository, rest }: NamedBranch, commits: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { owner, repo: name } = splitRepository(repository)
    const operation = `read the pull requests of ${commits.length} commits of ${repository}`
    const askFor = (some: ReadonlyArray<string>) => ({
      query: queries.saidQuery(some.length),
      variables: { owner, name, ...Object.fromEntries(some.map((oid, place) => [`oid${place}`, oid])) }
    })
    const said: Array<Pick<Touching, "names" | "says">> = []
    while (said.length < commits.length) {
      const asked = commits.slice(said.length, said.length + AT_ONCE)
      const { about, answer } = yield* rest.graphqlAbout(operation, asked, askFor, queries.SaidAnswer, () => false)
      for (const [place, oid] of about.entries()) {
        const found = answer.repository?.[`commit${place}`]?.associatedPullRequests
        if (found === undefined) return yield* new GitHubUnavailable({ operation, why: `GitHub does not know ${oid} yet`, ill: true })
        said.push(saidIn(found.nodes))
      }
    }
    return said
  })

/** Asks git, and `otherwise` for what git does not tell. */
export const branchByGit = (
  record: GitRecord["Type"],
  repository: RecordedRepository,
  place: NamedBranch,
  otherwise: BranchSource
): BranchSource => {
  const ask = (question: Partial<RecordQuestion>) =>
    record.ask(repository, question).pipe(
      Effect.asSome,
      Effect.catchTag("NoGitRecord", ({ message }) => Effect.as(Effect.logDebug(message), Option.none()))
    )

  const backTo = (merges: ReadonlyArray<Merge>) =>
    Effect.gen(function* () {
      const wanted = merges.map(({ mergeCommit }) => mergeCommit)
      const list = Option.getOrUndefined(yield* ask({ backTo: [wanted] }))?.backTo[0]
      if (list?.isAll !== true) return yield* otherwise.backTo(merges)
      const known = new Set(list.commits.map(({ commit }) => commit))
      // The server that git asks may be behind the one that shows the merge.
      for (const oid of wanted) if (!known.has(oid) && (yield* containsCommit(place, oid)) !== false) return yield* otherwise.backTo(merges)
      return { history: historyOf(list.commits), isWhole: true }
    })

  const touching: BranchSource["touching"] = (asked) =>
    Effect.gen(function* () {
      const { commit, later, path } = asked
      const list = Option.getOrUndefined(yield* ask({ touching: [{ commit, path }] }))?.touching[0]
      if (list === undefined || list === null) return yield* otherwise.touching(asked)
      if (!list.isAll) return undefined
      const own = list.commits.filter((one) => later.has(one.commit))
      const said = yield* readSaid(
        place,
        own.map((one) => one.commit)
      )
      return new Map(
        own.flatMap(({ commit, size }, index): ReadonlyArray<readonly [string, Touching]> => {
          const words = said[index]
          return words === undefined ? [] : [[commit, { ...words, size: size ?? undefined }]]
        })
      )
    })

  return {
    backTo,
    touching,
    hasBetween: (times) =>
      Effect.flatMap(ask({ between: [times] }), (answer) => {
        const has = Option.getOrUndefined(answer)?.between[0]
        return has === undefined ? otherwise.hasBetween(times) : Effect.succeed(has)
      })
  }
}
