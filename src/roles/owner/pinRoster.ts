/** Pins the repositories of a roster by GitHub's ids, so that a repository that takes over a name is not scored in place of the original. */
import { Clock, Effect, Option, Schema } from "effect"
import { RepositoryName } from "../../domain/IssueRef.ts"
import { mayBeNamed, type RosterDocument, type RosterRepository } from "../../domain/Roster.ts"
import { RepositoryIds } from "../../layers/github/RepositoryIds.ts"

export interface PinnedRepository {
  /** The name in the roster. */
  readonly name: string
  /** Null: GitHub does not show the repository, or shows one created later, so the entry gets no id. */
  readonly id: number | null
  /** The current name on GitHub; null: GitHub does not show the repository. */
  readonly calledNow: RepositoryName | null
  /** Whether the roster contained the id before. */
  readonly wasPinned: boolean
  /** Names of labels with a multiplier, by label id. */
  readonly labels: Readonly<Record<string, string>>
}

const decodeName = Schema.decodeUnknownOption(RepositoryName)

const AT_ONCE = 4

/** Whether a repository's settings give a multiplier to a label name in lower case. */
type HasMultiplier = (label: string, settings: RosterRepository) => boolean

/** The labels with a multiplier: those pinned in the roster under their pinned names, and those whose current name matches a pattern. */
const labelsOf = Effect.fn("owner.labelsOf")(function* (name: RepositoryName, settings: RosterRepository, hasMultiplier: HasMultiplier) {
  if (Object.keys(settings.label_multipliers).length === 0) return settings.label_ids ?? {}
  const found = (yield* (yield* RepositoryIds).labels(name)) ?? []
  const matching = found.filter((label) => hasMultiplier(label.name.toLowerCase(), settings))
  return { ...Object.fromEntries(matching.map((label) => [label.node_id, label.name])), ...settings.label_ids }
})

/** Finds the repository of a roster entry by its id, or by its name if the entry has no id. None: GitHub does not show it, or shows one created later. */
export const shownRepository = Effect.fn("owner.shownRepository")(function* (name: string, settings: RosterRepository) {
  const ids = yield* RepositoryIds
  if (settings.github_id !== undefined) return yield* ids.withId(settings.github_id)
  const found = yield* Option.match(decodeName(name), { onNone: () => Effect.succeedNone, onSome: ids.named })
  return Option.filter(found, ({ created_at }) => mayBeNamed(settings, created_at))
})

const pinSettings = (name: string, settings: RosterRepository, hasMultiplier: HasMultiplier) =>
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
 * The roster with the ids of all repositories that GitHub shows, and of their labels with multipliers. An existing id stays, even if another repository has
 * the name now. An entry without an id gets today's date, so that a repository created later under its name does not count.
 */
export const pinRoster = Effect.fn("owner.pinRoster")(function* (roster: RosterDocument, hasMultiplier: HasMultiplier) {
  const entries = Object.entries(roster.repositories)
  const all = yield* Effect.forEach(entries, ([name, settings]) => pinSettings(name, settings, hasMultiplier), { concurrency: AT_ONCE })
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

/** Names of roster entries without an id, which a stranger's repository of the same name could match. */
export const unpinnedRepositories = ({ repositories }: Pick<RosterDocument, "repositories">): ReadonlyArray<string> =>
  Object.entries(repositories).flatMap(([name, { github_id }]) => (github_id === undefined ? [name] : []))
