/**
 * Unexpected behaviours of GitHub and other originals. A stand-in declares each one beside the code that imitates it, with its sources.
 * `docs/world.md` lists them all.
 */

export interface Behaviour {
  /** The original's behaviour, in one sentence. */
  readonly what: string
  /** Web addresses where the original shows or documents the behaviour. */
  readonly sources: readonly [string, ...ReadonlyArray<string>]
  /** The control API's name of what switches the behaviour on in the stand-in. Undefined: it is always on. */
  readonly switch?: string
  /** The test file in which the program meets the behaviour. */
  readonly test: string
}

const declared: Array<Behaviour> = []

/** Declares behaviours of an original. */
export const behaviours = (...all: ReadonlyArray<Behaviour>): void => {
  declared.push(...all)
}

/** The declarations of all loaded modules. */
export const declaredBehaviours = (): ReadonlyArray<Behaviour> => declared
