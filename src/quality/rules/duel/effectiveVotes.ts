/**
 * The number of independent judges that a panel's answers are worth: Kish's effective sample size n / (1 + (n − 1) ρ), with the intraclass correlation ρ of
 * the answers to the same questions (one-way analysis of variance). Copies of one model count as one judge. Justified agreement lowers the number too, so it
 * shows how little a duel's many votes may be worth, never how much.
 */

const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, one) => total + one, 0)

/** In thousandths. `answers`: each judge's numbers, for the same questions in the same order. */
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
