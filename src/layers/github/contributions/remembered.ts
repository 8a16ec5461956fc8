/**
 * What is remembered of a repository between rounds: its maintainers among the miners, and what its lists showed of miners' entries. GitHub leaves entries out of
 * lists while it hides their authors, and lists are empty on bad days. So what was listed and still counts, and is not listed, is missing until it is proved to be gone.
 */
import { Effect, Option, Schema } from "effect"
import type { MissingEvidence } from "../../../domain/contributions/MissingEvidence.ts"
import type { Sources, WholeLists } from "./lists.ts"

/** An entry that counts, by its number, its author, and when it was merged or closed (or opened, if it was closed unmerged): then it leaves the window. Null: it is open. */
const Entry = Schema.Tuple(Schema.Int, Schema.String, Schema.NullOr(Schema.Number))
type Entry = typeof Entry.Type

const Remembered = Schema.parseJson(
  Schema.Struct({ maintainers: Schema.Array(Schema.String), entries: Schema.optionalWith(Schema.Array(Entry), { default: () => [] }) })
)
export type Remembered = typeof Remembered.Type

const decode = Schema.decodeUnknownOption(Remembered)
export const textOf = Schema.encodeSync(Remembered)

/** What was last known of a repository. */
export const lastOf = ({ absences }: Sources, repository: string): Effect.Effect<Remembered> =>
  Effect.map(absences.last("repository", repository.toLowerCase()), (last) =>
    Option.getOrElse(decode(last), () => ({ maintainers: [], entries: [] }))
  )

/** The entries that count, sorted by their numbers. */
const entriesOf = ({ closedIssues, now, openIssues, pullRequests }: WholeLists): ReadonlyArray<Entry> =>
  [...pullRequests, ...closedIssues, ...openIssues]
    .flatMap(({ closed_at, created_at, number, pull_request, user }): ReadonlyArray<Entry> => {
      if (user === null) return []
      const mergedAt = pull_request?.merged_at ?? null
      const isOpen = closed_at === null || closed_at > now
      return [[number, String(user.id), isOpen ? null : (mergedAt ?? (pull_request === undefined ? closed_at : created_at))]]
    })
    .toSorted(([one], [other]) => one - other)

/** The entries to remember of each repository that was read, and what is missing of those that were remembered. `accounts`: those that the lists are about. */
export const compareEntries = (sources: Sources, all: ReadonlyArray<WholeLists>, accounts: ReadonlySet<string>) =>
  Effect.gen(function* () {
    const read = yield* Effect.forEach(all, (lists) =>
      Effect.map(lastOf(sources, lists.repository), ({ entries }) => ({
        lists,
        entries: entriesOf(lists),
        lost: entries.filter(
          ([number, account, at]) => accounts.has(account) && (at === null || at >= lists.since) && lists.authors.get(number) !== account
        )
      }))
    )
    const nameOf = ({ repository }: WholeLists, [number]: Entry) => `${repository.toLowerCase()}#${number}`
    const ownerOf = ({ repository }: WholeLists) => repository.split("/", 1)[0] ?? ""
    const absent = yield* sources.absences.look(
      "entry",
      read.flatMap(({ entries, lists, lost }) => [
        ...entries.map((one) => ({ name: nameOf(lists, one), owner: ownerOf(lists), seen: "" })),
        ...lost.map((one) => ({ name: nameOf(lists, one), owner: ownerOf(lists), seen: null }))
      ]),
      sources.gitHub.condition
    )
    const kept = read.map(({ entries, lists, lost }) => {
      const missing = lost.flatMap((entry) => {
        const absence = absent.get(nameOf(lists, entry))
        return absence === undefined || absence.isProved ? [] : [{ entry, why: `#${entry[0]}: ${absence.why}` }]
      })
      return { repository: lists.repository, entries: [...entries, ...missing.map(({ entry }) => entry)], missing }
    })
    return {
      entries: new Map(kept.map(({ entries, repository }) => [repository, entries])),
      missing: kept.flatMap(({ missing, repository }) => {
        const first = new Map(missing.toReversed().map(({ entry: [, account], why }) => [account, why]))
        return [...first].map(([account, why]): MissingEvidence => ({ repository, account, why }))
      })
    }
  })
