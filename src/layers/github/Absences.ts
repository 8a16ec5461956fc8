/**
 * Decides what is gone from GitHub. A 404, a null, an empty answer: none of them says that a thing is not there. Until a thing was missing at every look over hours, it is
 * missing evidence, and what was last known of it stays. Everything that may be missing comes through here, but for the issues of running competitions, whose watch
 * (`scoring/issue_competitions/watches.ts`) counts by the same rule.
 */
import { Clock, Context, Effect, Either, Layer, Option, Ref } from "effect"
import { isMissing, isProved, type Sighting, sighted, whyNotCounted } from "../../domain/absence.ts"
import { formatPeriod } from "../../domain/Blocks.ts"
import { GONE_FOR, type Watch } from "../../domain/Watch.ts"
import * as RareLines from "../machine/effects/rareLines.ts"
import { set } from "../machine/telemetry/metrics.ts"
import { makeInMemory, Watches } from "../storage/dataFolder/Watches.ts"

export type { Sighting } from "../../domain/absence.ts"

/** What may be missing: in the singular with its article, and in the plural. */
const KINDS = {
  repository: ["the repository", "repositories"],
  /** Of a repository's lists, by repository and number. */
  entry: ["the entry", "entries of lists"],
  /** That prove links, by hotkey, account and gist. */
  gist: ["the gist that links", "gists that link accounts"],
  account: ["the account", "accounts"],
  /** Of maintainers, by account and repository. */
  association: ["what makes a maintainer of", "associations of maintainers"],
  /** By organization. */
  members: ["the list of public members of", "lists of public members"]
} as const
export type Kind = keyof typeof KINDS

/** Of most things of these kinds it is usual that there is nothing. So only what was there before can be missing. */
const MOSTLY_ABSENT: ReadonlySet<Kind> = new Set(["association"])

/** A thing that GitHub did not show in a look. */
export interface Absence {
  /** It is gone: it was missing at every look for long enough. */
  readonly isProved: boolean
  /** What was last known of it; undefined: this validator never saw it. */
  readonly last: string | undefined
  /** For people: why it does not count as gone yet. */
  readonly why: string
}

/** Something that is missing and not proved to be gone. */
export interface MissingThing {
  readonly kind: Kind
  readonly name: string
  /** For how many blocks it has been missing at every look. */
  readonly blocks: number
  /** For how many it must be. */
  readonly needed: number
}

export class Absences extends Context.Tag("gittensor/Absences")<
  Absences,
  {
    /**
     * Takes down what one look showed of things of one kind, and returns those that it did not show, by name. `condition`: why GitHub's answers of this moment prove
     * little, or null; asked only when something is missing.
     */
    readonly look: (
      kind: Kind,
      sightings: ReadonlyArray<Sighting>,
      condition: Effect.Effect<string | null>
    ) => Effect.Effect<ReadonlyMap<string, Absence>>
    /** What was last known of a thing, whether it is there or missing; undefined: it was never seen, or needs not be remembered. */
    readonly last: (kind: Kind, name: string) => Effect.Effect<string | undefined>
    /** What is missing, for /health. */
    readonly missing: Effect.Effect<ReadonlyArray<MissingThing>>
  }
>() {}

export interface AbsencesOptions {
  /** Where looks are written down. */
  readonly watches: Watches["Type"]
  /** The finalised head's number. Fails, with the reason, where it is not known: such a look does not count. */
  readonly block: Effect.Effect<number, string>
  /** How long a thing must be missing, in blocks. */
  readonly needed?: number
}

/** How often the log says of a kind that something of it is missing. */
const SAID_EVERY = "1 hour"

/** For how long it counts in "gone at once" what a look showed of a thing, in milliseconds. */
const RECENT = 3_600_000

/** What nobody looked at for so many blocks, two weeks, is forgotten when the service starts. */
const FORGOTTEN_AFTER = 100_800

