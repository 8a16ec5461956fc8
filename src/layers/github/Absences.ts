/**
 * Decides what is gone from GitHub. A 404, a null or an empty answer does not prove absence (docs/world.md has cases). A thing is gone only after
 * every check over some hours missed it; until then it is missing evidence, and the last known value counts. All checks for absence use this service,
 * except those of the issues of running competitions: their watch (`scoring/issue_competitions/judge.ts`) follows the same rule.
 */
import { Clock, Context, Effect, Either, Layer, Option, Ref } from "effect"
import { isMissing, isProved, recordSighting, type Sighting, whyNotCounted } from "../../domain/absence.ts"
import { formatPeriod } from "../../domain/Blocks.ts"
import { GONE_FOR, type Watch } from "../../domain/Watch.ts"
import * as RareLines from "../machine/effects/rareLines.ts"
import { set } from "../machine/telemetry/metrics.ts"
import { makeInMemory, Watches } from "../storage/dataFolder/Watches.ts"

export type { Sighting } from "../../domain/absence.ts"

/** What can be missing: a singular with its article, and a plural. */
const KINDS = {
  repository: ["the repository", "repositories"],
  /** What a fork is of, by the fork. */
  origin: ["what was forked as", "repositories that were forked"],
  /** An entry of a repository's lists, by repository and number. */
  entry: ["the entry", "entries of lists"],
  /** A gist that proves a link, by hotkey, account and gist. */
  gist: ["the gist that links", "gists that link accounts"],
  account: ["the account", "accounts"],
  /** A maintainer's association, by account and repository. */
  association: ["what makes a maintainer of", "associations of maintainers"],
  /** An organization's public members, by organization. */
  members: ["the list of public members of", "lists of public members"]
} as const
export type Kind = keyof typeof KINDS

/** Kinds whose things mostly never exist. Of these only a thing seen before can be missing. */
const MOSTLY_ABSENT: ReadonlySet<Kind> = new Set(["association"])

/** A thing that GitHub did not show when it was checked. */
export interface Absence {
  /** It is gone: every check missed it for long enough. */
  readonly isProved: boolean
  /** Its last known value; undefined: this validator never saw it. */
  readonly last: string | undefined
  /** Why it does not count as gone yet, for logs and pages. */
  readonly why: string
}

/** Something that is missing and not proved to be gone. */
export interface MissingThing {
  readonly kind: Kind
  readonly name: string
  /** The number of blocks for which every check has missed it. */
  readonly blocks: number
  /** The number of blocks after which it is gone. */
  readonly needed: number
}

export class Absences extends Context.Tag("gittensor/Absences")<
  Absences,
  {
    /**
     * Records one check of things of one kind. Returns those that GitHub did not show, by name. `condition`: why GitHub's answers prove little at
     * present, or null; read only when something is missing.
     */
    readonly look: (
      kind: Kind,
      sightings: ReadonlyArray<Sighting>,
      condition: Effect.Effect<string | null>
    ) => Effect.Effect<ReadonlyMap<string, Absence>>
    /** The last known value of a thing, present or missing; undefined: it was never seen, or need not be remembered. */
    readonly last: (kind: Kind, name: string) => Effect.Effect<string | undefined>
    /** The missing things, for /health. */
    readonly missing: Effect.Effect<ReadonlyArray<MissingThing>>
  }
>() {}

export interface AbsencesOptions {
  /** Where checks are recorded. */
  readonly watches: Watches["Type"]
  /** The finalised head's number. Fails with the reason where it is not known; such a check does not count. */
  readonly block: Effect.Effect<number, string>
  /** How long a thing must be missing, in blocks. */
  readonly needed?: number
}

/** The log reports a kind with missing things at most this often. */
const SAID_EVERY = "1 hour"

/** How long a check counts in "gone at once", in milliseconds. */
const RECENT_CHECK = 3_600_000

/** A watch without a check for so many blocks (two weeks) is deleted when the service starts. */
const FORGOTTEN_AFTER = 100_800

