/** Tells whether someone is using the page right now. */

/** Milliseconds without input after which nobody is considered to use the page. */
export const HANDS_OFF = 20_000

const USER_ACTIONS = ["pointerdown", "pointermove", "wheel", "keydown"] as const

/** Browsers also report a mouse that rests, such as when a page was loaded under it. */
const isResting = (event: Event): boolean =>
  event.type === "pointermove" && "movementX" in event && event.movementX === 0 && "movementY" in event && event.movementY === 0

export class Hands {
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #listeners = new Set<() => void>()

  /** Nobody has used the page yet. */
  constructor(of: EventTarget) {
    for (const act of USER_ACTIONS) of.addEventListener(act, this.#on, { capture: true, passive: true })
  }

  readonly areOff = (): boolean => this.#timer === undefined

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly #on = (event: Event): void => {
    if (isResting(event)) return
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