/** The watches that are too old to be remembered. */
const forgotten = (watches: ReadonlyMap<string, Watch>) => {
  const newest = [...watches.values()].reduce((last, { lastLook }) => Math.max(last, lastLook), 0)
  return new Map([...watches].flatMap(([name, { lastLook }]) => (lastLook < newest - FORGOTTEN_AFTER ? [[name, undefined] as const] : [])))
}

type Known = ReadonlyMap<Kind, ReadonlyMap<string, Watch>>

/** What a recent look showed, in memory only. */
interface Recent {
  readonly owner: string
  readonly isThere: boolean
  /** Milliseconds since 1970. */
  readonly at: number
}

export const make = Effect.fn("Absences.make")(function* ({ watches, block, needed = GONE_FOR }: AbsencesOptions) {
  const lines = yield* RareLines.make(SAID_EVERY)
  const known = yield* Ref.make<Known>(new Map())
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

  /** Notes what this look showed, and returns what looks of the last hour did. */
  const recentWith = (kind: Kind, sightings: ReadonlyArray<Sighting>) =>
    Effect.flatMap(Clock.currentTimeMillis, (at) =>
      Ref.modify(recent, (all) => {
        const own = new Map([...(all.get(kind) ?? [])].filter(([, one]) => at - one.at < RECENT))
        for (const { name, owner, seen } of sightings) own.set(name, { owner, isThere: seen !== null, at })
        return [own, new Map([...all, [kind, own]])]
      })
    )

  const whyNot = (kind: Kind, shown: ReadonlyMap<string, Recent>, before: ReadonlyMap<string, Watch>, ill: string | null) => {
    const ownersOf = (which: (one: Recent, watch: Watch | undefined) => boolean) =>
      [...shown].flatMap(([name, one]) => (which(one, before.get(name)) ? [one.owner] : []))
    return whyNotCounted(ill, KINDS[kind][1], {
      // What was never there, or has been gone for long, is not gone at once with the rest.
      gone: ownersOf(({ isThere }, watch) => !isThere && watch?.last !== undefined && !isProved(watch, needed)),
      found: ownersOf(({ isThere }) => isThere)
    })
  }

  const tell = (kind: Kind, before: ReadonlyMap<string, Watch>, after: ReadonlyMap<string, Watch>, missing: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const [one] = KINDS[kind]
      for (const name of missing)
        if (isProved(after.get(name), needed) && !isProved(before.get(name), needed))
          yield* Effect.logWarning(`${one} ${name} was missing on GitHub at every look for ${formatPeriod(needed)}: it counts as gone`)
      const open = [...after].filter(([, watch]) => isMissing(watch) && !isProved(watch, needed))
      const first = missing.find((name) => !isProved(after.get(name), needed))
      const others = Math.max(open.length, missing.length) > 1 ? " (and others)" : ""
      if (first !== undefined)
        yield* lines.warn(
          kind,
          `GitHub does not show ${one} ${first}${others}: it counts as gone only if it is missing at every look for ${formatPeriod(needed)}, and until then what was last known stays`
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
          const next = sighted(watch, one, at)
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
          const because = notCounted === null ? "" : `; this look does not count: ${notCounted}`
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

/** For a process that looks once, or keeps no record: nothing is ever proved to be gone. */
const makeUnrecorded = Effect.flatMap(makeInMemory, (watches) =>
  make({ watches, block: Effect.fail("this program keeps no record of its looks") })
)

/** The process's, or without one of its own that proves nothing. */
export const shared: Effect.Effect<Absences["Type"]> = Effect.flatMap(
  Effect.serviceOption(Absences),
  Option.match({ onNone: () => makeUnrecorded, onSome: Effect.succeed })
)

/** By the process's watches. */
export const layer = (options: Omit<AbsencesOptions, "watches">): Layer.Layer<Absences, never, Watches> =>
  Layer.effect(
    Absences,
    Effect.flatMap(Watches, (watches) => make({ ...options, watches }))
  )
