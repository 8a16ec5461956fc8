/** An object store in memory that can fail. */
import { Effect, Option } from "effect"
import { checkedKey, type ObjectStore, ObjectsUnavailable } from "../../../src/layers/storage/objects/ObjectStore.ts"

export interface MemoryObjects {
  readonly store: ObjectStore
  readonly objects: Map<string, Uint8Array>
  /** The written keys, in order. */
  readonly written: Array<string>
  /** After this many changes, all further writes and removals fail, as if the process had been killed. */
  readonly breakAfter: (changes: number) => void
}

export const memoryObjects = (objects = new Map<string, Uint8Array>()): MemoryObjects => {
  const written: Array<string> = []
  let left = Number.POSITIVE_INFINITY
  const change = (act: () => void) =>
    Effect.suspend(() => {
      if (left <= 0) return new ObjectsUnavailable({ where: "memory", operation: "write", reason: "the process was killed", hint: "" })
      left -= 1
      return Effect.sync(act)
    })
  const store: ObjectStore = {
    where: "memory",
    put: (key, bytes) =>
      change(() => {
        written.push(checkedKey(key))
        objects.set(key, bytes)
      }),
    get: (key) => Effect.sync(() => Option.fromNullable(objects.get(key))),
    has: (key) => Effect.sync(() => objects.has(key)),
    remove: (keys) => Effect.forEach(keys, (key) => change(() => objects.delete(key)), { discard: true }),
    list: Effect.sync(() => [...objects].map(([key, { length }]) => ({ key, bytes: length, changedAt: 0 })))
  }
  const breakAfter = (changes: number) => {
    left = changes
  }
  return { store, objects, written, breakAfter }
}
