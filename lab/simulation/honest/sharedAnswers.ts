/** A cache of answers for validators with the same input: an answer computed for one validator is right for all others with the same key. */

/** Writes each input into the key, with access to the other inputs. An input without a writer does not compile. */
export type Keys<Inputs> = { readonly [Name in keyof Inputs]-?: (value: Inputs[Name], all: Inputs) => string }

/** The key of inputs. */
export const keyOf =
  <Inputs extends object>(keys: Keys<Inputs>) =>
  (inputs: Inputs): string => {
    const written: Array<string> = []
    for (const name in keys) written.push(keys[name](inputs[name], inputs))
    return written.join(" ")
  }

/** For an input that another one's key covers, or that does not affect the answer. */
export const unkeyed = (): string => ""

/** The caches of answers by key: one for each round, or for each competition. */
export type Shelves<Scope, A> = (scope: Scope) => Map<string, A>

/** How many rounds, or blocks, answers are cached for. */
const KEPT_ROUNDS = 4

/** A cache for each of the last few rounds, or blocks. */
export const ofLastRounds = <A>(): Shelves<number, A> => {
  const shelves = new Map<number, Map<string, A>>()
  return (round) => {
    const shelf = shelves.get(round) ?? new Map<string, A>()
    shelves.set(round, shelf)
    if (shelves.size > KEPT_ROUNDS) shelves.delete(Math.min(...shelves.keys()))
    return shelf
  }
}

/** A cache for each object, as long as the object is in use. */
export const ofObjects = <A>(): Shelves<object, A> => {
  const shelves = new WeakMap<object, Map<string, A>>()
  return (owner) => {
    const shelf = shelves.get(owner) ?? new Map<string, A>()
    shelves.set(owner, shelf)
    return shelf
  }
}

/** Computes an answer on the first request with a key. `compute` gets only the keyed inputs, so it cannot depend on others. */
export const sharedAnswer = <Scope, Inputs extends object, A extends object>(
  shelves: Shelves<Scope, A>,
  keys: Keys<Inputs>,
  compute: (inputs: Inputs) => A
) => {
  const key = keyOf(keys)
  return (scope: Scope, inputs: Inputs): A => {
    const shelf = shelves(scope)
    const name = key(inputs)
    const known = shelf.get(name)
    if (known !== undefined) return known
    const answer = compute(inputs)
    shelf.set(name, answer)
    return answer
  }
}

/** Gives each object a number, as text, which stays the same for the object. */
export const objectNames = () => {
  const named = new WeakMap<object, string>()
  let names = 0
  return (value: object): string => {
    const known = named.get(value)
    if (known !== undefined) return known
    names += 1
    named.set(value, String(names))
    return String(names)
  }
}

const numbersOf = new WeakMap<object, ReadonlyArray<number>>()

/** All numbers in a value, including blocks and timestamps. Cached by object. */
export const numbersIn = (value: unknown): ReadonlyArray<number> => {
  if (typeof value === "number") return [value]
  if (typeof value !== "object" || value === null) return []
  const known = numbersOf.get(value)
  if (known !== undefined) return known
  const found = Object.values(value).flatMap(numbersIn)
  numbersOf.set(value, found)
  return found
}

/** One character for each block (or timestamp): 2 if it is before `present`, 1 if it is equal, 0 if it is after. */
export const passedBy = (present: number, all: ReadonlyArray<number>): string => all.map((one) => Math.sign(present - one) + 1).join("")
