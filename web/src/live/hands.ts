/** Whether anybody's hands are on the page. On a wall nobody's are; a reader's are now and then. */

/** Hands that have done nothing for so long, in milliseconds, are taken to be off. */
export const HANDS_OFF = 20_000

const ACTS = ["pointerdown", "pointermove", "wheel", "keydown"] as const

export class Hands {
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  /** Nobody has touched it yet. */
  constructor(of: EventTarget) {
    for (const act of ACTS) of.addEventListener(act, this.#on, { capture: true, passive: true })
  }

  readonly areOff = (): boolean => this.#timer === undefined

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly #on = (): void => {
    const wereOff = this.areOff()
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#off, HANDS_OFF)
    if (wereOff) this.#tell()
  }

  readonly #off = (): void => {
    this.#timer = undefined
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
