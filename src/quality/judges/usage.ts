/**
 * Token usage as a server reports it. Servers count differently: reasoning tokens are part of `completion_tokens` at one and separate at another. So the
 * highest plausible count is taken.
 */
import { Predicate } from "effect"

/** Null: the server did not report a count. */
export interface Usage {
  readonly promptTokens: number | null
  readonly answerTokens: number | null
}

export const UNKNOWN_USAGE: Usage = { promptTokens: null, answerTokens: null }

/** Sums a record's counts under these names. Values other than positive numbers count as 0. */
const sumOf = (given: unknown, ...names: ReadonlyArray<string>): number =>
  names.reduce((sum, name) => {
    const value = Predicate.isReadonlyRecord(given) ? Math.ceil(Number(given[name] ?? 0)) : 0
    return Number.isSafeInteger(value) && value > 0 ? sum + value : sum
  }, 0)

/** Parses `usage`. A zero means no count: servers and proxies that do not count report zero. */
export const usageIn = (given: unknown): Usage => {
  if (!Predicate.isReadonlyRecord(given)) return UNKNOWN_USAGE
  const total = sumOf(given, "total_tokens")
  const said = {
    prompt: Math.max(
      sumOf(given, "prompt_tokens"),
      // `input_tokens` exclude cache reads and writes; `prompt_tokens` include both.
      sumOf(given, "input_tokens") === 0 ? 0 : sumOf(given, "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    ),
    answer: Math.max(sumOf(given, "completion_tokens"), sumOf(given, "output_tokens"))
  }
  const thoughts = Math.max(
    sumOf(given.completion_tokens_details, "reasoning_tokens"),
    sumOf(given.output_tokens_details, "reasoning_tokens")
  )
  // With a total, it is clear which side includes the reasoning tokens. Exception: more reasoning tokens than answer tokens, which are then separate.
  const areApart = total === 0 || thoughts > said.answer
  const answer = Math.max(
    said.answer + (areApart ? thoughts : 0) + sumOf(given, "reasoning_tokens"),
    said.prompt === 0 ? 0 : total - said.prompt
  )
  const prompt = said.prompt === 0 && answer > 0 ? Math.max(0, total - answer) : said.prompt
  return { promptTokens: prompt === 0 ? null : prompt, answerTokens: answer === 0 ? null : answer }
}
