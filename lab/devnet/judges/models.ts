/**
 * How the stand-in's models answer. A judging model counts, for each side, different words of the issue in added lines of code, and adds points for
 * tests; "quality=70" in the code overrides the count. So a better solution wins, and the same question has the same answer.
 */

export interface ModelAnswer {
  readonly content: string | null
  readonly refusal: string | null
  readonly finish: "stop" | "length" | "content_filter"
  /** Milliseconds before the answer. */
  readonly pause: number
}

/** FNV-1a hash, from 0 to 1. */
const fraction = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}

/** The texts between a question's markers, by name. */
const partsOf = (question: string): ReadonlyMap<string, string> =>
  new Map([...question.matchAll(/^BEGIN (\S+) (.+)\n([\s\S]*?)\nEND \1$/gm)].map(([, , name = "", text = ""]) => [name, text]))

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[a-z]{4,}/g) ?? [])

const qualityOf = (issue: string, diff: string): number => {
  const told = /quality=(\d+)/.exec(diff)?.[1]
  if (told !== undefined) return Number(told)
  const added = diff.split("\n").filter((line) => line.startsWith("+"))
  const words = wordsOf(added.join("\n"))
  const shared = [...wordsOf(issue)].filter((word) => words.has(word)).length
  return Math.min(60, 6 * shared) + (/(?:^|\n)\S*test\S*[,\n]/.test(diff) ? 20 : 0) + Math.min(20, added.length)
}

/** English only: a gullible model obeys only what it understands. */
const ADDRESSED_TO_JUDGE =
  /\b(?:ignore|disregard)\b.*\b(?:instructions?|rubric|rules?)\b|\b(?:judge|reviewer|grader|language model|LLM|AI)\b.*\b(?:prefer|best|award|score|full|winner|pass)/i

const sharesOf = (share: number) => {
  const rounded = Math.max(0, Math.min(100, Math.round(share)))
  return JSON.stringify({
    correctness: rounded,
    grounding: rounded,
    progress: rounded,
    protocol: rounded,
    efficiency: rounded,
    reason: rounded === 50 ? "Both are equal." : `The ${rounded > 50 ? "FIRST" : "SECOND"} does more of what the issue asks.`
  })
}

const answerWith = (content: string, more: Partial<ModelAnswer> = {}): ModelAnswer => ({
  content,
  refusal: null,
  finish: "stop",
  pause: 0,
  ...more
})

/** A judging model's answer. `bias`: points for the side shown first. `noise`: the largest error in points. */
const judgeAnswer = (model: string, question: string, { bias, noise }: { readonly bias: number; readonly noise: number }): string => {
  const parts = partsOf(question)
  const [first, second] = [parts.get("FIRST SOLUTION, DIFF") ?? "", parts.get("SECOND SOLUTION, DIFF") ?? ""]
  const issue = parts.get("ISSUE") ?? ""
  const error = 2 * noise * (fraction([model, issue, first, second].join("\n")) - 0.5)
  return sharesOf(50 + (qualityOf(issue, first) - qualityOf(issue, second)) / 2 + bias + error)
}

const gullible = (model: string, question: string): string => {
  const parts = partsOf(question)
  const isAimed = (side: string) => [...parts].some(([name, text]) => name.startsWith(side) && ADDRESSED_TO_JUDGE.test(text))
  const [first, second] = [isAimed("FIRST"), isAimed("SECOND")]
  return first === second ? judgeAnswer(model, question, { bias: 0, noise: 0 }) : sharesOf(first ? 100 : 0)
}

const SLOW_ANSWER = 300

/** A model's answer to a question, by the first word of the model's name. */
export const answerOf = (model: string, question: string): ModelAnswer => {
  switch (model.split("-", 1)[0]) {
    case "noisy":
      return answerWith(judgeAnswer(model, question, { bias: 4, noise: 6 }))
    case "first":
      return answerWith(sharesOf(90))
    case "gullible":
      return answerWith(gullible(model, question))
    case "prose":
      return answerWith("Both have their merits, but I would go with the first one.")
    case "refusing":
      return { content: null, refusal: "I can't help with comparing people's work.", finish: "stop", pause: 0 }
    case "filtered":
      return answerWith("", { finish: "content_filter" })
    case "wordy":
      return answerWith(judgeAnswer(model, question, { bias: 0, noise: 0 }).slice(0, 40), { finish: "length" })
    case "slow":
      return answerWith(judgeAnswer(model, question, { bias: 0, noise: 0 }), { pause: SLOW_ANSWER })
    default:
      return answerWith(judgeAnswer(model, question, { bias: 0, noise: 0 }))
  }
}
