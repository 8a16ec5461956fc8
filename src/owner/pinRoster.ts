/** Pins the repositories of a roster: writes GitHub's ids into it, so that whoever takes over a name is not scored in its place. */
import { Effect, Option, Schema } from "effect"
import { RepositoryName } from "../domain/IssueRef.ts"
import type { RosterDocument, RosterRepository } from "../domain/Roster.ts"
import { RepositoryIds } from "../layers/github/RepositoryIds.ts"

export interface PinnedRepository {
  /** As the roster spells it. */
  readonly name: string
  /** Null: GitHub shows no such repository, so it stays without an id. */
  readonly id: number | null
  /** The repository's name on GitHub; null if it is not shown. */
  readonly calledNow: string | null
  /** Whether the roster had the id before. */
  readonly wasPinned: boolean
}

const decodeName = Schema.decodeUnknownOption(RepositoryName)

const AT_ONCE = 4

const pinned = (name: string, { github_id }: RosterRepository) =>
  Effect.gen(function* () {
    const ids = yield* RepositoryIds
    const found =
      github_id === undefined
        ? yield* Option.match(decodeName(name), { onNone: () => Effect.succeedNone, onSome: ids.named })
        : yield* ids.withId(github_id)
    const { id, calledNow } = Option.match(found, {
      onNone: () => ({ id: github_id ?? null, calledNow: null }),
      onSome: (one) => ({ id: one.id, calledNow: one.full_name })
    })
    return { name, id, calledNow, wasPinned: github_id !== undefined } satisfies PinnedRepository
  })

/** The roster with the ids of all repositories that GitHub shows. An id that it has stays, whatever has the name now. */
export const pinRoster = Effect.fn("owner.pinRoster")(function* (roster: RosterDocument) {
  const entries = Object.entries(roster.repositories)
  const all = yield* Effect.forEach(entries, ([name, settings]) => pinned(name, settings), { concurrency: AT_ONCE })
  const idOf = new Map(all.map(({ name, id }) => [name, id]))
  const repositories = Object.fromEntries(
    entries.map(([name, settings]) => {
      const id = idOf.get(name) ?? null
      return [name, id === null ? settings : { ...settings, github_id: id }]
    })
  )
  const document: RosterDocument = { ...roster, repositories }
  return { roster: document, repositories: all }
})

/** The repositories of a roster that any stranger's of the same name could stand in for. */
export const unpinned = ({ repositories }: Pick<RosterDocument, "repositories">): ReadonlyArray<string> =>
  Object.entries(repositories).flatMap(([name, { github_id }]) => (github_id === undefined ? [name] : []))
