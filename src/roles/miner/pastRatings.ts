/** A miner's ratings in past rounds, as validators report them. No proof comes with such an answer, so each rating is shown with the validators that report it. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { PastRating } from "../../layers/chain/axon/wire/synapses.ts"
import type { ValidatorAnswer } from "./validatorAnswers.ts"

export interface ReportedRating extends PastRating {
  readonly saidBy: ReadonlyArray<AccountAddress>
}

/** How many of a validator's newest rating changes are shown, so that a validator that invents many cannot push the others' out. */
const SHOWN = 6

/** Ratings that validators report, newest first. Equal answers are merged. Of contradicting answers, the one that more validators give comes first. */
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
