/** Shows single records of a report with Merkle proofs, so that anybody can check that they belong to it. */
import { Schema } from "effect"
import { merkleProofs, rootByProof } from "./merkleTree.ts"
import { recordBytes, ScoredRecord } from "./ScoredRecord.ts"

/** A single record of a report, with its proof. */
export const Opening = Schema.Struct({
  /** The record's index among the epoch's sorted records, from 0. */
  leaf: Schema.Int.pipe(Schema.between(0, 2 ** 32 - 1)),
  record: ScoredRecord,
  /** The Merkle proof: the sibling hashes from the record up to the root, lowest first. */
  proof: Schema.Array(Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))).pipe(Schema.maxItems(32))
})
export interface Opening extends Schema.Schema.Type<typeof Opening> {}

/** The openings of some sorted records, by their indexes. An index that no record has is a defect of the caller. */
export const openRecords = (records: ReadonlyArray<ScoredRecord>, leaves: ReadonlyArray<number>): ReadonlyArray<Opening> => {
  const proofs = merkleProofs(records.map(recordBytes), leaves)
  return leaves.flatMap((leaf, index) => {
    const [record, proof] = [records[leaf], proofs[index]]
    return record === undefined || proof === undefined ? [] : [{ leaf, record, proof }]
  })
}

/** Whether an opening shows one of the `leaves` records under a report's root. */
export const isOpeningOf = (
  { leaf, record, proof }: Opening,
  { leaves, root }: { readonly leaves: number; readonly root: string }
): boolean => rootByProof(recordBytes(record), { number: leaf, count: leaves }, proof) === root
