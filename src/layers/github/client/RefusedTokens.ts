/**
 * Records what GitHub refuses to the configured tokens: tokens that it does not know, and repository owners that it withholds from a token (single
 * sign-on, allowed addresses, rules for fine-grained tokens, private repositories). All clients of a process share it, for the log, /health and the
 * metrics.
 */
import { Clock, Context, Effect, Layer, Ref } from "effect"
import { set } from "../../machine/telemetry/metrics.ts"

/** An owner whose repositories GitHub withholds from one token. `slot`: the token's place in the configuration. */
export interface OwnersRefusal {
  readonly slot: number
  /** In lower case. */
  readonly owner: string
  /** In GitHub's words. */
  readonly why: string
}

export class RefusedTokens extends Context.Tag("gittensor/RefusedTokens")<
  RefusedTokens,
  {
    /** The setting that the tokens come from. */
    readonly source: string
    /** Whether GitHub knows this token: it does not after several answers of 401 in a row. */
    readonly note: (slot: number, isRefused: boolean) => Effect.Effect<void>
    /** The places of the tokens that GitHub does not know, in order. */
    readonly all: Effect.Effect<ReadonlyArray<number>>
    /** Records that GitHub withholds this owner from the token. It counts for an hour. */
    readonly noteOwner: (refusal: OwnersRefusal) => Effect.Effect<void>
    /** Records that GitHub showed the token something of this owner's. */
    readonly forgetOwner: (slot: number, owner: string) => Effect.Effect<void>
    /** Owners' refusals of the last hour. */
    readonly byOwners: Effect.Effect<ReadonlyArray<OwnersRefusal>>
  }
>() {}

/** What is wrong with a token that GitHub does not know, and what to do. */
export const UNKNOWN_TOKEN = "it was revoked or has expired: create another and set GITTENSOR_GITHUB_TOKEN"

/** The setting of the tokens that read. It may have several. */
const READING = "GITTENSOR_GITHUB_TOKEN"

const named = (slot: number, source: string): string => (source === READING ? `token ${slot + 1} of ${source}` : `the token of ${source}`)

export const refusal = (slot: number, source = READING): string => `GitHub does not know ${named(slot, source)} (status 401): replace it`

export const ownersRefusal = ({ slot, owner, why }: OwnersRefusal, source = READING): string =>
  `GitHub keeps what belongs to ${owner} from ${named(slot, source)}: ${why}`

/** How long an owner's refusal counts, in milliseconds. The owner may permit the token meanwhile. */
const COUNTS_FOR = 3_600_000

/** The most owners' refusals kept. The oldest are dropped first. */
const MOST_REFUSALS = 1_000

type Owners = ReadonlyMap<string, OwnersRefusal & { readonly until: number }>

/** `isLogged`: whether refusals are logged and counted. */
export const make = (isLogged: boolean, source = READING): Effect.Effect<RefusedTokens["Type"]> =>
  Effect.gen(function* () {
    const refused = yield* Ref.make<ReadonlySet<number>>(new Set())
    const owners = yield* Ref.make<Owners>(new Map())
    const tell = (text: Effect.Effect<void>) => (isLogged ? text : Effect.void)
    const current = Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Ref.updateAndGet(owners, (all): Owners => {
        const left = [...all].filter(([, { until }]) => until > now)
        return left.length === all.size ? all : new Map(left)
      })
    )
    const keyOf = (slot: number, owner: string) => `${slot} ${owner}`
    const counted = (all: Owners, slot: number) => {
      const number = [...all.values()].filter((one) => one.slot === slot).length
      return tell(set("gittensor_github_refusing_owners", number, { token: String(slot) }))
    }
    return RefusedTokens.of({
      source,
      note: (slot, isRefused) =>
        Ref.modify(refused, (all) => {
          if (all.has(slot) === isRefused) return [Effect.void, all]
          return isRefused
            ? [tell(Effect.logError(refusal(slot, source))), new Set([...all, slot])]
            : [tell(Effect.logInfo(`GitHub knows ${named(slot, source)} again`)), new Set([...all].filter((one) => one !== slot))]
        }).pipe(Effect.flatten),
      all: Effect.map(Ref.get(refused), (all) => [...all].toSorted((a, b) => a - b)),
      noteOwner: (found) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const key = keyOf(found.slot, found.owner)
          const isNew = !(yield* current).has(key)
          const all = yield* Ref.updateAndGet(owners, (before): Owners => {
            const others = [...before].filter(([other]) => other !== key)
            return new Map([...others.slice(Math.max(0, others.length - MOST_REFUSALS + 1)), [key, { ...found, until: now + COUNTS_FOR }]])
          })
          if (isNew) yield* tell(Effect.logWarning(ownersRefusal(found, source)))
          yield* counted(all, found.slot)
        }),
      forgetOwner: (slot, owner) =>
        Effect.gen(function* () {
          const key = keyOf(slot, owner)
          if (!(yield* Ref.get(owners)).has(key)) return
          yield* counted(yield* Ref.updateAndGet(owners, (all): Owners => new Map([...all].filter(([other]) => other !== key))), slot)
        }),
      byOwners: Effect.map(current, (all) => [...all.values()].map(({ slot, owner, why }) => ({ slot, owner, why })))
    })
  })

export const layer: Layer.Layer<RefusedTokens> = Layer.effect(RefusedTokens, make(true))