/** The watches to delete, as changes to `undefined`. */
const forgotten = (watches: ReadonlyMap<string, Watch>) => {
  const newest = [...watches.values()].reduce((last, { lastLook }) => Math.max(last, lastLook), 0)
  return new Map([...watches].flatMap(([name, { lastLook }]) => (lastLook < newest - FORGOTTEN_AFTER ? [[name, undefined] as const] : [])))
}

type KnownAbsences = ReadonlyMap<Kind, ReadonlyMap<string, Watch>>

/** The result of a recent check, in memory only. */
interface Recent {
  readonly owner: string
  readonly isThere: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

export const make = Effect.fn("Absences.make")(function* ({ watches, block, needed = GONE_FOR }: AbsencesOptions) {
  const lines = yield* RareLines.make(SAID_EVERY)
  const known = yield* Ref.make<KnownAbsences>(new Map())
  const recent = yield* Ref.make<ReadonlyMap<Kind, ReadonlyMap<string, Recent>>>(new Map())
  const oneAtATime = yield* Effect.makeSemaphore(1)

  const unusable = (message: string) => lines.warn("unusable", `what is missing on GitHub is remembered in memory only: ${message}`)

  /** The watches over a kind, read once. */
  const knownOf = (kind: Kind) =>
    Effect.flatMap(Ref.get(known), (all) => {
      const before = all.get(kind)
      if (before !== undefined) return Effect.succeed(before)
      return watches.of(kind).pipe(
        Effect.tap((read) => watches.change(kind, forgotten(read))),
        Effect.map((read): ReadonlyMap<string, Watch> => new Map([...read].filter(([name]) => !forgotten(read).has(name)))),
        Effect.catchAll(({ message }) => Effect.as(unusable(message), new Map<string, Watch>())),
        Effect.tap((read) => Ref.update(known, (others) => new Map([...others, [kind, read]])))
      )
    })

  const keep = (kind: Kind, before: ReadonlyMap<string, Watch>, changes: ReadonlyMap<string, Watch | undefined>) => {
    if (changes.size === 0) return Effect.succeed(before)
    const after = new Map([...before].filter(([name]) => !changes.has(name)))
    for (const [name, watch] of changes) if (watch !== undefined) after.set(name, watch)
    return Ref.update(known, (others) => new Map([...others, [kind, after]])).pipe(
      Effect.zipRight(watches.change(kind, changes)),
      Effect.catchAll(({ message }) => unusable(message)),
      Effect.as(after)
    )
  }

  /** Adds this check's results, and returns all of the last hour. */
  const recentWith = (kind: Kind, sightings: ReadonlyArray<Sighting>) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) =>
      Ref.modify(recent, (all) => {
        const own = new Map([...(all.get(kind) ?? [])].filter(([, one]) => at - one.at < RECENT_CHECK))
        for (const { name, owner, seen } of sightings) own.set(name, { owner, isThere: seen !== null, at })
        return [own, new Map([...all, [kind, own]])]
      })
    )

  const whyNot = (kind: Kind, shown: ReadonlyMap<string, Recent>, before: ReadonlyMap<string, Watch>, ill: string | null) => {
    const ownersOf = (which: (one: Recent, watch: Watch | undefined) => boolean) =>
      [...shown].flatMap(([name, one]) => (which(one, before.get(name)) ? [one.owner] : []))
    return whyNotCounted(ill, KINDS[kind][1], {
      // A thing that was never seen, or is proved to be gone, does not count as gone at once with the rest.
      gone: ownersOf(({ isThere }, watch) => !isThere && watch?.last !== undefined && !isProved(watch, needed)),
      found: ownersOf(({ isThere }) => isThere)
    })
  }

