/** The line in a comment that asks for a bounty. */

const COMMAND = /^\/gittensor +bounty(?: +(\d{1,11}(?:\.\d{1,9})?))?$/
/** The longest such line: the longest amount, and some space. */
const LONGEST_LINE = 60

/** The bounty that a comment asks for: the amount of the first such line, in alpha; null: it names none. Undefined: the comment asks for nothing. */
export const askedIn = (body: string): string | null | undefined => {
  const lines = body.split("\n").filter((line) => line.length <= LONGEST_LINE)
  const [found] = lines.flatMap((line) => {
    const match = COMMAND.exec(line.trim())
    return match === null ? [] : [match[1] ?? null]
  })
  return found
}
