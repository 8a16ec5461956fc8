/** Pins the repositories of a roster: writes GitHub's ids into it, so that whoever takes over a name is not scored in its place. */
import { Clock, Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../domain/IssueRef.ts"
import { mayBeNamed, type RosterDocument, type RosterRepository } from "../../domain/Roster.ts"
import { RepositoryIds } from "../../layers/github/RepositoryIds.ts"

export interface PinnedRepository {
  /** As the roster spells it. */
  readonly name: string
  /** Null: GitHub shows no such repository, or a younger one, so it stays without an id. */
  readonly id: number | null
  /** The repository's name on GitHub; null if it is not shown. */
  readonly calledNow: RepositoryName | null
  /** Whether the roster had the id before. */
  readonly wasPinned: boolean
  /** The names that labels with a multiplier have, by their ids. */
  readonly labels: Readonly<Record<string, string>>
}

const decodeName = Schema.decodeUnknownOption(RepositoryName)

const AT_ONCE = 4

/** Whether a repository has a multiplier for a label's name in lower case. */
type HasMultiplier = (label: string, settings: RosterRepository) => boolean

/** The labels that have a multiplier: those of the roster by the names that they have there, and those that a pattern matches now. */
const labelsOf = Effect.fn("owner.labelsOf")(function* (name: RepositoryName, settings: RosterRepository, hasMultiplier: HasMultiplier) {
  if (Object.keys(settings.label_multipliers).length === 0) return settings.label_ids ?? {}
  const found = (yield* (yield* RepositoryIds).labels(name)) ?? []
  const matching = found.filter((label) => hasMultiplier(label.name.toLowerCase(), settings))
  return { ...Object.fromEntries(matching.map((label) => [label.node_id, label.name])), ...settings.label_ids }
})

/** The repository of a roster's entry: by its id where the roster has one, otherwise by its name. None: GitHub does not show it, or shows a younger one. */
export const shownRepository = Effect.fn("owner.shownRepository")(function* (name: string, settings: RosterRepository) {
  const ids = yield* RepositoryIds
  if (settings.github_id !== undefined) return yield* ids.withId(settings.github_id)
  const found = yield* Option.match(decodeName(name), { onNone: () => Effect.succeedNone, onSome: ids.named })
  return Option.filter(found, ({ created_at }) => mayBeNamed(settings, created_at))
})

const pinned = (name: string, settings: RosterRepository, hasMultiplier: HasMultiplier) =>
  Effect.gen(function* () {
    const { github_id } = settings
    const found = yield* shownRepository(name, settings)
    const { id, calledNow } = Option.match(found, {
      onNone: () => ({ id: github_id ?? null, calledNow: null }),
      onSome: (one) => ({ id: one.id, calledNow: one.full_name })
    })
    const labels = calledNow === null ? (settings.label_ids ?? {}) : yield* labelsOf(calledNow, settings, hasMultiplier)
    return { name, id, calledNow, wasPinned: github_id !== undefined, labels } satisfies PinnedRepository
  })

/**
 * The roster with the ids of all repositories that GitHub shows, and of their labels that have multipliers. An id that it has stays, whatever has the name now. The others
 * get the day, so that one that is made later under such a name does not count.
 */
export const pinRoster = Effect.fn("owner.pinRoster")(function* (roster: RosterDocument, hasMultiplier: HasMultiplier) {
  const entries = Object.entries(roster.repositories)
  const all = yield* Effect.forEach(entries, ([name, settings]) => pinned(name, settings, hasMultiplier), { concurrency: AT_ONCE })
  const found = new Map(all.map((one) => [one.name, one]))
  const today = new Date(yield* Clock.currentTimeMillis).toISOString().slice(0, "YYYY-MM-DD".length)
  const repositories = Object.fromEntries(
    entries.map(([name, settings]) => {
      const { id = null, labels = {} } = found.get(name) ?? {}
      const known = Object.keys(labels).length === 0 ? {} : { label_ids: labels }
      return [name, { ...settings, ...(id === null ? { named_on: settings.named_on ?? today } : { github_id: id }), ...known }]
    })
  )
  const document: RosterDocument = { ...roster, repositories }
  return { roster: document, repositories: all }
})

/** The repositories of a roster that any stranger's of the same name could stand in for. */
export const unpinned = ({ repositories }: Pick<RosterDocument, "repositories">): ReadonlyArray<string> =>
  Object.entries(repositories).flatMap(([name, { github_id }]) => (github_id === undefined ? [name] : []))
