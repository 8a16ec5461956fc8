/**
 * The tokens that a server counted. Servers do it in several ways, so what counts is the most that can have been used: a reasoning model's thoughts are part of
 * `completion_tokens` at one, and beside them at another.
 */
import { Predicate } from "effect"

/** Null: the server did not count them, so that nobody knows. */
export interface Usage {
  readonly promptTokens: number | null
  readonly answerTokens: number | null
}

export const UNKNOWN_USAGE: Usage = { promptTokens: null, answerTokens: null }

/** The sum of a record's counts by these names. What is no positive number counts as none. */
const sumOf = (given: unknown, ...names: ReadonlyArray<string>): number =>
  names.reduce((sum, name) => {
    const value = Predicate.isReadonlyRecord(given) ? Math.ceil(Number(given[name] ?? 0)) : 0
    return Number.isSafeInteger(value) && value > 0 ? sum + value : sum
  }, 0)

/** Reads `usage`. A count of zero is none: servers and proxies that do not count say so. */
export const usageIn = (given: unknown): Usage => {
  if (!Predicate.isReadonlyRecord(given)) return UNKNOWN_USAGE
  const total = sumOf(given, "total_tokens")
  const said = {
    prompt: Math.max(
      sumOf(given, "prompt_tokens"),
      // Beside `input_tokens` stand what a cache took and gave; `prompt_tokens` contain both.
      sumOf(given, "input_tokens") === 0 ? 0 : sumOf(given, "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    ),
    answer: Math.max(sumOf(given, "completion_tokens"), sumOf(given, "output_tokens"))
  }
  const thoughts = Math.max(
    sumOf(given.completion_tokens_details, "reasoning_tokens"),
    sumOf(given.output_tokens_details, "reasoning_tokens")
  )
  // Where a total tells them, it is clear on which side thoughts are; but not where they are more than all of the answer, which cannot contain them.
  const areApart = total === 0 || thoughts > said.answer
  const answer = Math.max(
    said.answer + (areApart ? thoughts : 0) + sumOf(given, "reasoning_tokens"),
    said.prompt === 0 ? 0 : total - said.prompt
  )
  const prompt = said.prompt === 0 && answer > 0 ? Math.max(0, total - answer) : said.prompt
  return { promptTokens: prompt === 0 ? null : prompt, answerTokens: answer === 0 ? null : answer }
}
