/**
 * Answers that are shared: what a validator's code computes for one validator is right for every other whose code would be given the same input. A key says
 * which inputs are the same.
 */

/** How each of an answer's inputs is written into its key, with the others at hand. An input that has no way of being written does not compile. */
export type Keys<Inputs> = { readonly [Name in keyof Inputs]-?: (value: Inputs[Name], all: Inputs) => string }

/** The key of inputs. */
export const keyOf =
  <Inputs extends object>(keys: Keys<Inputs>) =>
  (inputs: Inputs): string => {
    const written: Array<string> = []
    for (const name in keys) written.push(keys[name](inputs[name], inputs))
    return written.join(" ")
  }

/** For an input that another one's key covers, or that does not matter. */
export const unkeyed = (): string => ""

/** Where answers are kept, by their keys: for each round, or for each competition. */
export type Shelves<Scope, A> = (scope: Scope) => Map<string, A>

/** How many rounds, or blocks, answers are kept for. */
const KEPT = 4

/** For the last few rounds, or blocks. */
export const ofLastRounds = <A>(): Shelves<number, A> => {
  const shelves = new Map<number, Map<string, A>>()
  return (round) => {
    const shelf = shelves.get(round) ?? new Map<string, A>()
    shelves.set(round, shelf)
    if (shelves.size > KEPT) shelves.delete(Math.min(...shelves.keys()))
    return shelf
  }
}

/** For as long as an object is in use. */
export const ofObjects = <A>(): Shelves<object, A> => {
  const shelves = new WeakMap<object, Map<string, A>>()
  return (owner) => {
    const shelf = shelves.get(owner) ?? new Map<string, A>()
    shelves.set(owner, shelf)
    return shelf
  }
}

/** Computes an answer for the first that asks with a key. `compute` is given the keyed inputs, so that it has no need of any others. */
export const shared = <Scope, Inputs extends object, A extends object>(
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

/** Gives each object a number, as text: the same as long as it is the same object. */
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

/** All numbers in a value, its blocks and moments among them. Remembered by object. */
export const numbersIn = (value: unknown): ReadonlyArray<number> => {
  if (typeof value === "number") return [value]
  if (typeof value !== "object" || value === null) return []
  const known = numbersOf.get(value)
  if (known !== undefined) return known
  const found = Object.values(value).flatMap(numbersIn)
  numbersOf.set(value, found)
  return found
}

/** Which of these blocks, or moments, another one has reached and passed, as text. */
export const passedBy = (present: number, all: ReadonlyArray<number>): string => all.map((one) => Math.sign(present - one) + 1).join("")
