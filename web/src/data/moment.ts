/** Shows the answers of one screen together: those that tell of a newer block wait until the others have been asked for it, too. */

interface Part {
  /** The block of which its newest answer tells; Infinity: unknown, or of no one block. */
  readonly block: number
  /** Whether an answer is on its way. */
  readonly isAsking: boolean
  /** Whether the blocks since its newest answer are unknown, until it has been asked again. */
  readonly isDoubted: boolean
  invalidate(): void
  /** Shows its newest answer. */
  show(): void
}

/** Milliseconds after which answers are shown although others are behind, such as those of a server that is catching up. */
const LONGEST_HELD = 2_000

const watched = new Set<Part>()
/** Parts that were asked because they are behind: once until all are shown. */
const askedAgain = new Set<Part>()
let timer: ReturnType<typeof setTimeout> | undefined

const showAll = () => {
  clearTimeout(timer)
  timer = undefined
  askedAgain.clear()
  for (const part of watched) part.show()
}

/** Shows all parts if they tell of the same block, and else asks those that are behind. */
export const settle = (): void => {
  const newest = Math.max(...[...watched].map(({ block }) => block).filter(Number.isFinite))
  const behind = [...watched].filter(({ block, isDoubted }) => isDoubted || block < newest)
  if (behind.length === 0) {
    showAll()
    return
  }
  timer ??= setTimeout(showAll, LONGEST_HELD)
  for (const part of behind) {
    if (part.isAsking || askedAgain.has(part)) continue
    askedAgain.add(part)
    part.invalidate()
  }
}

export const watch = (part: Part): void => {
  if (watched.has(part)) return
  watched.add(part)
  settle()
}

export const unwatch = (part: Part): void => {
  if (!watched.delete(part)) return
  part.show()
  settle()
}
