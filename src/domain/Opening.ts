/** Showing single records of a report, so that anybody can check that the report is signed over them. */
import { Schema } from "effect"
import { merkleProofs, rootByProof } from "./merkleTree.ts"
import { recordBytes, ScoredRecord } from "./ScoredRecord.ts"

/** A single record of a report, with its proof. */
export const Opening = Schema.Struct({
  /** The record's number among the epoch's sorted records, from 0. */
  leaf: Schema.Int.pipe(Schema.between(0, 2 ** 32 - 1)),
  record: ScoredRecord,
  /** The hashes beside the way from the record up to the root, lowest first. */
  proof: Schema.Array(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))).pipe(Schema.maxItems(32))
})
export interface Opening extends Schema.Schema.Type<typeof Opening> {}

/** Shows these of the sorted records, given by their numbers. A number that none has is a defect of the caller. */
export const openRecords = (records: ReadonlyArray<ScoredRecord>, leaves: ReadonlyArray<number>): ReadonlyArray<Opening> => {
  const proofs = merkleProofs(records.map(recordBytes), leaves)
  return leaves.flatMap((leaf, index) => {
    const [record, proof] = [records[leaf], proofs[index]]
    return record === undefined || proof === undefined ? [] : [{ leaf, record, proof }]
  })
}

/** Whether an opening shows one of the records behind a report's root, of which there are `leaves`. */
export const isOpeningOf = (
  { leaf, record, proof }: Opening,
  { leaves, root }: { readonly leaves: number; readonly root: string }
): boolean => rootByProof(recordBytes(record), { number: leaf, count: leaves }, proof) === root
