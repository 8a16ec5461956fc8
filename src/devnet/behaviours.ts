/**
 * How the world behaves where a client would not expect it. A stand-in that does the same declares it beside the code that does, with the places where the original was
 * seen to do so. `docs/world.md` lists all of them.
 */

export interface Behaviour {
  /** What the original does, as one sentence. */
  readonly what: string
  /** Where the original was seen to do so, or says so: web addresses. */
  readonly sources: readonly [string, ...ReadonlyArray<string>]
  /** What switches it on in the stand-in, by its name in the control API. Undefined: the stand-in always does so. */
  readonly switch?: string
  /** The file of the test in which the program meets it. */
  readonly test: string
}

const declared: Array<Behaviour> = []

/** Declares behaviours of an original. */
export const behaviours = (...all: ReadonlyArray<Behaviour>): void => {
  declared.push(...all)
}

/** What the modules that are loaded have declared. */
export const declaredBehaviours = (): ReadonlyArray<Behaviour> => declared
