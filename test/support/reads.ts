/** Counts how often fields of objects are read, which tells what a computation costs on any machine. */
export interface Reads {
  /** The same value, whose fields are counted at any depth. Of a Map, pass the values. */
  readonly counted: <A extends object>(value: A) => A
  /** How many fields this reads of what is counted. */
  readonly during: (use: () => unknown) => number
}

export const countReads = (): Reads => {
  let reads = 0
  const known = new WeakMap<object, object>()
  const inside = (value: object): object => {
    const proxy = known.get(value) ?? counted(value)
    known.set(value, proxy)
    return proxy
  }
  const counted = <A extends object>(value: A): A =>
    new Proxy(value, {
      get: (target, name, receiver) => {
        reads += 1
        const found: unknown = Reflect.get(target, name, receiver)
        return typeof found === "object" && found !== null && !ArrayBuffer.isView(found) ? inside(found) : found
      }
    })
  return {
    counted,
    during: (use) => {
      reads = 0
      use()
      return reads
    }
  }
}
