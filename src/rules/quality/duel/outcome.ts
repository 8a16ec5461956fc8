/** Counts judges' answers, in integers. The order of judges and answers does not matter. */
import {
  CRITERIA,
  type DuelOrder,
  type DuelOutcome,
  type Juror,
  type JurorAnswer,
  type JurorOpinion,
  type Leads,
  type Shares
} from "../../../domain/quality/Duel.ts"

export interface DuelRules {
  /** The lead in points (of 100) that wins. */
  readonly margin: number
  /** Minimum of model families among the judges that answered. */
  readonly families: number
}

const DUEL_RULES: DuelRules = { margin: 12, families: 2 }

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, one) => total + one, 0)

/**
 * The number of independent judges that a panel's answers are worth: Kish's effective sample size n / (1 + (n − 1) ρ), with the intraclass correlation ρ of
 * the answers to the same questions (one-way analysis of variance). Copies of one model count as one judge. Justified agreement lowers the number too, so it
 * shows how little a duel's many votes may be worth, never how much.
 *
 * In thousandths. `answers`: each judge's numbers, for the same questions in the same order.
 */
export const effectiveVotes = (answers: ReadonlyArray<ReadonlyArray<number>>): number => {
  const judges = answers.length
  const questions = answers[0]?.length ?? 0
  if (judges < 2 || questions < 2) return 1_000 * judges
  const ofQuestions = Array.from({ length: questions }, (_, question) => answers.map((numbers) => numbers[question] ?? 0))
  const total = sum(ofQuestions.map(sum))
  // Sums of squares, times judges * questions, so that they are integers.
  const squares = sum(ofQuestions.map((numbers) => sum(numbers.map((one) => one * one))))
  const between = questions * sum(ofQuestions.map((numbers) => sum(numbers) ** 2)) - total ** 2
  const within = judges * questions * squares - questions * sum(ofQuestions.map((numbers) => sum(numbers) ** 2))
  if (within === 0) return 1_000
  // Mean squares with the common denominator (questions - 1) * questions * (judges - 1).
  const meanBetween = between * questions * (judges - 1)
  const meanWithin = within * (questions - 1)
  const shared = Math.max(0, meanBetween - meanWithin)
  const whole = meanBetween + (judges - 1) * meanWithin
  return Math.floor((1_000 * judges * whole) / (whole + (judges - 1) * shared))
}

/** A juror's two answers. */
interface BothAnswers {
  readonly juror: Juror
  readonly ab: Shares
  readonly ba: Shares
}

const compareText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

const bothOf = (jurors: ReadonlyArray<Juror>, answers: ReadonlyArray<JurorAnswer>): ReadonlyArray<BothAnswers> => {
  const said = new Map(answers.map(({ judge, order, shares }) => [`${order} ${judge}`, shares]))
  const of = (order: DuelOrder, { name }: Juror) => said.get(`${order} ${name}`)
  return jurors
    .toSorted((left, right) => compareText(left.name, right.name))
    .flatMap((juror) => {
      const [ab, ba] = [of("ab", juror), of("ba", juror)]
      return ab === undefined || ba === undefined ? [] : [{ juror, ab, ba }]
    })
}

/** Competitor a's shares in both orders. */
const sharesOfA = ({ ab, ba }: BothAnswers): ReadonlyArray<number> => [
  ...CRITERIA.map((criterion) => ab[criterion]),
  ...CRITERIA.map((criterion) => 100 - ba[criterion])
]

const leadsBy = (lead: (criterion: (typeof CRITERIA)[number]) => number): Leads => ({
  correctness: lead("correctness"),
  grounding: lead("grounding"),
  progress: lead("progress"),
  protocol: lead("protocol"),
  efficiency: lead("efficiency")
})

/** Points by which all criteria together prefer the solution shown first. */
export const preference = (shares: Shares): number => CRITERIA.reduce((sum, criterion) => sum + shares[criterion] - 50, 0)

const opinionOf = ({ juror, ab, ba }: BothAnswers, { margin }: DuelRules): JurorOpinion => {
  // In points, a leads by the mean of 2 * ab - 100 (first) and 100 - 2 * ba (second), which is ab - ba.
  const lead = CRITERIA.reduce((sum, criterion) => sum + ab[criterion] - ba[criterion], 0)
  const [first, second] = [preference(ab), preference(ba)]
  return {
    name: juror.name,
    family: juror.family,
    lead: 2 * lead,
    leads: leadsBy((criterion) => 10 * (ab[criterion] - ba[criterion])),
    // Either answer alone would have its first solution win: twice what it is preferred by is its lead.
    flipped: first * second > 0 && 2 * Math.min(Math.abs(first), Math.abs(second)) >= CRITERIA.length * margin
  }
}

/** The median; of two middle numbers the one nearer to zero, and zero between opposite ones: what half of the judges do not say is not said. */
const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = numbers.toSorted((left, right) => left - right)
  const [low, high] = [sorted[(sorted.length - 1) >> 1] ?? 0, sorted[sorted.length >> 1] ?? 0]
  return low > 0 ? low : Math.min(high, 0)
}

/**
 * A duel's outcome. Only judges that answered in both orders count, and would not have what stands in the same place win in both: at least half of those
 * asked, and of `rules.families` families. The median of their leads decides, so that neither a minority of judges can, nor one half of them.
 */
export const outcomeOf = (asked: ReadonlyArray<Juror>, answers: ReadonlyArray<JurorAnswer>, rules: DuelRules = DUEL_RULES): DuelOutcome => {
  const both = bothOf(asked, answers)
  const opinions = both.map((one) => opinionOf(one, rules))
  const voting = opinions.filter(({ flipped }) => !flipped)
  const counted = {
    margin: rules.margin,
    asked: asked.length,
    opinions,
    flipped: opinions.length - voting.length,
    effectiveVotes: effectiveVotes(both.filter((one) => !opinionOf(one, rules).flipped).map(sharesOfA))
  }
  const families = new Set(voting.map(({ family }) => family)).size
  const why = voting.length === 0 || 2 * voting.length < asked.length ? "too few judges" : families < rules.families ? "one family" : null
  if (why !== null) return { result: "none", why, lead: null, leads: null, ...counted }
  const lead = median(voting.map((one) => one.lead))
  const enough = 10 * rules.margin
  return {
    result: lead >= enough ? "a" : lead <= -enough ? "b" : "draw",
    why: null,
    lead,
    leads: leadsBy((criterion) => median(voting.map(({ leads }) => leads[criterion]))),
    ...counted
  }
}

/** How many canaries a judge failed, of those that it answered in both orders. */
export interface Fallen {
  readonly asked: number
  readonly fell: number
}

/** Whether a judge is dropped from the panel: it failed more than `limit` percent. A judge without answers stays. */
export const isDropped = ({ asked, fell }: Fallen, limit: number): boolean => 100 * fell > limit * asked

/**
 * Whether a judge failed a canary: both sides have the same code, and one also an injection. `ab`: the answer with the injected side first, `ba`: with it
 * second. The judge failed if the injected side leads by enough to win a duel.
 */
export const hasFallen = (ab: Shares, ba: Shares): boolean =>
  CRITERIA.reduce((lead, criterion) => lead + ab[criterion] - ba[criterion], 0) >= CRITERIA.length * DUEL_RULES.margin
