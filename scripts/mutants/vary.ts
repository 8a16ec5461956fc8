/** Cases of the kit with something changed in a few places, so that they stay in the form that the rules read. */

export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

type Path = ReadonlyArray<string | number>

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

const entriesOf = (value: Json): ReadonlyArray<readonly [string | number, Json]> =>
  typeof value !== "object" || value === null ? [] : isList(value) ? [...value.entries()] : Object.entries(value)

/** Where a value is, without the places in lists: values at the same one mean the same. */
const patternOf = (path: Path): string => path.map((key) => (typeof key === "number" ? "*" : key)).join("/")

/** Texts of one kind may stand for each other: numbers of accounts, hashes, addresses. */
const kindOf = (text: string): string | undefined =>
  /^\d+$/.test(text) ? "digits" : /^5\w{47}$/.test(text) ? "address" : /^0x[\da-f]+$/.test(text) ? `0x${text.length}` : undefined

/** How many values of a place are remembered. */
const REMEMBERED = 400

/** What was seen at each place of all cases. */
export class Places {
  readonly seen = new Map<string, Array<Json>>()
  readonly ofKind = new Map<string, Array<string>>()
  readonly lengths = new Map<string, Set<number>>()
  readonly keys = new Map<string, { count: number; readonly times: Map<string, number> }>()

  constructor(cases: Iterable<Json>) {
    for (const one of cases) this.#add(one, [])
  }

  #add(value: Json, path: Path): void {
    const pattern = patternOf(path)
    const seen = this.seen.get(pattern) ?? []
    this.seen.set(pattern, seen)
    if (seen.length < REMEMBERED) seen.push(value)
    const kind = typeof value === "string" ? kindOf(value) : undefined
    if (typeof value === "string" && kind !== undefined) {
      const all = this.ofKind.get(kind) ?? []
      this.ofKind.set(kind, all)
      if (all.length < REMEMBERED) all.push(value)
    }
    if (isList(value)) this.lengths.set(pattern, (this.lengths.get(pattern) ?? new Set()).add(value.length))
    else if (typeof value === "object" && value !== null) {
      const keys = this.keys.get(pattern) ?? { count: 0, times: new Map<string, number>() }
      keys.count += 1
      for (const key of Object.keys(value)) keys.times.set(key, (keys.times.get(key) ?? 0) + 1)
      this.keys.set(pattern, keys)
    }
    for (const [key, part] of entriesOf(value)) this.#add(part, [...path, key])
  }
}

interface Spot {
  readonly path: Path
  readonly value: Json
}

const spotsOf = (value: Json, path: Path = []): ReadonlyArray<Spot> => [
  { path, value },
  ...entriesOf(value).flatMap(([key, part]) => (key === "$bigint" || key === "$bytes" ? [] : spotsOf(part, [...path, key])))
]

const withAt = (whole: Json, [key, ...rest]: Path, value: Json): Json => {
  if (key === undefined) return value
  if (typeof whole !== "object" || whole === null) return whole
  if (isList(whole)) return whole.map((part, index) => (index === key ? withAt(part, rest, value) : part))
  return { ...whole, [key]: withAt(whole[key] ?? null, rest, value) }
}

type Random = () => number

const below = (random: Random, limit: number): number => Math.floor(random() * limit)
const pick = <A>(random: Random, list: ReadonlyArray<A>): A | undefined => list[below(random, list.length)]

const bigintOf = (value: Json = null): bigint | undefined => {
  if (typeof value !== "object" || value === null || isList(value)) return undefined
  return typeof value.$bigint === "string" ? BigInt(value.$bigint) : undefined
}

const listChanged = (list: ReadonlyArray<Json>, others: ReadonlyArray<Json>, random: Random): ReadonlyArray<Json> => {
  const at = below(random, list.length)
  const to = below(random, list.length)
  switch (below(random, 5)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return list.toSpliced(to, 0, ...list.slice(at, at + 1))
    case 2:
      return list.toSpliced(at, 1).toSpliced(to, 0, ...list.slice(at, at + 1))
    case 3:
      return list.toReversed()
    default: {
      const other = pick(random, others)
      return other === undefined ? list : list.toSpliced(to, 0, other)
    }
  }
}

