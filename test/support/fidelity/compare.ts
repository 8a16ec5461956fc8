/** Compares two chains' metadata item by item. */
import type { ChainEpochStates, PalletFacts } from "./facts.ts"

export interface Difference {
  /** `Pallet.kind.name`, `Pallet.index`, `Api.method` or `extension NAME`. */
  readonly item: string
  /** The dev chain's form; undefined: none. */
  readonly here: string | undefined
  /** Finney's form; undefined: none. */
  readonly there: string | undefined
}

const kinds = ["storage", "calls", "events", "constants"] as const

/** A pallet's facts by item name. */
const itemsOfPallet = (name: string, pallet: PalletFacts): ReadonlyArray<readonly [string, string]> => [
  [`${name}.index`, String(pallet.index)],
  ...(pallet.prefix === null ? [] : [[`${name}.prefix`, pallet.prefix] as const]),
  ...kinds.flatMap((kind) => Object.entries(pallet[kind]).map(([item, text]) => [`${name}.${kind}.${item}`, text] as const)),
  ...pallet.errors.map((error) => [`${name}.errors.${error}`, "by name"] as const)
]

/** Every item of a chain with its complete description. */
export const itemsOf = (facts: ChainEpochStates): ReadonlyMap<string, string> =>
  new Map([
    ...Object.entries(facts.pallets).flatMap(([name, pallet]) => itemsOfPallet(name, pallet)),
    ...Object.entries(facts.apis),
    // Transaction extensions are ordered, so each one's description names the one before it.
    ...facts.extensions.map((text, index) => {
      const [name = ""] = text.split(" ", 1)
      const before = facts.extensions[index - 1]?.split(" ", 1)[0] ?? "the start"
      return [`extension ${name}`, `${text.slice(name.length + 1)}, after ${before}`] as const
    })
  ])

/** The differences: items of the dev chain that Finney has in another form or not at all, and used items that the dev chain lacks. */
export const differences = (here: ChainEpochStates, there: ChainEpochStates, used: Iterable<string>): ReadonlyArray<Difference> => {
  const [ours, theirs] = [itemsOf(here), itemsOf(there)]
  const wanted = new Set([...ours.keys(), ...used, ...[...theirs.keys()].filter((item) => item.startsWith("extension "))])
  return [...wanted]
    .sort()
    .map((item) => ({ item, here: ours.get(item), there: theirs.get(item) }))
    .filter(({ here, there }) => here !== there)
}