  const tell = (kind: Kind, before: ReadonlyMap<string, Watch>, after: ReadonlyMap<string, Watch>, missing: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const [one] = KINDS[kind]
      for (const name of missing)
        if (isProved(after.get(name), needed) && !isProved(before.get(name), needed))
          yield* Effect.logWarning(`${one} ${name} was missing on GitHub in every snapshot for ${formatPeriod(needed)}: it counts as gone`)
      const open = [...after].filter(([, watch]) => isMissing(watch) && !isProved(watch, needed))
      const first = missing.find((name) => !isProved(after.get(name), needed))
      const others = Math.max(open.length, missing.length) > 1 ? " (and others)" : ""
      if (first !== undefined)
        yield* lines.warn(
          kind,
          `GitHub does not show ${one} ${first}${others}: it counts as gone only if it is missing in every snapshot for ${formatPeriod(needed)}, and until then what was last known stays`
        )
      else if (missing.length === 0 && open.length === 0) yield* lines.over(`GitHub shows the ${KINDS[kind][1]} again`, kind)
      yield* set("gittensor_missing_evidence", open.length, { kind })
    })

  const look = (kind: Kind, all: ReadonlyArray<Sighting>, condition: Effect.Effect<string | null>) =>
    Effect.gen(function* () {
      const before = yield* knownOf(kind)
      const sightings = MOSTLY_ABSENT.has(kind) ? all.filter(({ name, seen }) => seen !== null || before.has(name)) : all
      const shown = yield* recentWith(kind, sightings)
      const missing = sightings.filter(({ seen }) => seen === null)
      if (missing.length === 0 && !sightings.some(({ name, seen }) => seen !== "" || before.has(name))) return new Map<string, Absence>()
      const head = yield* Effect.either(block)
      const toProve = missing.filter(({ name }) => !isProved(before.get(name), needed))
      const ill = toProve.length === 0 ? null : yield* condition
      const notCounted = Either.isLeft(head) ? head.left : whyNot(kind, shown, before, ill)
      const changes = new Map(
        sightings.flatMap((one): ReadonlyArray<readonly [string, Watch | undefined]> => {
          const watch = before.get(one.name)
          const at = { block: Either.getOrElse(head, () => watch?.lastLook ?? 0), counts: notCounted === null, needed }
          const next = recordSighting(watch, one, at)
          return next === watch ? [] : [[one.name, next]]
        })
      )
      const after = yield* keep(kind, before, changes)
      yield* tell(
        kind,
        before,
        after,
        missing.map(({ name }) => name)
      )
      return new Map(
        missing.map(({ name }): readonly [string, Absence] => {
          const watch = after.get(name)
          const blocks = isMissing(watch) ? watch.blocks : 0
          const because = notCounted === null ? "" : `; this snapshot does not count: ${notCounted}`
          const why = `GitHub does not show it, and it has been missing for ${blocks} of the ${needed} blocks after which it counts as gone${because}`
          return [name, { isProved: isProved(watch, needed), last: watch?.last, why }]
        })
      )
    }).pipe(oneAtATime.withPermits(1))

  const missing = Effect.map(Ref.get(known), (all) =>
    [...all].flatMap(([kind, things]) =>
      [...things].flatMap(
        ([name, watch]): ReadonlyArray<MissingThing> =>
          isMissing(watch) && !isProved(watch, needed) ? [{ kind, name, blocks: watch.blocks, needed }] : []
      )
    )
  )

  const last = (kind: Kind, name: string) => Effect.map(knownOf(kind), (all) => all.get(name)?.last)

  return Absences.of({ look, last, missing })
})

/** For a process that checks once, or keeps no record: nothing is ever proved to be gone. */
const makeUnrecorded = Effect.flatMap(makeInMemory, (watches) =>
  make({ watches, block: Effect.fail("this program keeps no record of its snapshots") })
)

/** The process's service, or, without one, a service of its own that proves nothing. */
export const processAbsences: Effect.Effect<Absences["Type"]> = Effect.flatMap(
  Effect.serviceOption(Absences),
  Option.match({ onNone: () => makeUnrecorded, onSome: Effect.succeed })
)

/** The service on the process's watches. */
export const layer = (options: Omit<AbsencesOptions, "watches">): Layer.Layer<Absences, never, Watches> =>
  Layer.effect(
    Absences,
    Effect.flatMap(Watches, (watches) => make({ ...options, watches }))
  )
