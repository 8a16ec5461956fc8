/** When something is going to happen, estimated from blocks. */

interface Income {
  readonly at: { readonly block: number }
  /** In rao. */
  readonly amount: string
}

/**
 * The block by which the treasury will have received this much, if it goes on as from the oldest of these incomes to the head. Undefined if fewer than
 * two are known.
 */
export const fundedAt = (need: bigint, incomes: ReadonlyArray<Income>, head: number): number | undefined => {
  const [first, ...later] = incomes.toSorted((left, right) => left.at.block - right.at.block)
  if (first === undefined || head <= first.at.block) return undefined
  const received = later.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  if (received <= 0n) return undefined
  // Rounded up, so that the forecast is never too early.
  return head + Number((need * BigInt(head - first.at.block) + received - 1n) / received)
}

interface Queued {
  readonly queuePosition: number | null
  readonly target: string
  readonly funded: string
}

/** What this issue and those before it in the queue still need, in rao. Undefined if not all of them are known. */
export const neededBefore = (place: number, queue: ReadonlyArray<Queued>): bigint | undefined => {
  const before = queue.filter(({ queuePosition }) => queuePosition !== null && queuePosition <= place)
  return before.length < place ? undefined : before.reduce((sum, { target, funded }) => sum + BigInt(target) - BigInt(funded), 0n)
}
