/** Shows single records of a report with their paths to its root, so that anybody can check that they belong to it, and where. */
import { Schema } from "effect"
import { AccountAddress } from "./Account.ts"
import { type Reached, rootByPath } from "./merkleTree.ts"
import { leafOf, ScoredRecord, treeOf } from "./ScoredRecord.ts"

const Sum = Schema.NonNegativeInt

/** A single record of a report. */
export const Opening = Schema.Struct({
  /** The record's index among the epoch's sorted records, from 0. */
  leaf: Schema.Int.pipe(Schema.between(0, 2 ** 32 - 1)),
  /** The validator that the leaf names. */
  validator: AccountAddress,
  record: ScoredRecord,
  /** The siblings from the record up to the root: hash, and sums of earned, collateral, and earned before decay. */
  path: Schema.Array(Schema.Tuple(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/)), Sum, Sum, Sum)).pipe(Schema.maxItems(32))
})
export interface Opening extends Schema.Schema.Type<typeof Opening> {}

/** A record's range of points is as long as what it earned and its collateral together. */
const lengthOf = ({ earned, less }: Pick<ScoredRecord, "earned" | "less">): number => earned + less

/** The openings of a validator's sorted records that cover these points, each once, rising. A point is below the sum of what all earned and of all collateral. */
export const openRecords = (
  records: ReadonlyArray<ScoredRecord>,
  validator: AccountAddress,
  points: ReadonlyArray<number>
): ReadonlyArray<Opening> => {
  const wanted = points.toSorted((left, right) => left - right)
  const tree = treeOf(records, validator)
  let [end, next] = [0, 0]
  return records.flatMap((record, leaf): ReadonlyArray<Opening> => {
    end += lengthOf(record)
    const first = next
    while ((wanted[next] ?? end) < end) next++
    return next === first ? [] : [{ leaf, validator, record, path: tree.pathOf(leaf) }]
  })
}

/** The place of an opened record in a report's tree; undefined if its path does not lead to the report's root. */
export const placeIn = (
  { leaf, validator, record, path }: Opening,
  { leaves, root }: { readonly leaves: number; readonly root: string }
): Reached | undefined => {
  const reached = rootByPath(leafOf(record, validator), { number: leaf, count: leaves }, path)
  return reached?.root === root ? reached : undefined
}

/** Whether an opening at this place covers a point. */
export const covers = ({ record }: Opening, { before }: Reached, point: number): boolean => {
  const from = before[0] + before[1]
  return from <= point && point < from + lengthOf(record)
}
