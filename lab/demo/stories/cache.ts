import { type Story, testOf } from "./Story.ts"

const PATH = "src/cache.js"

export const cache: Story = {
  title: "The cache grows until the process dies",
  body: "`memoise` keeps every answer for ever. A worker that runs for a week holds two million of them.\n\nKeep at most `limit` answers and drop the one that was not used for longest. A failed call must not be remembered.",
  labels: ["performance"],
  path: PATH,
  before: `export const memoise = (compute) => {
  const known = new Map()
  return (key) => {
    if (!known.has(key)) known.set(key, compute(key))
    return known.get(key)
  }
}
`,
  approaches: [
    {
      title: "Bound the cache, and drop what was not used for longest",
      rough: `export const memoise = (compute, limit = 1000) => {
  const known = new Map()
  return (key) => {
    if (known.size > limit) known.clear()
    if (!known.has(key)) known.set(key, compute(key))
    return known.get(key)
  }
}
`,
      finished: `/** A Map keeps the order in which keys were set, so the first one was not used for longest. */
export const memoise = (compute, limit = 1000) => {
  const known = new Map()
  return (key) => {
    const value = known.has(key) ? known.get(key) : compute(key)
    known.delete(key)
    known.set(key, value)
    if (known.size > limit) known.delete(known.keys().next().value)
    Promise.resolve(value).catch(() => known.delete(key))
    return value
  }
}
`,
      test: testOf(
        PATH,
        "memoise",
        `test("drops the answer that was not used for longest", () => {
  const asked = []
  const cached = memoise((key) => { asked.push(key); return key }, 2)
  for (const key of ["a", "b", "a", "c", "a", "b"]) cached(key)
  assert.deepEqual(asked, ["a", "b", "c", "b"])
})
`
      )
    },
    {
      title: "Replace the map by a small LRU class",
      rough: `export class Lru {
  constructor(limit) {
    this.limit = limit
    this.entries = new Map()
  }
  get(key) {
    return this.entries.get(key)
  }
  set(key, value) {
    this.entries.set(key, value)
    if (this.entries.size > this.limit) this.entries.delete(this.entries.keys().next().value)
  }
}
`,
      finished: `export class Lru {
  #entries = new Map()
  constructor(limit) {
    if (!(limit > 0)) throw new RangeError("the limit must be above 0")
    this.limit = limit
  }
  get(key) {
    if (!this.#entries.has(key)) return undefined
    const value = this.#entries.get(key)
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }
  set(key, value) {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.limit) break
      this.#entries.delete(oldest)
    }
    return value
  }
}

export function memoise(compute, limit = 1000) {
  const lru = new Lru(limit)
  return (key) => lru.get(key) ?? lru.set(key, compute(key))
}
`,
      test: testOf(
        PATH,
        "Lru",
        `test("an Lru keeps its limit, and refuses one of nothing", () => {
  const lru = new Lru(1)
  lru.set("a", 1)
  lru.set("b", 2)
  assert.deepEqual([lru.get("a"), lru.get("b")], [undefined, 2])
  assert.throws(() => new Lru(0), RangeError)
})
`
      )
    }
  ]
}
