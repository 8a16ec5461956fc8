/** A miner's ratings of past rounds, as validators remember them. Nothing proves such an answer, so each is shown with those who gave it. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { PastRating } from "../../layers/chain/axon/wire/synapses.ts"
import type { ValidatorAnswer } from "./validatorAnswers.ts"

export interface ReportedRating extends PastRating {
  readonly saidBy: ReadonlyArray<AccountAddress>
}

/** A validator's newest changes of the rating that are shown, so that one that makes up many hides nobody else's. */
const SHOWN = 6

/** What validators say, newest first. Equal answers are one; of answers that contradict each other, the one that more validators give comes first. */
export const reportedRatings = (answers: ReadonlyArray<Pick<ValidatorAnswer, "validator" | "ratings">>): ReadonlyArray<ReportedRating> => {
  const told = new Map<string, ReportedRating>()
  for (const { validator, ratings } of answers)
    for (const { block, games, provisional, rating, round } of (ratings ?? []).slice(-SHOWN)) {
      const key = [block, round, rating, games, provisional].join(" ")
      const saidBy = told.get(key)?.saidBy ?? []
      if (!saidBy.includes(validator)) told.set(key, { block, round, rating, games, provisional, saidBy: [...saidBy, validator] })
    }
  return [...told.values()].toSorted((a, b) => b.block - a.block || b.saidBy.length - a.saidBy.length)
}
