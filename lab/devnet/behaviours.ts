/**
 * How GitHub and other originals behave where a client would not expect it. A stand-in declares such a behaviour beside the code that plays it, and names where the
 * original was seen. `docs/world.md` lists them all.
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
