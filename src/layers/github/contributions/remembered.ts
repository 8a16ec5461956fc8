/** Remembers a repository between rounds: its maintainers among the miners, and the miners' entries that its lists showed. */
import { Effect, Option, Schema } from "effect"
import { type Entry, entriesOf, lostOf, missingOfLost } from "../../../rules/contributions/fromGitHub/lostEntries.ts"
import type { Sources, WholeLists } from "./lists.ts"

const KeptEntry = Schema.Tuple(Schema.Int, Schema.String, Schema.NullOr(Schema.Number))

const Remembered = Schema.parseJson(
  Schema.Struct({ maintainers: Schema.Array(Schema.String), entries: Schema.optionalWith(Schema.Array(KeptEntry), { default: () => [] }) })
)
export type Remembered = typeof Remembered.Type

const decode = Schema.decodeUnknownOption(Remembered)
export const textOf = Schema.encodeSync(Remembered)

/** A repository's last known state. */
export const lastOf = ({ absences }: Sources, repository: string): Effect.Effect<Remembered> =>
  Effect.map(absences.last("repository", repository.toLowerCase()), (last) =>
    Option.getOrElse(decode(last), () => ({ maintainers: [], entries: [] }))
  )

/** A repository's lists, compared: the entries that count, and the remembered ones that are no longer listed. */
export interface ComparedLists {
  readonly repository: string
  readonly entries: ReadonlyArray<Entry>
  readonly lost: ReadonlyArray<Entry>
}

/** Compares lists with their repository's remembered entries. `accounts`: those that the lists are about. */
export const compareLists = (sources: Sources, lists: WholeLists, accounts: ReadonlySet<string>): Effect.Effect<ComparedLists> =>
  Effect.map(lastOf(sources, lists.repository), ({ entries }) => ({
    repository: lists.repository,
    entries: entriesOf(lists, lists.now),
    lost: lostOf(entries, lists, accounts)
  }))

/** The entries to remember of each repository that was read, and the remembered ones that are missing. */
export const missingEntries = (sources: Sources, all: ReadonlyArray<ComparedLists>) =>
  Effect.gen(function* () {
    const nameOf = ({ repository }: ComparedLists, [number]: Entry) => `${repository.toLowerCase()}#${number}`
    const ownerOf = ({ repository }: ComparedLists) => repository.split("/", 1)[0] ?? ""
    const absent = yield* sources.absences.look(
      "entry",
      all.flatMap((one) => [
        ...one.entries.map((entry) => ({ name: nameOf(one, entry), owner: ownerOf(one), seen: "" })),
        ...one.lost.map((entry) => ({ name: nameOf(one, entry), owner: ownerOf(one), seen: null }))
      ]),
      sources.gitHub.condition
    )
    const kept = all.map((one) => {
      const missing = one.lost.flatMap((entry) => {
        const absence = absent.get(nameOf(one, entry))
        return absence === undefined || absence.isProved ? [] : [{ entry, why: `#${entry[0]}: ${absence.why}` }]
      })
      return { repository: one.repository, entries: [...one.entries, ...missing.map(({ entry }) => entry)], missing }
    })
    return {
      entries: new Map(kept.map(({ entries, repository }) => [repository, entries])),
      missing: kept.flatMap(({ missing, repository }) => missingOfLost(repository, missing))
    }
  })
