/**
 * Which token the next request uses. Each has limits of its own for REST and GraphQL; one that is used up rests until its reset, and one that
 * GitHub does not know rests longer.
 */
import type { Redacted } from "effect"

export type Resource = "core" | "graphql"

export interface Slot {
  /** undefined: no token at all. */
  readonly token: Redacted.Redacted | undefined
  /** Milliseconds since 1970 until which it is left aside because GitHub did not know it. */
  readonly refusedUntil: number
  /** Milliseconds since 1970 from when it may be used again. */
  readonly freeAt: Readonly<Record<Resource, number>>
  /** What GitHub said last of its limits; nothing before the first answer. */
  readonly standing: Readonly<Partial<Record<Resource, Standing>>>
}

/** Where a token stands with one of its limits. `resetAt`: milliseconds since 1970. */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  readonly resetAt: number
}

export interface Tokens {
  readonly slots: ReadonlyArray<Slot>
  /** The slot that was used last. */
  readonly last: number
}

export const make = (tokens: ReadonlyArray<Redacted.Redacted>): Tokens => ({
  slots: (tokens.length === 0 ? [undefined] : tokens).map((token) => ({
    token,
    refusedUntil: 0,
    freeAt: { core: 0, graphql: 0 },
    standing: {}
  })),
  last: -1
})

export type Choice =
  | { readonly _tag: "Use"; readonly slot: number }
  /** All rest; the first is free at this time (milliseconds since 1970). */
  | { readonly _tag: "Rest"; readonly until: number }
  | { readonly _tag: "AllRefused" }

/** Milliseconds since 1970 from when a slot may be used so that this share of its limit is left to others. */
const spareFrom = ({ freeAt, standing }: Slot, resource: Resource, reserve: number, now: number): number => {
  const known = standing[resource]
  const isSpent = known !== undefined && known.resetAt > now && known.remaining <= Math.ceil(known.limit * reserve)
  return isSpent ? Math.max(freeAt[resource], known.resetAt) : freeAt[resource]
}

/**
 * The next free slot in turn. `reserve`: the share of each limit, from 0 to 1, that is left to questions of more weight. `preferred`: out of turn,
 * where it is free.
 */
export const choose = (tokens: Tokens, resource: Resource, now: number, reserve = 0, preferred?: number): Choice => {
  const count = tokens.slots.length
  const inTurn = Array.from({ length: count }, (_, step) => (tokens.last + 1 + step) % count)
  const usable = inTurn.flatMap((slot) => {
    const known = tokens.slots[slot]
    return known === undefined || known.refusedUntil > now
      ? []
      : [{ slot, freeAt: reserve > 0 ? spareFrom(known, resource, reserve, now) : known.freeAt[resource] }]
  })
  if (usable.length === 0) return { _tag: "AllRefused" }
  const free = usable.find(({ slot, freeAt }) => slot === preferred && freeAt <= now) ?? usable.find(({ freeAt }) => freeAt <= now)
  return free === undefined ? { _tag: "Rest", until: Math.min(...usable.map(({ freeAt }) => freeAt)) } : { _tag: "Use", slot: free.slot }
}

const change = (tokens: Tokens, slot: number, with_: (slot: Slot) => Slot): Tokens => ({
  ...tokens,
  slots: tokens.slots.map((known, index) => (index === slot ? with_(known) : known))
})

export const used = (tokens: Tokens, slot: number): Tokens => ({ ...tokens, last: slot })
export const refuse = (tokens: Tokens, slot: number, until: number): Tokens =>
  change(tokens, slot, (known) => ({ ...known, refusedUntil: until }))
export const rest = (tokens: Tokens, slot: number, resource: Resource, until: number): Tokens =>
  change(tokens, slot, (known) => ({ ...known, freeAt: { ...known.freeAt, [resource]: until } }))
export const stand = (tokens: Tokens, slot: number, resource: Resource, standing: Standing): Tokens =>
  change(tokens, slot, (known) => ({ ...known, standing: { ...known.standing, [resource]: standing } }))
