/** The roster's repositories by name, ignoring case. */
import type { RosterRepository } from "../../domain/Roster.ts"

/** By lower-case name, in the roster's order. */
export type Repositories = ReadonlyMap<string, RosterRepository>

export const repositoriesOf = (roster: Readonly<Record<string, RosterRepository>>): Repositories =>
  new Map(Object.entries(roster).map(([name, repository]) => [name.toLowerCase(), repository]))

/** Groups things by the lower-case name of their repository, keeping their order. */
export const byRepository = <A>(things: Iterable<A>, nameOf: (thing: A) => string): ReadonlyMap<string, ReadonlyArray<A>> => {
  const groups = new Map<string, Array<A>>()
  for (const thing of things) {
    const name = nameOf(thing).toLowerCase()
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [thing])
    else group.push(thing)
  }
  return groups
}