const changedAt = ({ path, value }: Spot, whole: Json, places: Places, random: Random): Json => {
  const pattern = patternOf(path)
  const seen = places.seen.get(pattern) ?? []
  const chance = random()
  const big = bigintOf(value)
  if (big !== undefined) {
    const others = spotsOf(whole).flatMap((spot) => bigintOf(spot.value) ?? [])
    const from = (chance < 0.4 ? big : chance < 0.7 ? bigintOf(pick(random, seen)) : pick(random, others)) ?? big
    const next = from + BigInt(below(random, 3) - 1)
    return { $bigint: String(next < 0n && big >= 0n ? 0n : next) }
  }
  if (typeof value === "object" && value !== null && !isList(value) && typeof value.$bytes === "string") {
    if (chance < 0.3 || value.$bytes === "") return pick(random, seen) ?? value
    const at = below(random, value.$bytes.length)
    return { $bytes: value.$bytes.slice(0, at) + below(random, 16).toString(16) + value.$bytes.slice(at + 1) }
  }
  if (typeof value === "number") {
    const size = String(Math.trunc(value)).length
    const others = spotsOf(whole).flatMap((spot) =>
      typeof spot.value === "number" && Math.abs(String(Math.trunc(spot.value)).length - size) <= 1 ? [spot.value] : []
    )
    const found = chance < 0.35 ? value : chance < 0.7 ? pick(random, seen) : pick(random, others)
    const from = typeof found === "number" ? found : value
    if (found === null && chance >= 0.35 && chance < 0.7) return null
    const isWhole = seen.every((one) => typeof one !== "number" || Number.isInteger(one))
    const next = isWhole ? Math.trunc(from) + below(random, 3) - 1 : random() < 0.5 ? from : from * random() * 2
    if (next < 0 && !seen.some((one) => typeof one === "number" && one < 0)) return value
    return next === 0 && !seen.includes(0) ? value : next
  }
  if (typeof value === "boolean") return seen.includes(!value) ? !value : value
  if (typeof value === "string" && chance < 0.5) {
    const kind = kindOf(value)
    const other = kind === undefined ? undefined : pick(random, places.ofKind.get(kind) ?? [])
    if (other !== undefined) return other
  }
  if (isList(value) && chance < 0.8) {
    const lengths = places.lengths.get(pattern)
    const isPair = pattern.endsWith("$map/*")
    if (lengths !== undefined && lengths.size > 1 && !isPair) {
      const next = listChanged(value, places.seen.get(`${pattern}/*`) ?? [], random)
      const keys = pattern.endsWith("$map")
        ? next.map((pair) => JSON.stringify(isList(pair) ? pair[0] : pair))
        : pattern.endsWith("$set")
          ? next.map((one) => JSON.stringify(one))
          : []
      return new Set(keys).size === keys.length ? next : value
    }
    return value
  }
  if (typeof value === "object" && value !== null && !isList(value) && chance < 0.6) {
    const { count, times } = places.keys.get(pattern) ?? { count: 0, times: new Map<string, number>() }
    const optional = [...times].flatMap(([key, of]) => (of < count ? [key] : []))
    const key = pick(random, optional)
    if (key === undefined) return value
    if (key in value) return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key))
    const other = pick(random, places.seen.get(pattern === "" ? key : `${pattern}/${key}`) ?? [])
    return other === undefined ? value : { ...value, [key]: other }
  }
  return pick(random, seen) ?? value
}

/** A case with as few entries in its lists as it still `holds` with. */
export const shrunk = <A extends { readonly [key: string]: Json }>(one: A, places: Places, holds: (one: A) => boolean): A => {
  let least = one
  const tryAt = (path: Path, list: ReadonlyArray<Json>): boolean => {
    const next: Json = withAt(least, path, list)
    const whole = { ...least, ...(typeof next === "object" && next !== null && !isList(next) ? next : {}) }
    if (!holds(whole)) return false
    least = whole
    return true
  }
  const listsOf = () =>
    spotsOf(least).flatMap(({ path, value }) =>
      isList(value) &&
      value.length > 0 &&
      path.length > 1 &&
      (places.lengths.get(patternOf(path))?.size ?? 0) > 1 &&
      !patternOf(path).endsWith("$map/*")
        ? [{ path, value }]
        : []
    )
  for (let again = true; again; ) {
    again = false
    for (const { path, value } of listsOf()) {
      if (value.length > 4 && tryAt(path, value.slice(0, value.length >> 1))) again = true
      else if (value.length > 4 && tryAt(path, value.slice(value.length >> 1))) again = true
      else if (value.length <= 40 && value.some((_, index) => tryAt(path, value.toSpliced(index, 1)))) again = true
      if (again) break
    }
  }
  return least
}

/** A case changed in one to four places. What names it stays. */
export const changedOf = <A extends { readonly [key: string]: Json }>(one: A, places: Places, random: Random): A => {
  let changed: Json = one
  for (let left = 1 + below(random, 4); left > 0; left--) {
    const spot = pick(
      random,
      spotsOf(changed).filter(({ path }) => path.length > 1)
    )
    if (spot !== undefined) changed = withAt(changed, spot.path, changedAt(spot, changed, places, random))
  }
  return { ...one, ...(typeof changed === "object" && changed !== null && !isList(changed) ? changed : {}) }
}
